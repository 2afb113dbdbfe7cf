// A small login server with passkeys: node:http, SimpleWebAuthn, everything in memory.
// A team would write such a server for itself; the demo and the tests sign in to it.
import { createServer } from 'node:http';
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { loginPage } from './page.js';

/** @typedef {{ id: string, publicKey: Uint8Array<ArrayBuffer>, counter: number, transports?: string[], username: string }} Passkey */
/** @typedef {{ challenge?: string, username?: string }} LoginSession */
/** @typedef {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse) => Promise<boolean>} Handler */

const MAX_BODY = 64 * 1024;

/**
 * Starts the server on loopback.
 *
 * @param {{ port?: number, rpID?: string, pages?: Record<string, string>, also?: (origin: string) => Handler }} [options] port 0
 *   (the default) takes a free one; pages are HTML by path, by default a login page at `/`; `also` makes a handler of further paths
 */
export async function startLoginServer({
  port = 0,
  rpID = 'localhost',
  pages = { '/': loginPage() },
  also = () => async () => false,
} = {}) {
  /** @type {Map<string, Passkey>} passkeys by credential ID */
  const passkeys = new Map();
  /** @type {Map<string, Passkey[]>} the same by user name */
  const passkeysOf = new Map();
  /** @type {Map<string, LoginSession>} sessions by cookie */
  const sessions = new Map();
  let origin = '';
  /** @type {Handler} */
  let others = async () => false;

  /** @type {Record<string, (body: any, session: LoginSession) => Promise<unknown>>} */
  const routes = {
    async '/register/options'({ username }, session) {
      if (typeof username !== 'string' || username === '') throw new Refusal('a username is needed');
      const options = await generateRegistrationOptions({
        rpName: 'Login server',
        rpID,
        userName: username,
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
        supportedAlgorithmIDs: [-8, -7, -257],
      });
      Object.assign(session, { challenge: options.challenge, username });
      return options;
    },

    async '/register/verify'(response, session) {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response,
        expectedChallenge: take(session),
        expectedOrigin: origin,
        expectedRPID: rpID,
      });
      if (!verified) throw new Refusal('the registration does not verify');
      const { credential } = registrationInfo;
      if (passkeys.has(credential.id)) throw new Refusal('this passkey is registered already');
      const passkey = { ...credential, username: String(session.username) };
      passkeys.set(credential.id, passkey);
      passkeysOf.set(passkey.username, [...(passkeysOf.get(passkey.username) ?? []), passkey]);
      return { registered: session.username };
    },

    async '/login/options'({ username }, session) {
      // With a name, the options ask for a passkey of that name; without, the person picks one.
      const own = username === undefined ? [] : (passkeysOf.get(username) ?? []);
      const options = await generateAuthenticationOptions({
        rpID,
        userVerification: 'preferred',
        allowCredentials: own.map(({ id, transports }) => ({ id, ...(transports && { transports }) })),
      });
      session.challenge = options.challenge;
      return options;
    },

    async '/login/verify'(response, session) {
      const passkey = passkeys.get(response.id);
      if (passkey === undefined) throw new Refusal('this passkey is not registered');
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        response,
        expectedChallenge: take(session),
        expectedOrigin: origin,
        expectedRPID: rpID,
        credential: passkey,
      });
      if (!verified) throw new Refusal('the signature does not verify');
      passkey.counter = authenticationInfo.newCounter;
      return { welcome: passkey.username, counter: passkey.counter };
    },
  };

  const server = createServer(async (request, response) => {
    try {
      if (await others(request, response)) return;
      const [id, session] = sessionOf(request.headers.cookie, sessions);
      const page = request.method === 'GET' ? pages[request.url ?? ''] : undefined;
      if (page !== undefined) {
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
        return;
      }
      const route = request.method === 'POST' ? routes[request.url ?? ''] : undefined;
      if (route === undefined) throw new Refusal('not found', 404);
      const answer = await route(JSON.parse((await readBody(request)) || '{}'), session);
      response.writeHead(200, {
        'content-type': 'application/json',
        'set-cookie': `session=${id}; HttpOnly; SameSite=Strict`,
      });
      response.end(JSON.stringify(answer));
    } catch (error) {
      // An error of a verifier says that the response was not good; it is no fault of the server.
      const status = error instanceof Refusal ? error.status : 400;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    }
  });

  // Longer than clients keep a connection: if the server closed it just as a request comes, the client would get an error.
  server.keepAliveTimeout = 75_000;
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(undefined));
  });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  origin = `http://${rpID}:${address.port}`;
  others = also(origin);
  return {
    /** The origin of this server's pages. */
    origin,
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

/** A refusal, with its message for the client. */
class Refusal extends Error {
  /** @param {string} message @param {number} [status] */
  constructor(message, status = 400) {
    super(message);
    this.status = status;
  }
}

/** A challenge can be used once. @param {LoginSession} session */
function take(session) {
  const { challenge } = session;
  if (challenge === undefined) throw new Refusal('no challenge is waiting for an answer');
  delete session.challenge;
  return challenge;
}

/** @param {string | undefined} cookie @param {Map<string, LoginSession>} sessions @returns {[string, LoginSession]} */
function sessionOf(cookie, sessions) {
  const known = /(?:^|;\s*)session=([\w-]+)/.exec(cookie ?? '')?.[1];
  const id = known !== undefined && sessions.has(known) ? known : crypto.randomUUID();
  const session = sessions.get(id) ?? {};
  sessions.set(id, session);
  return [id, session];
}

/** @param {import('node:http').IncomingMessage} request */
async function readBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) throw new Refusal('the body is too large', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
