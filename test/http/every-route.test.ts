/** Every route is asked, and answers as it is described: those of the default device, and the same of a named one. */
import { describe, expect } from 'vitest';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import type { Route } from '../../src/http/route.ts';
import { routesAt } from '../../src/http/routes/all.ts';
import { slow } from '../slow.ts';
import { DoorClient, type Told } from './client.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};
const request = { challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' };

type Call = (method: string, path: string, body?: unknown) => Promise<Told>;
type Plan = (call: Call) => Promise<void>;

/** What pages ask, through the bridge. */
const ofPages: Plan = async (call) => {
  const { id } = (await call('POST', '/page/create', { options: creation })).json;
  await call('POST', '/page/get', { options: request });
  await call('POST', '/page/capabilities', {});
  const options = { rpId: 'example.com', credentialId: id };
  await call('POST', '/page/signal', { signal: 'signalUnknownCredential', options });
};

/** What a device is asked, in an order in which all of it can be done. */
const ofDevice: Plan = async (call) => {
  await call('GET', '/info');
  await call('PUT', '/pin', { newPin: '123456' });
  await call('GET', '/pin');
  await call('POST', '/pin/verify', { pin: '123456' });
  await call('PUT', '/user', { pin: '123456' });
  await call('PATCH', '/user', { verification: 'approve' });
  await call('GET', '/user');
  await call('GET', '/prompts');
  const { id: finger } = (await call('POST', '/fingerprints', { name: 'left' })).json;
  await call('GET', '/fingerprints');
  await call('PATCH', `/fingerprints/${finger}`, { name: 'right' });
  await call('DELETE', `/fingerprints/${finger}`);
  const { id } = (await call('POST', '/create', { origin, options: creation })).json;
  await call('POST', '/user/next', { presence: 'approve' });
  await call('POST', '/faults/next', { fault: 'signature-empty' });
  await call('GET', '/faults/next');
  await call('DELETE', '/faults/next');
  await call('POST', '/get', { origin, options: request });
  await call('DELETE', '/user');
  await call('GET', '/credentials');
  await call('GET', `/credentials/${id}`);
  await call('PATCH', `/credentials/${id}`, { userName: 'eve' });
  await call('GET', `/credentials/${id}/export?format=playwright`);
  const { value } = (await call('GET', '/export')).json;
  await call('DELETE', `/credentials/${id}`);
  await call('POST', `/credentials/${id}/restore`);
  await call('POST', '/credentials', { value, existing: 'replace' });
  await call('GET', '/traces');
  await call('POST', '/traces', (await call('GET', '/traces/1')).json);
  await call('GET', '/trace');
  await call('DELETE', '/trace');
  await call('DELETE', '/traces');
  await call('POST', '/power-cycle');
  await call('PATCH', '/user', { presence: 'ask' });
  const reset = call('POST', '/reset');
  await call('POST', `/prompts/${await firstPrompt(call)}`, { answer: 'approve' });
  await reset;
};

/** The number of the prompt that waits, once one does. */
async function firstPrompt(call: Call): Promise<number> {
  for (;;) {
    const [first] = (await call('GET', '/prompts')).json.prompts;
    if (first !== undefined) return first.prompt;
  }
}

const ofDoor: Plan = async (call) => {
  await call('GET', '/authenticators');
  await call('GET', '/faults');
  const { json } = await call('POST', '/fleet/7/create', { options: creation });
  await call('POST', '/fleet/7/get', { options: request });
  await call('POST', '/decode', { value: json });
  await call('POST', '/verify', { response: json, options: creation, origins: [origin] });
  await call('POST', '/convert', { from: 'playwright', to: 'cxf', value: [] });
  await call('GET', '/health');
  await call('GET', '/ready');
  await call('GET', '/openapi.json');
};

/** Asked elsewhere: a stream, and what takes long. */
const ELSEWHERE = ['GET /events', 'GET /authenticators/{name}/events', 'POST /audit'];

describe('every route', () => {
  slow('answers as it is described', async () => {
    const server = await serveHttp(new Authenticator({ model: 'yubikey-bio' }), {
      tokenRights: ['keys'],
      allowOrigins: [origin],
      fleet: { seed: 'any text', rpId: 'example.com', threads: 1 },
    });
    const client = new DoorClient(server);
    const asked: string[] = [];
    const calling =
      (before: string, as: Record<string, string> = {}): Call =>
      async (method, path, body) => {
        const told = await client.call(method, before + path, body, as);
        expect([method, before + path, told.status < 300, told.text]).toEqual([
          method,
          before + path,
          true,
          told.text,
        ]);
        asked.push(`${method} ${templateOf(method, before + path)}`);
        return told;
      };
    try {
      const page = { origin, authorization: `Bearer ${server.bridgeToken}` };
      await ofPages(calling('', page));
      await ofDevice(calling(''));
      const call = calling('');
      await call('POST', '/authenticators', { name: 'ada', model: 'yubikey-bio' });
      await ofPages(calling('/authenticators/ada', page));
      await ofDevice(calling('/authenticators/ada'));
      await call('DELETE', '/authenticators/ada');
      await ofDoor(call);
    } finally {
      await server.close(0);
    }
    const all = routes.map(({ method, path }) => `${method} ${path}`);
    expect(all.filter((one) => !asked.includes(one))).toEqual(ELSEWHERE.toSorted(byPlace(all)));
  });
});

const routes: readonly Route[] = routesAt('');

function templateOf(method: string, path: string): string | undefined {
  const [bare = ''] = path.split('?');
  return routes.find(
    (one) => one.method === method && new RegExp(`^${one.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(bare),
  )?.path;
}

const byPlace =
  (all: readonly string[]) =>
  (a: string, b: string): number =>
    all.indexOf(a) - all.indexOf(b);
