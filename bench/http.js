// The HTTP door: a sign-in on a connection that stays, beside a bare trip of as many bytes; many devices; people by number.
import { Agent, createServer, request } from 'node:http';
import { Authenticator, WebAuthnClient } from 'stuntkey';
import { serveHttp } from 'stuntkey/http';

const origin = 'https://example.com';
const challenge = 'Y2hhbGxlbmdlLWZyb20tc2VydmVy';
const user = { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' };
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user,
  challenge,
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

/**
 * @param {string} url @param {Record<string, string>} headers @param {Agent} agent
 * @returns {(path: string, body: object) => Promise<any>}
 */
const asker = (url, headers, agent) => (path, body) =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    const asked = request(
      `${url}${path}`,
      { method: 'POST', agent, headers: { ...headers, ...length } },
      (response) => {
        let answer = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          answer += chunk;
        });
        response.on('end', () => {
          if ((response.statusCode ?? 0) >= 300) reject(new Error(`${response.statusCode}: ${answer}`));
          else resolve(JSON.parse(answer));
        });
      },
    );
    asked.on('error', reject).end(text);
  });

/** Contenders for a race, what a thousand devices weigh, what people by number do, and how to end. */
export async function door() {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const server = await serveHttp(new Authenticator(), {
    fleet: { seed: 'bench', rpId: 'example.com' },
  });
  const ask = asker(server.url, { authorization: `Bearer ${server.token}` }, agent);
  const { id } = await ask('/create', { origin, options: creation });
  const body = { origin, options: { challenge, allowCredentials: [{ type: 'public-key', id }] } };
  const answer = JSON.stringify(await ask('/get', body));
  const bare = createServer((incoming, response) => {
    let text = '';
    incoming.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    incoming.on('end', () => {
      JSON.parse(text);
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    });
  });
  await new Promise((resolve) => bare.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (bare.address());
  const trip = asker(`http://127.0.0.1:${port}`, {}, agent);
  const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
  const own = {
    challenge,
    allowCredentials: [{ type: 'public-key', id: (await client.create(creation)).id }],
  };
  /** So many a second, 64 at once, of the second half. @param {number} count @param {(index: number) => Promise<unknown>} one */
  const crowd = async (count, one) => {
    let index = 0;
    const walk = async (/** @type {number} */ end) => {
      while (index < end) await one(index++);
    };
    const all = (/** @type {number} */ end) => Promise.all(Array.from({ length: 64 }, () => walk(end)));
    await all(count / 2);
    const start = performance.now();
    await all(count);
    return (count / 2 / (performance.now() - start)) * 1000;
  };
  return {
    contenders: {
      trip: () => trip('/get', body),
      signIn: () => ask('/get', body),
      get: () => client.get(own),
    },
    /** Megabytes of so many devices that were used once. @param {number} count */
    async devices(count) {
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      for (let n = 0; n < count; n++) {
        await ask('/authenticators', { name: `n${n}` });
        await ask(`/authenticators/n${n}/create`, { origin, options: creation });
      }
      globalThis.gc?.();
      return (process.memoryUsage().rss - before) / 2 ** 20;
    },
    /** Sign-ins by number. @param {number} count */
    people(count) {
      const options = { challenge, rpId: 'example.com' };
      return crowd(count, (index) => ask(`/fleet/${index}/get`, { options }));
    },
    /** Bare trips. @param {number} count */
    trips: (count) => crowd(count, () => trip('/get', body)),
    async close() {
      await server.close(0);
      bare.closeAllConnections();
      bare.close();
      agent.destroy();
    },
  };
}
