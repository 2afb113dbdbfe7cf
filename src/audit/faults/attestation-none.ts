/** Faults of attestation "none" (https://www.w3.org/TR/webauthn-3/#sctn-none-attestation). */
import { type Fault, NotApplicable } from '../fault.ts';
import { registrationStep } from '../steps.ts';
import { commonOf, made, members } from './attestation.ts';
import { registrations } from './define.ts';

export const noneFaults: readonly Fault[] = registrations(
  'attestation-none',
  {
    ...commonOf('none', '8.7', 'sctn-none-attestation'),
    step: registrationStep(22),
    severity: 'low',
    guard: 'attestation.none.statement',
    // Where one was asked for, none is refused whatever is in it.
    request: {},
    gain: 'Nothing by itself: a statement that has to be empty carries content that is not verified.',
    check: 'For the format `none`, insist on an empty map.',
  },
  [
    {
      id: 'attestation-none-not-empty',
      title: 'a statement of format none that is not empty',
      change: made(
        'none',
        members((statement) => statement.set('sig', new Uint8Array(8))),
      ),
    },
    {
      id: 'attestation-none-with-certificates',
      title: 'a statement of format none with certificates',
      change: made(
        'none',
        members((statement) => statement.set('x5c', [new Uint8Array(8)])),
      ),
    },
    {
      id: 'attestation-none-where-asked',
      title: 'no attestation, where the options ask for one',
      step: registrationStep(24),
      severity: 'medium',
      guard: 'attestation.asked',
      request: { attestation: 'direct' },
      change(draft) {
        if (draft.options.attestation !== 'direct')
          throw new NotApplicable('the options do not ask for attestation directly');
        draft.aaguid = new Uint8Array(16);
        draft.statement.make = 'none';
      },
      gain: 'Whatever is demanded of authenticators, one that says nothing of itself passes.',
      check:
        'Where your policy depends on attestation, refuse `none`: a client may leave it out, and then the registration is not for you.',
    },
  ],
);
