/** Faults of the RP ID hash: for which site the authenticator signed. */
import { utf8 } from '../../base/bytes.ts';
import { rpIdHashOf, sha256 } from '../../crypto/hash.ts';
import type { Fault } from '../fault.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { type AnyDraft, both } from './define.ts';
import { parentOf } from './hosts.ts';

function hashOf(text: (draft: AnyDraft) => string): (draft: AnyDraft) => void {
  return (draft) => {
    draft.rpIdHash = rpIdHashOf(text(draft)).slice();
  };
}

export const rpIdHashFaults: readonly Fault[] = both(
  'rp-id-hash',
  {
    steps: { registration: registrationStep(14), authentication: authenticationStep(15) },
    severity: 'high',
    guard: 'rp-id-hash',
    gain: 'A credential that belongs to another site is taken for one of yours.',
    check:
      'Compare the first 32 bytes of the authenticator data with the SHA-256 of your RP ID, which does not come from the response.',
  },
  [
    {
      id: 'rp-id-hash-other-site',
      title: 'signed for another site',
      change: hashOf(() => 'stuntkey.example'),
    },
    {
      id: 'rp-id-hash-subdomain',
      title: 'signed for a subdomain',
      change: hashOf(({ rpId }) => `sub.${rpId}`),
    },
    {
      id: 'rp-id-hash-parent',
      title: 'signed for the parent domain',
      needs: ['parent-domain'],
      change: hashOf(({ rpId }) => parentOf(rpId)),
    },
    {
      id: 'rp-id-hash-of-origin',
      title: 'the hash of the origin',
      change: hashOf(({ origin }) => origin.origin),
    },
    {
      id: 'rp-id-hash-case',
      title: 'the hash of the RP ID in capitals',
      severity: 'medium',
      change: hashOf(({ rpId }) => rpId.toUpperCase()),
    },
    {
      id: 'rp-id-hash-zero',
      title: 'zeros for the hash',
      change: (draft) => {
        draft.rpIdHash = new Uint8Array(32);
      },
    },
    {
      id: 'rp-id-hash-bit-flipped',
      title: 'the hash with its last bit flipped',
      change: (draft) => {
        draft.rpIdHash = new Uint8Array(draft.rpIdHash);
        draft.rpIdHash[31] = (draft.rpIdHash[31] as number) ^ 1;
      },
    },
    {
      id: 'rp-id-hash-of-hash',
      title: 'the hash of the hash',
      change: (draft) => {
        draft.rpIdHash = sha256(sha256(utf8(draft.rpId)));
      },
    },
  ],
);
