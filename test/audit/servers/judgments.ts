/** What we make of findings, by hand: docs/audit-findings.md prints the reasons. */
import type { FaultResult } from '../../../src/audit/verdict.ts';

interface Judgment {
  /** `library`: it does not do what a text says. `choice`: the texts leave it open. `ours`: the audit asks for too much here. */
  readonly whose: 'library' | 'choice' | 'ours';
  readonly why: string;
}

const library = (why: string): Judgment => ({ whose: 'library', why });
const choice = (why: string): Judgment => ({ whose: 'choice', why });
const ours = (why: string): Judgment => ({ whose: 'ours', why });

/** What is still to be looked at. */
export const UNJUDGED: Judgment = { whose: 'ours', why: 'not judged yet' };

/** Of one fault, with one server or with all. */
const FAULTS: Readonly<Record<string, Judgment>> = {
  '@simplewebauthn/server registration-user-not-verified-where-preferred': choice(
    'requireUserVerification is true unless told otherwise, and the options say preferred: the documentation tells to pass false for them',
  ),
  '@simplewebauthn/server authentication-user-not-verified-where-preferred': choice(
    'the same default at sign-in',
  ),
  'fido2-lib registration-user-not-verified': library(
    'the README’s example asks for verification in its options and verifies with factor: either, which does not',
  ),
  'fido2-lib authentication-user-not-verified': library('the same at sign-in'),
  '@simplewebauthn/server authentication-cross-origin': choice(
    'let through on purpose where there is no topOrigin, which one browser does not send; with one, expectedTopOrigin decides',
  ),
  'better-auth authentication-cross-origin': choice('as @simplewebauthn/server, which it verifies with'),
  'better-auth credential-of-other-user': ours(
    'its sign-in never names an account, so that a credential signs in whom it belongs to, which is right',
  ),
  'better-auth credential-not-allowed': ours(
    'its sign-in has no allow list unless a user is signed in already',
  ),
  'better-auth account-of-other-by-stranger': ours(
    'a registration begins with the password of the account here, and the audit’s server knows the passwords of all accounts: the user who registers is its owner',
  ),
  'better-auth account-of-other-by-user': ours(
    'a registration begins with the password of the account here, and the audit’s server knows the passwords of all accounts: the user who registers is its owner',
  ),
  'better-auth account-without-credentials': ours(
    'its sign-in never names an account, so that a credential signs in whom it belongs to, which is right',
  ),
  'better-auth options-tell-who-exists': ours(
    'its options name credentials only to a user who is signed in already, and only the user’s own: a stranger’s name is not asked for',
  ),
  'registration-options-without-ml-dsa': choice(
    '5.4: which algorithms a server asks for is its own; the profile post-quantum alone wants ML-DSA',
  ),
  'registration-user-absent-but-verified': library('7.1, step 15: the flag UP is looked at only at sign-in'),
  'registration-backed-up-but-not-eligible': library('7.1, step 17: BS without BE'),
  'authentication-backed-up-but-not-eligible': library('7.2, step 18: BS without BE'),
  '@passwordless-id/webauthn credential-id-other-in-json': library(
    'what is stored is the ID beside the attestation object, which nothing signs; 7.1, step 27 takes it from the authenticator data',
  ),
  'credential-id-other-in-json': choice(
    'what is stored is the ID in the authenticator data, as 7.1, step 27 has it; that the other one differs is not minded',
  ),
  'credential-id-empty': choice('an ID of no bytes; step 25 has no least length'),
  'algorithm-not-asked-for': library('7.1, step 20: any algorithm is taken that the library knows'),
  'key-rsa-512': library(
    'RFC 8230, section 2: RSA keys have 2048 bits or more. An attacker who factors it signs in',
  ),
  'key-rsa-1024': library('RFC 8230, section 2: RSA keys have 2048 bits or more'),
  'key-rsa-exponent-1': library('RFC 8017, section 3.1: the exponent is at least 3. With 1, everybody signs'),
  'key-rsa-exponent-even': library('RFC 8017, section 3.1: the exponent is odd'),
  'key-small-order': choice(
    'RFC 8032 does not ask for the check. Only who registers such a key can be impersonated through it',
  ),
  'record-of-convenience-members': library(
    'the key beside the attestation object is stored, which nothing signs: 7.1, step 27 takes it from the authenticator data',
  ),
  'authentication-with-attested-credential': choice('6.1: an assertion has none; no step of 7.2 looks'),
  'registration-with-signature': choice('members that no step looks at'),
  'user-handle-absent': ours(
    'its README’s sign-in names no account, and then a handle is needed, which is right',
  ),
  'signature-der-negative': choice('BER leniency of its verifier; the numbers are right ones'),
};

/** Of everything about a subject, where nothing of the above is said. */
const SUBJECTS: Readonly<Record<string, Judgment>> = {
  'cross-origin': library(
    '7.1, step 10 and 7.2, step 13: crossOrigin is not looked at, or not in registrations, or taken for true only if it is a boolean',
  ),
  'top-origin': library('7.1, step 11 and 7.2, step 14: topOrigin is not looked at, or not in registrations'),
  'client-data': library(
    '7.1, step 5 and 7.2, step 8: UTF-8 decode strips a byte order mark; other bytes are refused',
  ),
  challenge: library(
    '7.1, step 8 and 7.2, step 11: the challenge is compared after a lenient decoding, or not as a text',
  ),
  type: library('7.1, step 7 and 7.2, step 10'),
  flags: library('7.1, steps 15 to 19 and 7.2, steps 16 to 19'),
  algorithm: library('7.1, step 20: alg is not held to pubKeyCredParams'),
  'authenticator-data': choice(
    '6.1 says how the bytes are laid out; no step of 7.1 and 7.2 refuses what is over',
  ),
  'cose-key': choice(
    '5.8.5 and 6.5.1.1 say what keys there are; 7.1 does not ask a server to look. At worst such a credential cannot sign in, and its user is locked out',
  ),
  'attestation-object': choice('CTAP2 canonical CBOR is for authenticators; the decoder here is lenient'),
  'attestation-format': library('7.1, step 21: an unknown format is taken'),
  'attestation-none': library('8.7: the statement of none is empty'),
  signature: choice('the decoder of DER is lenient; the signature itself is right'),
  json: choice('no step names the JSON form’s types; leniency of the parser'),
  record: library('7.1, step 27'),
  'credential-id': library('7.1, step 25: at most 1023 bytes'),
  'allow-list': library('7.2, step 5'),
  'user-handle': library('7.2, step 6'),
  counter: library('7.2, step 22'),
  overwrite: library(
    '7.1, step 26: an ID that is registered already is registered again; the column is indexed, and not unique',
  ),
  credential: library('7.2, step 6'),
};

/** Of everything about a subject with one server. */
const SERVERS: Readonly<Record<string, Judgment>> = {
  '@passwordless-id/webauthn attestation': choice(
    'it reads no attestation object at all: what a server stores is what the page says. 7.1, steps 13 and 20 to 24 are the developer’s',
  ),
  'passport-fido2-webauthn attestation': library(
    'its verifiers return false for a wrong signature, and the strategy does not look at what they return; what 8.2 asks of certificates is not looked at (7.1, step 22)',
  ),
  '@simplewebauthn/server attestation': choice(
    '8.2 to 8.6: a detail of the statement that it does not look at',
  ),
  'better-auth attestation': choice(
    'as @simplewebauthn/server, which it verifies with; it asks for no attestation',
  ),
  'python-fido2 attestation': choice(
    'attestation is looked at only by a server that asks for it, and its example asks for none',
  ),
  'python-fido2 origin': choice(
    'unless it is told otherwise (verify_origin), any origin with https under the RP ID is one that is expected: 7.1, step 9 and 7.2, step 12 let the server say which',
  ),
  'duo-labs/webauthn origin': choice(
    'origins are compared when they are parsed: letters of the other case and a path are passed over; no other site gets through',
  ),
  'duo-labs/webauthn rp-id-hash': library(
    '7.2, step 15: where no AppID was asked for, its hash is 32 zeros here, and those pass for the hash of the RP ID',
  ),
  'libfido2 attestation': choice('8.2 to 8.6: a detail of the statement that it does not look at'),
  'Authen::WebAuthn attestation': choice('8.2 to 8.6: a detail of the statement that it does not look at'),
  'duo-labs/webauthn attestation': choice('8.2 to 8.6: a detail of the statement that it does not look at'),
  'fido2-lib attestation': choice('8.2 to 8.6: a detail of the statement that it does not look at'),
};

export function judge(server: string, { fault, verdict, reason }: FaultResult): Judgment {
  const { id, subject } = fault;
  const own = FAULTS[`${server} ${id}`] ?? FAULTS[id];
  if (verdict === 'error') {
    if (server === 'passport-fido2-webauthn')
      return library(
        `what the strategy throws is not caught, and one request ends the process (${(reason ?? '').replace(/.*ends the process: /, '').slice(0, 60)})`,
      );
    if (server === 'duo-labs/webauthn')
      return library('it panics, and net/http drops the connection of who has sent it');
    return library('a bad response is answered with a status of 500, as if the server were at fault');
  }
  if (own !== undefined) return own;
  const kind = subject.startsWith('attestation-') ? 'attestation' : subject;
  return SERVERS[`${server} ${kind}`] ?? SUBJECTS[subject] ?? UNJUDGED;
}
