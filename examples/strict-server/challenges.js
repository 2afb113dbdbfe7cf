// The challenges that have been issued, and what they are good for: one answer, in one session, to one kind of ceremony, for a while.
import { randomBytes } from 'node:crypto';
import { Refusal } from './refusal.js';

/** @typedef {import('./guards.js').Ceremony} Ceremony */
/** @typedef {{ id: string, current: Partial<Record<Ceremony, Issued>>, signedInAs?: string }} Session */
/**
 * @typedef {object} Issued options that have been handed out
 * @property {string} challenge
 * @property {Ceremony} ceremony
 * @property {Session} session
 * @property {any} options
 * @property {string | undefined} username the user who was named in the request for them
 * @property {number} at milliseconds
 * @property {boolean} used
 */

/** How many are remembered, to say why an old one is refused. */
const REMEMBERED = 10_000;

export class Challenges {
  /** @type {Map<string, Issued>} */
  #issued = new Map();
  /** How many challenges that can be guessed there were. */
  #count = 1;
  #off;
  #now;
  #lifetime;

  /** @param {ReadonlySet<string>} off @param {() => number} now @param {number} lifetime milliseconds */
  constructor(off, now, lifetime) {
    this.#off = off;
    this.#now = now;
    this.#lifetime = lifetime;
  }

  /** A challenge of 32 bytes that says nothing of any other. @param {Ceremony} ceremony @returns {string} base64url */
  fresh(ceremony) {
    const length = this.#off.has(`${ceremony}.options.challenge-length`) ? 8 : 32;
    const constant = this.#off.has(`${ceremony}.options.challenge-random`);
    const challenge = constant ? Buffer.alloc(length, 7) : randomBytes(length);
    if (this.#off.has(`${ceremony}.options.challenge-unpredictable`)) {
      challenge.fill(7, 0, length - 4);
      challenge.writeUInt32BE(this.#count++, length - 4);
    }
    return challenge.toString('base64url');
  }

  /** Remembers options. @param {Ceremony} ceremony @param {Session} session @param {any} options @param {string} [username] */
  issue(ceremony, session, options, username) {
    const { challenge } = options;
    const issued = { challenge, ceremony, session, options, username, at: this.#now(), used: false };
    session.current[ceremony] = issued;
    this.#issued.set(challenge, issued);
    const [oldest] = this.#issued.keys();
    if (this.#issued.size > REMEMBERED && oldest !== undefined) this.#issued.delete(oldest);
  }

  /**
   * The options for verifying a response, and a function that uses them up, if they are not yet.
   *
   * @param {Ceremony} ceremony
   * @param {Session} session
   * @param {string | undefined} claimed the challenge in the response
   * @param {any} otherwise options for a session that has asked for none, if a weak server accepts that
   * @param {unknown} named the user name in the response, which only a weak server reads
   * @returns {{ options: any, username: string | undefined, pending: Ceremony | undefined, useUp: () => void }}
   */
  take(ceremony, session, claimed, otherwise, named) {
    const current = session.current[ceremony];
    const found = claimed === undefined ? undefined : this.#issued.get(claimed);
    if (found !== undefined) this.#inspect(ceremony, session, found, current, named);
    const issued = found ?? current;
    if (issued === undefined) this.#refuse(ceremony, 'session.started', 'no options have been asked for');
    else if (this.#now() - issued.at > this.#lifetime) {
      this.#refuse(ceremony, 'challenge.fresh', `expected a challenge of the last ${this.#lifetime} ms`);
    }
    // Options of another session, which a weak server accepts, have their own challenge; the rest is this session's.
    const either = this.#off.has(`${ceremony}.pending.ceremony`);
    const own = current ?? (issued?.ceremony === ceremony || either ? issued : undefined);
    const challenge = issued?.challenge ?? claimed ?? 'AAAA';
    const useUp = () => {
      if (issued !== undefined) issued.used = true;
      delete session.current[ceremony];
    };
    if (!this.#off.has(`${ceremony}.challenge.atomic`)) useUp();
    const options = own?.ceremony === ceremony ? own.options : { ...otherwise, ...own?.options };
    return { options: { ...options, challenge }, username: own?.username, pending: own?.ceremony, useUp };
  }

  /** @param {Ceremony} ceremony @param {Session} session @param {Issued} found @param {Issued | undefined} current @param {unknown} named */
  #inspect(ceremony, session, found, current, named) {
    const byName = this.#off.has(`${ceremony}.challenge.by-session`) && found.username === named;
    if (found.session !== session && !byName)
      this.#refuse(ceremony, 'challenge.session', 'the challenge was issued to another session');
    if (found.ceremony !== ceremony && !this.#off.has(`${ceremony}.pending.ceremony`))
      this.#refuse(ceremony, 'challenge.ceremony', `the challenge was issued for ${found.ceremony}`);
    if (found.used) this.#refuse(ceremony, 'challenge.single-use', 'the challenge has been answered already');
    else if (found.session === session && found.ceremony === ceremony && found !== current)
      this.#refuse(ceremony, 'challenge.superseded', 'newer options have been asked for');
  }

  /** @param {Ceremony} ceremony @param {string} guard @param {string} message */
  #refuse(ceremony, guard, message) {
    const name = `${ceremony}.${guard}`;
    if (!this.#off.has(name)) throw new Refusal(name, message);
  }
}
