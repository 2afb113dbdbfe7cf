// Every check of the strict server by name: those of stuntkey/verify, and those that only a server with a memory can make.
import { authenticationChecks, registrationChecks } from 'stuntkey/verify';

/** @typedef {'registration' | 'authentication'} Ceremony */

/** The checks of both ceremonies that need a memory, and whether switching one off shows only in a later ceremony. */
const BOTH = {
  'request.size': 'the body is at most 256 KiB long',
  'request.json': 'the body is JSON (HTTP only)',
  'request.content-type': 'the body says that it is JSON',
  'session.started': 'this session has asked for options',
  'challenge.session': 'the challenge was issued to this session',
  'challenge.ceremony': 'the challenge was issued for this kind of ceremony',
  'challenge.single-use': 'the challenge has not been answered yet, well or badly',
  'challenge.superseded': 'no newer options have been asked for since',
  'challenge.fresh': 'the challenge is not older than its lifetime',
  'challenge.atomic':
    'the challenge is taken before verification begins: of two answers at once, one is refused',
  'challenge.by-session': 'the challenge is kept by the session, and not by the name that the body has',
  'pending.ceremony': 'a response to options of the other ceremony is refused, for every user',
  'origin.configured.origin': 'the origin is a configured one, whatever the header Origin says',
  'origin.configured.host': 'the origin is a configured one, whatever the header Host says',
  'origin.configured.forwarded-host': 'the origin is a configured one, whatever X-Forwarded-Host says',
  'options.challenge-random': 'every challenge is another one',
  'options.challenge-unpredictable': 'challenges do not follow from each other',
  'options.challenge-length': 'challenges are 32 bytes long, not 8',
  'options.verification-kept': 'a request cannot ask for less user verification than is required',
  'verified-first': 'nothing is stored before all has been verified',
};

const SERVER = {
  ...both(BOTH),
  'registration.options.user-id': 'user.id is random, and not the name',
  'registration.options.exclude-credentials': "the user's credentials are excluded",
  'registration.options.algorithms': 'RS1 (-65535) is not offered',
  'registration.options.post-quantum': 'ML-DSA is offered',
  'registration.credential-id.atomic':
    'the credential ID is still unused when it is stored: of two at once, one is refused',
  'registration.metadata.signature': 'metadata is signed by its first certificate',
  'registration.metadata.chain': 'the certificates of metadata lead to a trust anchor',
  'registration.metadata.revoked': 'no certificate of metadata is revoked',
  'registration.attestation.asked': 'where attestation is asked for, a statement of format none will not do',
  'registration.account.signed-in':
    'an account with credentials gets more only from the user who is signed in to it',
  'registration.credential-id.whole': 'credential IDs are stored whole, not their first 255 bytes',
  'registration.credential-id.case': 'credential IDs are told apart by the case of their letters, too',
  'registration.account': 'the account is that of the options, whatever the body says',
  'authentication.operators': 'an ID or user handle that is an object finds nothing',
  'authentication.options.operators': 'a user name that is an object names no user',
  'authentication.options.unknown-user': 'whether a user exists, or has credentials, does not show',
  'authentication.options.decoys-stable': 'what is made up for a name is the same every time',
  'authentication.credential.deleted': 'deleted credentials are gone',
  'authentication.credential.own': 'a credential is deleted by its owner only',
  'authentication.account.without-credentials': 'an account without credentials is not signed in to',
  'authentication.account.one-id': 'the key and the account are found by the same ID',
  'authentication.session.verified-first': 'no user is signed in before all has been verified',
  'authentication.session.renewed': 'the session has a new ID after a sign-in',
  'authentication.account': 'the account is that of the options, whatever the body says',
  'authentication.counter.stored': 'the new counter is stored',
  'authentication.counter.unsigned': 'it is stored whole, all 32 bits of it',
  'authentication.counter.atomic': 'of two sign-ins at once with one counter, one is refused',
};

/** @param {Record<string, string>} guards */
function both(guards) {
  return Object.fromEntries(
    ['registration', 'authentication'].flatMap((ceremony) =>
      Object.entries(guards).map(([name, title]) => [`${ceremony}.${name}`, title]),
    ),
  );
}

const verified = new Set([...registrationChecks, ...authenticationChecks]);

/** Every guard: its full name. @type {readonly string[]} */
export const guards = [...new Set([...Object.keys(SERVER), ...verified])];

/** What one of the server's own guards checks. @param {string} name */
export function titleOf(name) {
  return /** @type {Record<string, string>} */ (SERVER)[name];
}

/**
 * The guards that are off: full names. A name without its ceremony means both.
 *
 * @param {Iterable<string>} names
 * @returns {ReadonlySet<string>}
 */
export function resolveWeak(names) {
  const off = new Set();
  for (const name of names) {
    const meant = [name, `registration.${name}`, `authentication.${name}`].filter((full) =>
      guards.includes(full),
    );
    if (meant.length === 0) {
      const near = guards.filter((full) => full.includes(name.split('.').at(-1) ?? name)).slice(0, 5);
      throw new TypeError(
        `there is no guard "${name}"${near.length > 0 ? `; perhaps one of ${near.join(', ')}` : ''}`,
      );
    }
    for (const full of meant) off.add(full);
  }
  return off;
}

/** Those of the guards off that stuntkey/verify has for a ceremony. @param {ReadonlySet<string>} off @param {Ceremony} ceremony */
export function verificationOff(off, ceremony) {
  return [...off].filter((name) => verified.has(name) && name.startsWith(`${ceremony}.`));
}

/**
 * Names of guards from a command line, where each may be a list. Unknown names end the program.
 *
 * @param {readonly string[]} lists
 */
export function weakFrom(lists) {
  const weak = lists.flatMap((list) => list.split(',')).filter((name) => name !== '');
  try {
    return { weak, off: [...resolveWeak(weak)] };
  } catch (error) {
    console.error(`--weak: ${/** @type {Error} */ (error).message}`);
    process.exit(2);
  }
}
