// The strict server over HTTP: the server API of FIDO's conformance tests, with a session in a cookie.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { StrictServer } from './strict-server.js';

/** @typedef {import('./challenges.js').Session} Session */
/** @typedef {import('./guards.js').Ceremony} Ceremony */
/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

const MAX_BODY = 256 * 1024;
/** The most bytes that are read when the guard of bodies' size is off: more would be a load test. */
const MAX_READ = 64 * 1024 * 1024;
const MAX_SESSIONS = 100_000;

/** @type {Record<string, [Ceremony, 'options' | 'verify']>} */
const ROUTES = {
  '/attestation/options': ['registration', 'options'],
  '/attestation/result': ['registration', 'verify'],
  '/assertion/options': ['authentication', 'options'],
  '/assertion/result': ['authentication', 'verify'],
};

/** @typedef {{ route: [Ceremony, 'options' | 'verify'], asked?: (request: any) => unknown, spoken: (answer: any) => unknown }} Door another path to the same function, with what it asks for besides, and the form of its answers */

/**
 * Answers requests of the conformance API.
 *
 * @param {StrictServer} server
 * @param {Record<string, Door>} [doors] more paths
 * @returns {(request: Request, response: Response) => Promise<boolean>} whether the request was one of the API's
 */
export function conformanceApi(server, doors = {}) {
  /** @type {Map<string, Session>} */
  const sessions = new Map();

  return async (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const door = Object.hasOwn(doors, path) ? doors[path] : undefined;
    const route = door?.route ?? (Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined);
    const deletes = path === '/credentials/delete';
    if (path === '/whoami' && request.method === 'GET') {
      const [, session] = sessionOf(request.headers.cookie, sessions);
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
      response.end(JSON.stringify({ username: session.signedInAs }));
      return true;
    }
    if (request.method !== 'POST' || (route === undefined && !deletes)) return false;
    const [id, session] = sessionOf(request.headers.cookie, sessions);
    const ceremony = route?.[0] ?? 'authentication';
    const body = await bodyOf(request, (guard) => server.off.has(`${ceremony}.${guard}`));
    const visitor = server.session(session);
    const answer =
      body.refusal !== undefined
        ? { status: 'failed', errorMessage: body.refusal }
        : route !== undefined
          ? await visitor[route[0]][route[1]](door?.asked?.(body.value) ?? body.value, request.headers)
          : deleted(session, visitor, body.value);
    // A visitor who has signed in has a new session ID: the old one is worth nothing.
    if (session.id !== id) {
      sessions.delete(id);
      sessions.set(session.id, session);
    }
    response.writeHead(answer.status === 'ok' ? 200 : 400, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'set-cookie': `strict-session=${session.id}; Path=/; HttpOnly; SameSite=Strict`,
    });
    response.end(JSON.stringify(door === undefined ? answer : door.spoken(answer)));
    return true;
  };
}

/**
 * Starts a strict server on loopback.
 *
 * @param {import('./strict-server.js').StrictServerOptions & { port?: number }} [options] port 0 (the default) takes a free one;
 *   origins are by default that of the port
 */
export async function startStrictServer({ port = 0, rpId = 'localhost', ...options } = {}) {
  /** @type {(request: Request, response: Response) => Promise<boolean>} */
  let api = async () => false;
  const server = createServer(async (request, response) => {
    try {
      if (await api(request, response)) return;
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'failed', errorMessage: 'not found' }));
    } catch (error) {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'failed', errorMessage: 'an error of the server' }));
      console.error(error);
    }
  });
  await /** @type {Promise<void>} */ (
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => resolve());
    })
  );
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://${rpId}:${address.port}`;
  const strict = new StrictServer({ rpId, origins: [origin], ...options });
  api = conformanceApi(strict);
  return {
    strict,
    /** The origin that this server's pages would have. */
    origin: strict.origins[0] ?? origin,
    /** The server's URL. */
    url: `http://127.0.0.1:${address.port}`,
    /** Stops it. */
    close: () =>
      /** @type {Promise<void>} */ (
        new Promise((resolve, reject) => {
          server.close((error) => (error ? reject(error) : resolve()));
          server.closeAllConnections();
        })
      ),
  };
}

/** Signed-in users delete their own credentials. @param {Session} session @param {import('./strict-server.js').Visitor} visitor @param {any} body */
function deleted(session, visitor, body) {
  const signedIn = session.signedInAs !== undefined && typeof body?.id === 'string';
  return signedIn && visitor.remove(body.id)
    ? { status: 'ok', errorMessage: '' }
    : { status: 'failed', errorMessage: 'no such credential' };
}

/** @param {string | undefined} cookie @param {Map<string, Session>} sessions @returns {[string, Session]} */
function sessionOf(cookie, sessions) {
  const known = /(?:^|;\s*)strict-session=([\w-]+)/.exec(cookie ?? '')?.[1];
  const id = known !== undefined && sessions.has(known) ? known : randomUUID();
  const session = sessions.get(id) ?? { id, current: {} };
  sessions.set(id, session);
  const [oldest] = sessions.keys();
  if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
  return [id, session];
}

/** @param {Request} request @param {(guard: string) => boolean} isOff @returns {Promise<{ value?: any, refusal?: string }>} */
async function bodyOf(request, isOff) {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type) && !isOff('request.content-type'))
    return { refusal: 'request.content-type: expected application/json' };
  const most = isOff('request.size') ? MAX_READ : MAX_BODY;
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    // The rest is read, so that the client sees the answer, but it is not kept.
    if (length <= most) chunks.push(chunk);
    else if (length > MAX_READ) break;
  }
  if (length > most) return { refusal: `request.size: expected at most ${most} bytes` };
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return { value: JSON.parse(text) };
  } catch {
    return isOff('request.json')
      ? { value: beginningOf(text) }
      : { refusal: 'request.json: expected a JSON text' };
  }
}

/** The object that a text begins with, as servers read it that ignore the rest. @param {string} text */
function beginningOf(text) {
  for (let end = text.lastIndexOf('}'); end > 0; end = text.lastIndexOf('}', end - 1)) {
    try {
      return JSON.parse(text.slice(0, end + 1));
    } catch {
      // Not yet.
    }
  }
  return {};
}
