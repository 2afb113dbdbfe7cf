// A relying party that checks everything, in memory. Each check is a guard with a name, and any guard can be switched off, which a
// test of servers then has to notice. In process it is as fast as its signatures; http.js makes a server of it.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { AttestationAuthority, REVOKED_MODEL } from 'stuntkey';
import {
  authenticationChecks,
  registrationChecks,
  verifyAuthentication,
  verifyRegistration,
} from 'stuntkey/verify';
import { Challenges, Refusal } from './challenges.js';
import { resolveWeak, verificationOff } from './guards.js';

/** @typedef {import('./guards.js').Ceremony} Ceremony */
/** @typedef {import('./challenges.js').Session} Session */
/** @typedef {import('stuntkey/verify').RelyingPartyCredential} Credential */
/** @typedef {{ credential: Credential, username: string, deleted: boolean }} Stored */
/** @typedef {{ status: 'ok' | 'failed', errorMessage: string, guard?: string, username?: string }} Answer */
/** @typedef {(request?: any) => Promise<any>} Options */
/** @typedef {Readonly<Record<string, string | string[] | undefined>>} Headers */
/** @typedef {(response: unknown, headers?: Headers) => Promise<Answer>} Verify */
/**
 * @typedef {object} Visitor a browser with a session
 * @property {{ options: Options, verify: Verify }} registration
 * @property {{ options: Options, verify: Verify }} authentication
 * @property {(id: string, username?: string) => boolean} delete deletes a credential, if it is that user's; whether there was one
 * @property {(id: string) => boolean} remove deletes a credential for the user who is signed in, if it is theirs
 * @property {() => string | undefined} whoAmI who is signed in
 * @property {() => Visitor} copy another visitor with the same session ID, as it is now
 */
/**
 * @typedef {object} StrictServerOptions
 * @property {string} [rpId] default: localhost
 * @property {readonly string[]} [origins] default: http://localhost
 * @property {Iterable<string>} [weak] names of guards that are off
 * @property {() => number} [now] milliseconds since 1970
 * @property {number} [challengeLifetime] milliseconds; default: five minutes
 * @property {readonly number[]} [algorithms] COSE numbers; default: -8, -7, -257
 * @property {readonly string[]} [topOrigins] of pages that may hold its pages in frames; default: none
 * @property {import('stuntkey/verify').AttestationPolicy} [attestation] default: certificate chains have to end at stuntkey's test authority
 */

const MAX_BODY = 256 * 1024;
const LIFETIME_MS = 300_000;
const RS1 = -65535;
/** A flag of authenticator data. */
const BACKUP_ELIGIBLE = 0x08;

/** @param {string | Uint8Array} bytes */
const base64url = (bytes) => Buffer.from(bytes).toString('base64url');

export class StrictServer {
  /** @type {ReadonlySet<string>} full names of the guards that are off */
  off;
  rpId;
  origins;
  /** @type {Map<string, Stored>} by credential ID */
  #credentials = new Map();
  /** @type {Map<string, string>} user handles by name */
  #handles = new Map();
  #challenges;
  #options;
  #secret = randomBytes(32);
  /** How many guessable challenges were issued. */
  #count = 1;
  /** @type {Promise<import('stuntkey/verify').AttestationPolicy> | undefined} */
  #attestation;

  /** @param {StrictServerOptions} [options] */
  constructor(options = {}) {
    const { rpId = 'localhost', origins = ['http://localhost'], weak = [], now = Date.now } = options;
    this.off = resolveWeak(weak);
    this.rpId = rpId;
    this.origins = origins;
    this.#options = { ...options, now };
    this.#challenges = new Challenges(this.off, now, options.challengeLifetime ?? LIFETIME_MS);
  }

  /** Another visitor, with a session of their own. @param {Session} [session] @returns {Visitor} */
  session(session = { id: randomUUID(), current: {} }) {
    let { id } = session;
    let here = session;
    // A session ID that has been replaced belongs to no session.
    const mine = () => {
      if (here.id !== id) here = { id, current: {} };
      return here;
    };
    /** @param {Ceremony} ceremony @returns {Verify} */
    const verify = (ceremony) => async (response, headers) => {
      const answer = await this.#answer(ceremony, response, mine(), headers);
      id = here.id;
      return answer;
    };
    return {
      registration: {
        options: (request = {}) => answered(() => this.#registrationOptions(request, mine())),
        verify: verify('registration'),
      },
      authentication: {
        options: (request = {}) => answered(() => this.#authenticationOptions(request, mine())),
        verify: verify('authentication'),
      },
      delete: (credential, username) => this.#delete(credential, username),
      remove: (credential) => {
        const { signedInAs } = mine();
        if (signedInAs === undefined) return false;
        return this.#delete(
          credential,
          this.off.has('authentication.credential.own') ? undefined : signedInAs,
        );
      },
      whoAmI: () => mine().signedInAs,
      copy: () => this.session(mine()),
    };
  }

  /** @param {string} id @param {string} [username] */
  #delete(id, username) {
    const stored = this.#credentials.get(this.#key(id));
    if (stored === undefined || stored.deleted) return false;
    if (username !== undefined && username !== stored.username) return false;
    stored.deleted = true;
    return true;
  }

  /** The key under which a credential is stored. @param {string} id */
  #key(id) {
    const whole = this.off.has('registration.credential-id.whole') ? id.slice(0, 340) : id;
    return this.off.has('registration.credential-id.case') ? whole.toLowerCase() : whole;
  }

  /** @param {any} request @param {Session} session */
  #registrationOptions(request, session) {
    const {
      username,
      displayName = username,
      attestation,
      authenticatorSelection,
      extensions,
      mediation,
    } = request;
    if (typeof username !== 'string' || username === '')
      throw new Refusal('username', 'a username is needed');
    const own = this.#credentialsOf(username);
    if (own.length > 0 && session.signedInAs !== username && !this.off.has('registration.account.signed-in'))
      throw new Refusal('registration.account.signed-in', `expected to be signed in as ${username}`);
    const algorithms = this.#options.algorithms ?? [-8, -7, -257];
    const offered = this.off.has('registration.options.algorithms') ? [...algorithms, RS1] : algorithms;
    const excluded = this.off.has('registration.options.exclude-credentials') ? [] : own;
    const selection = this.off.has('registration.options.verification-kept')
      ? { userVerification: 'required', ...authenticatorSelection }
      : authenticatorSelection;
    const options = {
      rp: { id: this.rpId, name: 'Strict server' },
      user: { id: this.#handleOf(username), name: username, displayName },
      challenge: this.#challenge('registration'),
      pubKeyCredParams: offered.map((alg) => ({ type: 'public-key', alg })),
      timeout: 60_000,
      excludeCredentials: excluded.map(descriptor),
      attestation: attestation ?? 'none',
      ...(selection && { authenticatorSelection: selection }),
      ...(extensions && { extensions }),
      ...(mediation && { mediation }),
    };
    this.#challenges.issue('registration', session, options, username);
    return { status: 'ok', errorMessage: '', ...options };
  }

  /** @param {any} request @param {Session} session */
  #authenticationOptions(request, session) {
    const { username, userVerification, extensions } = request;
    const options = {
      rpId: this.rpId,
      challenge: this.#challenge('authentication'),
      timeout: 60_000,
      allowCredentials: username === undefined ? [] : this.#allowedFor(String(username)),
      userVerification: userVerification ?? 'preferred',
      ...(extensions && { extensions }),
    };
    this.#challenges.issue('authentication', session, options, username);
    return { status: 'ok', errorMessage: '', ...options };
  }

  /** @param {Ceremony} ceremony @param {unknown} response @param {Session} session @param {Headers} [headers] @returns {Promise<Answer>} */
  #answer(ceremony, response, session, headers = {}) {
    return answered(async () => {
      const type = String(headers['content-type'] ?? 'application/json');
      if (!/^application\/json\s*(;|$)/i.test(type) && !this.off.has(`${ceremony}.request.content-type`))
        throw new Refusal(`${ceremony}.request.content-type`, `expected application/json, got ${type}`);
      const { body, length } = overTheWire(response);
      if (length > MAX_BODY && !this.off.has(`${ceremony}.request.size`))
        throw new Refusal(`${ceremony}.request.size`, `expected at most ${MAX_BODY} bytes, got ${length}`);
      const username =
        ceremony === 'registration'
          ? await this.#register(body, session, this.#originsFor(ceremony, headers))
          : await this.#authenticate(body, session, this.#originsFor(ceremony, headers));
      session.signedInAs = username;
      if (!this.off.has('authentication.session.renewed')) session.id = randomUUID();
      return { status: 'ok', errorMessage: '', username };
    });
  }

  /** The configured origins; a weak server adds the origin that the request names. @param {Ceremony} ceremony @param {Headers} headers */
  #originsFor(ceremony, headers) {
    const scheme = new URL(this.origins[0] ?? 'https://localhost').protocol;
    const { origin, host, 'x-forwarded-host': forwarded } = headers;
    const said = {
      origin,
      host: host && `${scheme}//${host}`,
      'forwarded-host': forwarded && `${scheme}//${forwarded}`,
    };
    const believed = Object.entries(said).filter(([name]) =>
      this.off.has(`${ceremony}.origin.configured.${name}`),
    );
    return [...this.origins, ...believed.flatMap(([, one]) => (one === undefined ? [] : [String(one)]))];
  }

  /** @param {any} body @param {Session} session @param {readonly string[]} origins */
  async #register(body, session, origins) {
    const otherwise = { ...this.#anyRegistrationOptions(), challenge: 'AAAA' };
    const { options, username, useUp } = this.#challenges.take(
      'registration',
      session,
      challengeIn(body),
      otherwise,
      body?.username,
    );
    const { mediation } = /** @type {{ mediation?: string }} */ (options);
    const before = new Set([...this.#credentials.values()].map(({ credential }) => credential.id));
    const expected = {
      options,
      origins,
      rpId: this.rpId,
      topOrigins: this.#options.topOrigins ?? [],
      attestation: await this.#policy(),
      isRegistered: (/** @type {string} */ id) => this.#find(id)?.credential.id === id,
      off: verificationOff(this.off, 'registration'),
      ...(mediation && { mediation }),
    };
    const { verified, failed, credential } = await verifyRegistration(body, expected);
    const account = this.#accountOf('registration', body, username ?? options.user.name);
    if (!verified || credential === undefined) {
      if (this.off.has('registration.verified-first')) {
        const { credential } = await verifyRegistration(body, { ...expected, off: registrationChecks });
        if (credential !== undefined && credential.id !== '') this.#store(credential, account);
      }
      throw refused(failed);
    }
    useUp();
    if (
      !this.off.has('registration.credential-id.atomic') &&
      !before.has(credential.id) &&
      this.#find(credential.id)?.credential.id === credential.id
    )
      throw new Refusal('registration.credential-id.atomic', 'the credential ID has just been registered');
    this.#store(credential, account);
    return account;
  }

  /** @param {any} sent @param {Session} session @param {readonly string[]} origins */
  async #authenticate(sent, session, origins) {
    const body = this.#oneId(sent);
    const otherwise = { rpId: this.rpId, challenge: 'AAAA' };
    const { options, username, pending, useUp } = this.#challenges.take(
      'authentication',
      session,
      challengeIn(body),
      otherwise,
      body?.username,
    );
    // Three ways to forget whom the options were for.
    const anybody =
      username === undefined ||
      pending !== 'authentication' ||
      (this.off.has('authentication.account.without-credentials') &&
        this.#credentialsOf(username).length === 0);
    if (this.off.has('authentication.session.verified-first')) {
      const claimed = username ?? this.#find(String(sent?.id))?.username;
      if (claimed !== undefined) session.signedInAs = claimed;
    }
    const expected = {
      options,
      origins,
      rpId: this.rpId,
      topOrigins: this.#options.topOrigins ?? [],
      credential: (/** @type {string} */ id) => this.#find(id)?.credential,
      user: anybody ? /** @type {const} */ ('from-response') : { handle: this.#handles.get(username) ?? '' },
      off: verificationOff(this.off, 'authentication'),
    };
    const { verified, failed, credential } = await verifyAuthentication(body, expected);
    if (!verified) {
      if (this.off.has('authentication.verified-first')) {
        const { credential } = await verifyAuthentication(body, { ...expected, off: authenticationChecks });
        if (credential !== undefined)
          this.#update({ ...credential, backupEligible: (flagsIn(body) & BACKUP_ELIGIBLE) !== 0 });
      }
      throw refused(failed);
    }
    useUp();
    if (credential !== undefined) this.#update(credential);
    const id = this.off.has('authentication.account.one-id') ? sent.id : credential?.id;
    const owner = this.#find(String(id))?.username;
    return this.#accountOf('authentication', body, username ?? owner ?? '');
  }

  /** A response whose key is found by rawId, and its account by id. @param {any} sent */
  #oneId(sent) {
    return this.off.has('authentication.account.one-id') ? { ...sent, id: sent?.rawId } : sent;
  }

  /** @param {Credential} credential @param {string} username */
  #store(credential, username) {
    const userHandle = this.#handleOf(username);
    this.#credentials.set(this.#key(credential.id), {
      credential: { ...credential, userHandle },
      username,
      deleted: false,
    });
  }

  /** @param {Credential} credential */
  #update(credential) {
    const stored = this.#credentials.get(this.#key(credential.id));
    if (stored === undefined) return;
    const { signCount } = stored.credential;
    stored.credential = {
      ...credential,
      ...(this.off.has('authentication.counter.stored') && { signCount }),
    };
  }

  /** A credential that has not been deleted. @param {string} id */
  #find(id) {
    const stored = this.#credentials.get(this.#key(id));
    const gone = stored?.deleted === true && !this.off.has('authentication.credential.deleted');
    return gone ? undefined : stored;
  }

  /** @param {string} username */
  #credentialsOf(username) {
    return [...this.#credentials.keys()].flatMap((id) => {
      const stored = this.#find(id);
      return stored?.username === username ? [stored.credential] : [];
    });
  }

  /** Users without credentials, or without an account, get an answer like all others. @param {string} username */
  #allowedFor(username) {
    const credentials = this.#credentialsOf(username).map(descriptor);
    if (credentials.length > 0) return credentials;
    if (this.off.has('authentication.account.without-credentials')) return [];
    if (this.off.has('authentication.options.unknown-user')) throw new Refusal('username', 'no such user');
    if (this.off.has('authentication.options.decoys-stable'))
      return [{ type: 'public-key', id: base64url(randomBytes(32)), transports: ['internal'] }];
    const id = createHmac('sha256', this.#secret).update(username).digest('base64url');
    return [{ type: 'public-key', id, transports: ['internal'] }];
  }

  /** @param {string} username */
  #handleOf(username) {
    const handle =
      this.#handles.get(username) ??
      base64url(this.off.has('registration.options.user-id') ? username : randomBytes(32));
    this.#handles.set(username, handle);
    return handle;
  }

  /** @param {Ceremony} ceremony */
  #challenge(ceremony) {
    const length = this.off.has(`${ceremony}.options.challenge-length`) ? 8 : 32;
    if (this.off.has(`${ceremony}.options.challenge-random`))
      return base64url(new Uint8Array(length).fill(7));
    const challenge = randomBytes(length);
    if (this.off.has(`${ceremony}.options.challenge-unpredictable`)) {
      challenge.fill(7, 0, length - 4);
      challenge.writeUInt32BE(this.#count++, length - 4);
    }
    return base64url(challenge);
  }

  /** @param {Ceremony} ceremony @param {any} body @param {string} username */
  #accountOf(ceremony, body, username) {
    if (!this.off.has(`${ceremony}.account`)) return username;
    const claimed = [body?.username, body?.user, body?.user?.name].find((name) => typeof name === 'string');
    return claimed ?? username;
  }

  #anyRegistrationOptions() {
    const algorithms = this.#options.algorithms ?? [-8, -7, -257];
    const name = `visitor ${randomUUID()}`;
    return {
      rp: { id: this.rpId, name: 'Strict server' },
      user: { id: base64url(randomBytes(32)), name, displayName: name },
      pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    };
  }

  /** By default every certificate chain has to end at stuntkey's own authority. */
  #policy() {
    this.#attestation ??= this.#defaultPolicy();
    return this.#attestation;
  }

  async #defaultPolicy() {
    const { attestation, now } = this.#options;
    const trustAnchors = attestation?.trustAnchors ?? [await new AttestationAuthority().root()];
    const issuer = new AttestationAuthority({ flaw: 'revoked' });
    const revocationLists = [await issuer.revocationList([REVOKED_MODEL])];
    const clock = { now: () => 0, after: () => () => {}, wall: now };
    return { clock, revocationLists, ...attestation, trustAnchors };
  }
}

/**
 * A strict server and one visitor of it, whose functions an audit can use as callbacks.
 *
 * @param {StrictServerOptions} [options]
 * @returns {Visitor & { server: StrictServer, session: () => Visitor }}
 */
export function createStrictServer(options) {
  const server = new StrictServer(options);
  return { ...server.session(), server, session: () => server.session() };
}

/** A refusal is an answer too. @param {() => any} work */
async function answered(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 'failed', errorMessage: error.message, guard: error.guard };
  }
}

/** @param {import('stuntkey/verify').VerificationStep | undefined} step */
function refused(step) {
  return new Refusal(step?.name ?? 'unverified', `expected ${step?.expected}, got ${step?.got}`);
}

/** @param {Pick<Credential, 'id' | 'transports'>} credential */
function descriptor({ id, transports }) {
  return { type: 'public-key', id, ...(transports.length > 0 && { transports }) };
}

/** The flags of an assertion's authenticator data, unverified. @param {any} body @returns {number} */
function flagsIn(body) {
  const data = body?.response?.authenticatorData;
  return typeof data === 'string' ? (Buffer.from(data, 'base64url')[32] ?? 0) : 0;
}

/** A body as it would come over HTTP, so that the caller's objects are not touched, and its length. @param {unknown} response */
function overTheWire(response) {
  try {
    const text = JSON.stringify(response) ?? 'null';
    return { body: JSON.parse(text), length: text.length };
  } catch {
    // Too deep for JSON, but not too deep to be refused.
    return { body: response, length: 0 };
  }
}

/** The challenge that a response claims to answer, if it can be read at all. @param {any} body @returns {string | undefined} */
function challengeIn(body) {
  try {
    const text = Buffer.from(body.response.clientDataJSON, 'base64url')
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    const { challenge } = JSON.parse(text);
    return typeof challenge === 'string' ? challenge : undefined;
  } catch {
    return undefined;
  }
}
