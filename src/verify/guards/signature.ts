/** Steps 19 to 22 of authentication: what only the holder of the key can have made, and what it says of the credential. */
import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import type { AuthenticationContext } from '../authentication-context.ts';
import { type Guard, unless } from '../guard.ts';
import { byte } from './authenticator-data.ts';

const { BE } = AuthenticatorDataFlags;
/** https://www.w3.org/TR/webauthn-3/#sctn-signature-attestation-types: ECDSA signatures are DER. */
const ENCODING = 'sctn-signature-attestation-types';

export const signatureGuards: readonly Guard<AuthenticationContext>[] = [
  {
    name: 'backup-eligible',
    step: 19,
    title: 'backup eligibility (flag BE) is as at registration',
    section: 'sctn-credential-backup',
    run: ({ authData, record }) =>
      unless(
        authData.has(BE) === record.backupEligible,
        record.backupEligible ? 'the flag BE' : 'no BE',
        () => byte(authData.flags),
      ),
  },
  {
    name: 'convenience-members',
    step: 21,
    title: 'a key that the response brings along is not believed',
    run: () => undefined,
  },
  {
    name: 'signature.range',
    step: 21,
    title: 'ECDSA: r and s are between 1 and the order of the group',
    async run(context) {
      const { inRange } = await context.signature;
      return unless(inRange, 'r and s in 1..n-1', () => 'zero, or more');
    },
  },
  {
    name: 'signature',
    step: 21,
    title: 'the signature is by the credential key, over authenticator data and client data’s hash',
    async run(context) {
      const { verifies, inRange } = await context.signature;
      // Numbers out of range have been let through: then nothing is calculated with them.
      if (!inRange) return 'skipped';
      return unless(verifies, 'a signature that verifies', () => 'one that does not');
    },
  },
  {
    name: 'signature.der',
    step: 21,
    title: 'ECDSA: the signature is DER',
    section: ENCODING,
    async run(context) {
      const { verifies, form } = await context.signature;
      return unless(!verifies || form !== 'ber', 'DER', () => 'BER that is not DER');
    },
  },
  {
    name: 'signature.raw',
    step: 21,
    title: 'ECDSA: the signature is not r and s one behind the other',
    section: ENCODING,
    async run(context) {
      const { verifies, form } = await context.signature;
      return unless(!verifies || form !== 'raw', 'DER', () => 'r and s one behind the other');
    },
  },
];

export const counterGuard: Guard<AuthenticationContext> = {
  name: 'counter',
  step: 22,
  title: 'the signature counter has gone up, where there is one',
  section: 'sctn-sign-counter',
  run({ authData: { signCount }, record }) {
    if (signCount === 0 && record.signCount === 0) return undefined;
    return unless(signCount > record.signCount, `more than ${record.signCount}`, () => String(signCount));
  },
};
