/** A site whose documents leave in the middle of a call, one after the other, each in another way. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What every document has. Registrations are of one user, whose credentials take each other's place. */
const CALLS = `
  var creation = () => ({ publicKey: { rp: { name: 'Soak' }, user: { id: new Uint8Array([1]), name: 'ada', displayName: 'Ada' },
    challenge: new Uint8Array(16), pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    authenticatorSelection: { residentKey: 'required' } } });
  var ask = () => PublicKeyCredential.isConditionalMediationAvailable().catch(() => 0);
  var asks = () => PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => 0);
  var create = (more) => navigator.credentials.create({ ...creation(), ...more }).catch(() => 0);
  var get = (more) => navigator.credentials.get({ publicKey: { challenge: new Uint8Array(16) }, ...more }).catch(() => 0);
  var go = () => { location.replace(next); };
  var frame = (attributes) => { const element = Object.assign(document.createElement('iframe'), attributes);
    document.documentElement.append(element); return element; };
  var inside = (code) => '<script>' + CALLS + code + '<' + '/script>';
`;

/**
 * The ways to leave, as code that runs while the document loads. \`next\` is where to go to; every one of them gets there, whatever becomes of
 * its calls.
 */
const WAYS: Readonly<Record<string, string>> = {
  'goes on while it loads': 'ask(); go();',
  'goes on when it has loaded': 'ask(); onload = go;',
  'goes on in the middle of a registration': 'create(); onload = () => { create(); go(); };',
  'goes on some time into a registration': 'create(); setTimeout(go, Math.random() * 20);',
  'goes on in the middle of a sign-in': 'get(); asks(); onload = go;',
  'asks as it goes': 'addEventListener("beforeunload", () => { ask(); create(); }); onload = go;',
  'asks when it is gone': 'addEventListener("pagehide", () => { asks(); create(); }); onload = go;',
  'asks again for every answer': 'const on = () => asks().then(on); on(); on(); setTimeout(go, 15);',
  floods: 'for (let i = 0; i < 100; i++) { ask(); create(); } onload = go;',
  'aborts and goes': 'const c = new AbortController(); create({ signal: c.signal }); c.abort(); go();',
  'writes itself anew': `create(); onload = () => { document.open(); document.write(inside('create()')); document.close(); go(); };`,
  'takes a frame away': `const one = frame({ srcdoc: inside('create(); asks()') });
    one.onload = () => { one.remove(); go(); };`,
  'takes a frame of another site away': `const one = frame({ src: other + '/call', allow: 'publickey-credentials-get; publickey-credentials-create' });
    one.onload = () => { one.remove(); go(); };`,
  'has frames that go elsewhere': `let left = 3; for (let i = 0; i < 3; i++) { const one = frame({ srcdoc: inside('create(); get()') });
    one.onload = () => { one.onload = () => { one.remove(); if (--left === 0) go(); }; one.removeAttribute('srcdoc'); one.src = '/call'; }; }`,
  'opens a popup that closes': `const popup = open('/popup'); const look = () => !popup || popup.closed ? go() : setTimeout(look, 5); look();`,
  'goes there and back': `create(); addEventListener('pageshow', ({ persisted }) => {
    if (persisted || sessionStorage.back === location.href) { create(); go(); }
    else { sessionStorage.back = location.href; ask(); setTimeout(() => { location.href = '/back'; }, 0); } });`,
  'changes its address only': `create(); history.pushState(0, '', '#a'); history.replaceState(0, '', location.pathname + '?b'); ask(); onload = go;`,
};

export interface Site {
  readonly origin: string;
  /** Documents that were asked for. */
  readonly served: () => number;
  /** Goes through so many documents. @returns where it begins, and when it is through */
  chain(documents: number, random: () => number): { readonly url: string; readonly done: Promise<void> };
  close(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  let served = 0;
  let chains = 0;
  const left = new Map<string, { documents: number; random: () => number; done: () => void }>();
  const ways = Object.values(WAYS);
  const page = (code: string, next: string, other: string): string =>
    `<!doctype html><link rel="icon" href="data:,"><script>const CALLS = ${JSON.stringify(CALLS)}, next = ${JSON.stringify(next)}, other = ${JSON.stringify(other)};
    (0, eval)(CALLS);</script><script>${code}</script>`;
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const { port } = server.address() as AddressInfo;
    const other = `http://other.localhost:${port}`;
    response.setHeader('content-type', 'text/html');
    const [, place, name = ''] = pathname.split('/');
    if (place === 'call') served += 1;
    if (place === 'call') return response.end(page('create(); ask(); get();', '', other));
    if (place === 'popup') served += 1;
    if (place === 'popup') return response.end(page('create(); ask(); onload = () => close();', '', other));
    if (place === 'back')
      return response.end(
        '<!doctype html><script>onload = () => setTimeout(() => history.back(), 0);</script>',
      );
    const chain = left.get(name);
    if (place !== 'doc' || chain === undefined) return response.end(page('', '', other));
    served += 1;
    if (chain.documents-- > 0) {
      const way = ways[Math.floor(chain.random() * ways.length)] as string;
      return response.end(page(way, `/doc/${name}/${chain.documents}`, other));
    }
    left.delete(name);
    response.end(page('', '', other));
    chain.done();
  });
  await new Promise<void>((listening) => {
    server.listen(0, 'localhost', listening);
  });
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    served: () => served,
    chain(documents, random) {
      const name = String(++chains);
      const done = new Promise<void>((resolve) => {
        left.set(name, { documents, random, done: resolve });
      });
      return { url: `/doc/${name}`, done };
    },
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
