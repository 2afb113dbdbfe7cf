/** The signature counter, and what a refused sign-in leaves behind. */

import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import type { AssertionDraft } from '../forge/draft.ts';
import { authenticationStep } from '../steps.ts';
import { authentications } from './define.ts';

/** The counter that the server has stored: of the sign-in before. */
function stored({ given }: AssertionDraft): number {
  if (given.signCount === undefined)
    throw new NotApplicable('it needs the counter of a sign-in before, and none was given');
  if (given.signCount === 0) throw new NotApplicable('the authenticator does not count');
  return given.signCount;
}

function wrongSignature(draft: AssertionDraft): void {
  draft.signature = (signature) => {
    const changed = new Uint8Array(signature);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    return changed;
  };
}

export const counterFaults: readonly Fault[] = [
  ...authentications(
    'counter',
    {
      step: authenticationStep(22),
      severity: 'info',
      kind: 'observation',
      guard: 'counter',
      scene: 'signed-in-before',
      gain: 'A counter that does not advance is a sign, and no proof, of a copied key: whether that is a reason to refuse is up to the server.',
      check:
        'Where either counter is not zero, compare them, and do as your policy says: refuse, ask again, or write it down.',
    },
    [
      {
        id: 'counter-equal',
        title: 'the counter of the last sign-in again',
        change(draft) {
          draft.signCount = stored(draft);
        },
      },
      {
        id: 'counter-lower',
        title: 'a counter lower than that of the last sign-in',
        change(draft) {
          draft.signCount = stored(draft) - 1;
        },
      },
      {
        id: 'counter-zero',
        title: 'zero, where there was a counter',
        change(draft) {
          stored(draft);
          draft.signCount = 0;
        },
      },
      {
        id: 'counter-not-kept',
        title: 'a counter above that of the registration, below that of the last sign-in',
        step: authenticationStep(24),
        guard: 'counter.stored',
        change(draft) {
          if (stored(draft) < 2) throw new NotApplicable('there is no counter between the two');
          draft.signCount = stored(draft) - 1;
        },
      },
    ],
  ),
  ...authentications(
    'counter',
    {
      step: authenticationStep(22),
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but authenticators that count as the specification allows are locked out.',
      check: 'Take zero after zero, as every synced passkey has it, and any greater counter.',
    },
    [
      {
        id: 'counter-always-zero',
        title: 'zero, and zero before',
        scene: 'signed-in-before',
        policy: { signCounter: 'zero' },
      },
      {
        id: 'counter-ahead',
        title: 'a counter that is far ahead',
        change(draft) {
          draft.signCount += 100_000;
        },
      },
      {
        id: 'counter-high-bit',
        title: 'a counter of 32 bits',
        change(draft) {
          draft.signCount = 0x8000_0000 + draft.signCount;
        },
        check: 'Keep counters where 2³² − 1 has room: in a column of 64 bits, and in numbers without a sign.',
      },
    ],
  ),
  ...authentications(
    'counter',
    {
      step: authenticationStep(24),
      severity: 'medium',
      gain: 'A copied key signs in beside the original, and the counter that would tell them apart does not.',
      check: 'Compare the counter and store the new one in one step, whole.',
      needs: ['second-session'],
    },
    [
      {
        id: 'counter-after-high',
        title: 'a low counter after one of 32 bits, which counts as negative where it was cut to 31',
        guard: 'counter.unsigned',
        scene: 'counter-after-high',
      },
      {
        id: 'counter-raced',
        title: 'two sign-ins with one counter, at once',
        guard: 'counter.atomic',
        scene: 'counter-raced',
      },
    ],
  ),
  ...authentications(
    'update',
    {
      step: authenticationStep(24),
      severity: 'medium',
      guard: 'verified-first',
      scene: 'then-honest',
      gain: "An attacker who knows a credential's ID locks its owner out: one refused sign-in changes what the next is compared with.",
      check: 'Update counter and flags only after every check has passed.',
    },
    [
      {
        id: 'refused-counter-kept',
        title: 'a refused sign-in with the highest counter, after which the honest one must pass',
        change(draft) {
          draft.signCount = 0xffff_ffff;
          wrongSignature(draft);
        },
      },
      {
        id: 'refused-flags-kept',
        title: 'a refused sign-in with other backup flags, after which the honest one must pass',
        change(draft) {
          draft.flags ^= AuthenticatorDataFlags.BE;
          if ((draft.flags & AuthenticatorDataFlags.BE) === 0) draft.flags &= ~AuthenticatorDataFlags.BS;
          wrongSignature(draft);
        },
      },
    ],
  ),
  ...authentications(
    'update',
    {
      step: authenticationStep(25),
      severity: 'medium',
      kind: 'control',
      scene: 'then-honest',
      gain: 'Anybody can lock anybody out, by failing to sign in once.',
      check: 'After a refused sign-in, let the user ask for options and try again.',
    },
    [
      {
        id: 'refused-then-honest',
        title: 'an honest sign-in after one that was refused',
        change: wrongSignature,
      },
    ],
  ),
];
