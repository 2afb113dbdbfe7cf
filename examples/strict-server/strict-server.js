// A relying party that checks everything, in memory. Each check is a guard with a name, and any guard can be switched off, which a
// test of servers then has to notice. In process it is as fast as its signatures; http.js makes a server of it.
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import {
  authenticationChecks,
  registrationChecks,
  verifyAuthentication,
  verifyRegistration,
} from 'stuntkey/verify';
import { algorithmsAsked } from './algorithms.js';
import { attestationPolicy } from './attestation.js';
import { challengeIn, descriptor, flagsIn, overTheWire } from './bodies.js';
import { Challenges } from './challenges.js';
import { resolveWeak, verificationOff } from './guards.js';
import { believedOrigins } from './origins.js';
import { firstMatch, queriedBy } from './queries.js';
import { answered, Refusal, refused } from './refusal.js';

/** @typedef {import('./guards.js').Ceremony} Ceremony */
/** @typedef {import('./challenges.js').Session} Session */
/** @typedef {import('stuntkey/verify').RelyingPartyCredential} Credential */
/** @typedef {{ credential: Credential, username: string, deleted: boolean, number: number }} Stored `number`: how many IDs there were when its own was new */
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
 * @property {readonly number[]} [algorithms] COSE numbers; default: -8, -7, -257, -48, -49, -50
 * @property {readonly string[]} [topOrigins] of pages that may hold its pages in frames; default: none
 * @property {import('./attestation.js').Metadata | (() => Promise<import('./attestation.js').Metadata>)} [metadata] default: none, and any model will do
 * @property {import('stuntkey/verify').AttestationPolicy} [attestation] default: whatever chains is to chain to stuntkey's test authority
 */

const MAX_BODY = 256 * 1024;
const LIFETIME_MS = 300_000;
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
  /** @type {Map<string, Set<string>>} what their keys are there, by user name */
  #owned = new Map();
  /** How many credential IDs there have been. */
  #count = 0;
  /** @type {Map<string, string>} user handles by name */
  #handles = new Map();
  #challenges;
  #options;
  #secret = randomBytes(32);
  #attestation;

  /** @param {StrictServerOptions} [options] */
  constructor(options = {}) {
    const { rpId = 'localhost', origins = ['http://localhost'], weak = [], now = Date.now } = options;
    this.off = resolveWeak(weak);
    this.rpId = rpId;
    this.origins = origins;
    this.#options = { ...options, now };
    this.#attestation = attestationPolicy(this.#options, this.off);
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
    const excluded = this.off.has('registration.options.exclude-credentials') ? [] : own;
    const selection = this.off.has('registration.options.verification-kept')
      ? { userVerification: 'required', ...authenticatorSelection }
      : authenticatorSelection;
    const options = {
      rp: { id: this.rpId, name: 'Strict server' },
      user: { id: this.#handleOf(username), name: username, displayName },
      challenge: this.#challenges.fresh('registration'),
      pubKeyCredParams: algorithmsAsked(this.#options.algorithms, this.off),
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
    const { username: named, userVerification, extensions } = request;
    const queried = this.off.has('authentication.options.operators')
      ? firstMatch([...this.#handles.keys()], named)
      : undefined;
    const username = queried ?? (named === undefined ? undefined : String(named));
    const required = this.off.has('authentication.options.verification-kept');
    const options = {
      rpId: this.rpId,
      challenge: this.#challenges.fresh('authentication'),
      timeout: 60_000,
      allowCredentials: username === undefined ? [] : this.#allowedFor(username),
      userVerification: userVerification ?? (required ? 'required' : 'preferred'),
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
          ? await this.#register(body, session, believedOrigins(this, ceremony, headers))
          : await this.#authenticate(body, session, believedOrigins(this, ceremony, headers));
      session.signedInAs = username;
      if (!this.off.has('authentication.session.renewed')) session.id = randomUUID();
      return { status: 'ok', errorMessage: '', username };
    });
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
    const before = this.#count;
    const expected = {
      options,
      origins,
      rpId: this.rpId,
      topOrigins: this.#options.topOrigins ?? [],
      attestation: await this.#attestation(),
      isRegistered: (/** @type {string} */ id) => this.#find(id)?.credential.id === id,
      off: verificationOff(this.off, 'registration'),
      ...(mediation && { mediation }),
    };
    const { verified, failed, credential, attestation } = await verifyRegistration(body, expected);
    const account = this.#accountOf('registration', body, username ?? options.user.name);
    if (!verified || credential === undefined) {
      if (this.off.has('registration.verified-first')) {
        const { credential } = await verifyRegistration(body, { ...expected, off: registrationChecks });
        if (credential !== undefined && credential.id !== '') this.#store(credential, account);
      }
      throw refused(failed);
    }
    useUp();
    const asked = ['direct', 'enterprise'].includes(options.attestation);
    if (asked && attestation?.fmt === 'none' && !this.off.has('registration.attestation.asked'))
      throw new Refusal('registration.attestation.asked', `expected attestation, as ${options.attestation}`);
    const same = this.#find(credential.id);
    if (
      !this.off.has('registration.credential-id.atomic') &&
      same !== undefined &&
      same.credential.id === credential.id &&
      same.number > before
    )
      throw new Refusal('registration.credential-id.atomic', 'the credential ID has just been registered');
    this.#store(credential, account);
    return account;
  }

  /** @param {any} sent @param {Session} session @param {readonly string[]} origins */
  async #authenticate(sent, session, origins) {
    const stored = { credentials: this.#credentials, handles: this.#handles };
    const queried = this.off.has('authentication.operators') ? queriedBy(sent, stored) : undefined;
    const body = queried?.body ?? this.#oneId(sent);
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
    const before = this.#find(String(body?.id))?.credential.signCount;
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
    if (credential !== undefined) this.#update(credential, before);
    const id = this.off.has('authentication.account.one-id') ? sent.id : credential?.id;
    const owner = queried?.owner ?? this.#find(String(id))?.username;
    return this.#accountOf('authentication', body, username ?? owner ?? '');
  }

  /** A response whose key is found by rawId, and its account by id. @param {any} sent */
  #oneId(sent) {
    return this.off.has('authentication.account.one-id') ? { ...sent, id: sent?.rawId } : sent;
  }

  /** @param {Credential} credential @param {string} username */
  #store(credential, username) {
    const userHandle = this.#handleOf(username);
    const key = this.#key(credential.id);
    const there = this.#credentials.get(key);
    const same = there?.credential.id === credential.id ? there : undefined;
    if (same === undefined) this.#count += 1;
    if (there !== undefined) this.#owned.get(there.username)?.delete(key);
    const owned = this.#owned.get(username) ?? new Set();
    this.#owned.set(username, owned.add(key));
    this.#credentials.set(key, {
      credential: { ...credential, userHandle },
      username,
      deleted: false,
      number: same?.number ?? this.#count,
    });
  }

  /** @param {Credential} credential @param {number} [before] the counter that its own was compared with */
  #update(credential, before) {
    const stored = this.#credentials.get(this.#key(credential.id));
    if (stored === undefined) return;
    const { signCount } = stored.credential;
    // Another sign-in with it may have come since.
    const overtaken = before !== undefined && signCount !== before && credential.signCount <= signCount;
    if (overtaken && !this.off.has('authentication.counter.atomic'))
      throw new Refusal('authentication.counter.atomic', `expected more than ${signCount}`);
    const cut = this.off.has('authentication.counter.unsigned') ? credential.signCount | 0 : undefined;
    stored.credential = {
      ...credential,
      ...(cut !== undefined && { signCount: cut }),
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
    return [...(this.#owned.get(username) ?? [])].flatMap((id) => this.#find(id)?.credential ?? []);
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

  /** @param {Ceremony} ceremony @param {any} body @param {string} username */
  #accountOf(ceremony, body, username) {
    if (!this.off.has(`${ceremony}.account`)) return username;
    const claimed = [body?.username, body?.user, body?.user?.name].find((name) => typeof name === 'string');
    return claimed ?? username;
  }

  #anyRegistrationOptions() {
    const name = `visitor ${randomUUID()}`;
    return {
      rp: { id: this.rpId, name: 'Strict server' },
      user: { id: base64url(randomBytes(32)), name, displayName: name },
      pubKeyCredParams: algorithmsAsked(this.#options.algorithms, this.off),
    };
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
