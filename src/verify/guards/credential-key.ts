/** Checks of a new credential: its public key and its ID. */

import { base64url } from '../../base/base64url.ts';
import { algorithmOf } from '../../crypto/algorithms.ts';
import { AuthenticatorDataFlags, MAX_CREDENTIAL_ID } from '../../ctap/authenticator-data.ts';
import { type Guard, shown, Unreadable, unless } from '../guard.ts';
import { isSmallOrder } from '../lenient/credential-key.ts';
import type { RegistrationContext } from '../registration-context.ts';
import { byte } from './authenticator-data.ts';

type RegistrationGuard = Guard<RegistrationContext>;

const { BE, BS } = AuthenticatorDataFlags;

/** Guards whose findings reading has noted. */
const OF_AUTHENTICATOR_DATA = {
  'credential-key.cbor': 'it is a CBOR map',
  'credential-key.canonical': 'it is canonical CBOR, each label once',
} as const;
const OF_KEY = {
  kty: 'its type is that of its algorithm',
  crv: 'its curve is that of its algorithm',
  coordinates: 'its parts are byte strings of their length',
  point: 'it is a point of its curve',
  'rsa-modulus': 'its modulus is odd, and neither short nor huge',
  'rsa-exponent': 'its exponent is odd, and more than 1',
  members: 'it has no other members',
} as const;

const SECTION = 'credentialpublickey';

const nameOf = (alg: unknown): string => {
  try {
    return `${algorithmOf(alg as number).name} (${alg})`;
  } catch {
    return shown(typeof alg === 'bigint' ? String(alg) : alg);
  }
};

/** Steps 18 to 20. */
export const credentialKeyGuards: readonly RegistrationGuard[] = [
  ...(
    [
      ['backup-eligible', 18, BE, 'backupEligible', 'the credential can be backed up, or not, as is wanted'],
      ['backed-up', 19, BS, 'backupState', 'the credential is backed up, or not, as is wanted'],
    ] as const
  ).map(
    ([name, step, flag, wanted, title]): RegistrationGuard => ({
      name,
      step,
      title,
      section: 'sctn-credential-backup',
      run({ authData, expected }) {
        const want = expected[wanted];
        if (want === undefined) return 'skipped';
        return unless(authData.has(flag) === want, `${wanted}: ${want}`, () => byte(authData.flags));
      },
    }),
  ),
  ...Object.entries(OF_AUTHENTICATOR_DATA).map(
    ([name, title]): RegistrationGuard => ({
      name,
      step: 20,
      title: `the credential key: ${title}`,
      section: SECTION,
      run: ({ authData }) => authData.findings.get(name),
    }),
  ),
  {
    name: 'algorithm',
    step: 20,
    title: 'its algorithm is one of those asked for',
    run({ credentialKey: { alg }, options }) {
      const asked = options.pubKeyCredParams.map((one) => one.alg);
      return unless(asked.includes(alg as number), asked.map(nameOf).join(', '), () => nameOf(alg));
    },
  },
  ...Object.entries(OF_KEY).map(
    ([name, title]): RegistrationGuard => ({
      name: `credential-key.${name}`,
      step: 20,
      title: `the credential key: ${title}`,
      section: SECTION,
      run: ({ credentialKey }) => credentialKey.findings.get(name),
    }),
  ),
  {
    name: 'credential-key.small-order',
    step: 20,
    title: 'the credential key: it is not of small order',
    section: SECTION,
    run({ credentialKey }) {
      if (credentialKey.findings.has('point')) throw new Unreadable('credential-key.point');
      const small = isSmallOrder(credentialKey.verification);
      return unless(!small, 'a point of large order', () => 'one under which any message verifies');
    },
  },
];

/** Steps 25 to 27. */
export const credentialIdGuards: readonly RegistrationGuard[] = [
  {
    name: 'credential-id.length',
    step: 25,
    title: `the credential ID is at most ${MAX_CREDENTIAL_ID} bytes long`,
    section: 'credential-id',
    run: ({ authData: { credentialId } }) =>
      unless(credentialId.length <= MAX_CREDENTIAL_ID, `at most ${MAX_CREDENTIAL_ID} bytes`, () =>
        String(credentialId.length),
      ),
  },
  {
    name: 'credential-id.empty',
    step: 25,
    title: 'the credential ID is not empty',
    section: 'credential-id',
    run: ({ authData: { credentialId } }) => unless(credentialId.length > 0, 'a byte at least', () => 'none'),
  },
  {
    name: 'credential-id.unused',
    step: 26,
    title: 'the credential ID is not registered yet',
    async run({ authData: { credentialId }, expected }) {
      if (expected.isRegistered === undefined) return 'skipped';
      const id = base64url(credentialId);
      return unless(!(await expected.isRegistered(id)), 'a new credential ID', () => shown(id));
    },
  },
  {
    name: 'credential-id.matches',
    step: 27,
    title: 'id is the credential ID of the authenticator data',
    run({ id, authData: { credentialId } }) {
      const signed = base64url(credentialId);
      return unless(id === signed, shown(signed), () => shown(id));
    },
  },
];
