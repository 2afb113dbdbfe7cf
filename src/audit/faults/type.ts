/** Faults of the client data's `type`: what the ceremony was. */
import type { Fault } from '../fault.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { type AnyDraft, both } from './define.ts';

function right({ ceremony }: AnyDraft): string {
  return ceremony === 'registration' ? 'webauthn.create' : 'webauthn.get';
}

function says(type: (draft: AnyDraft) => unknown): (draft: AnyDraft) => void {
  return (draft) => {
    draft.clientData.type = type(draft);
  };
}

export const typeFaults: readonly Fault[] = both(
  'type',
  {
    steps: { registration: registrationStep(7), authentication: authenticationStep(10) },
    severity: 'medium',
    guard: 'type',
    gain: 'What was signed for one purpose is taken for another: a registration for a sign-in, or the reverse.',
    check:
      'Compare `type` of the client data with the exact text of the ceremony, before anything else is believed.',
  },
  [
    {
      id: 'type-swapped',
      title: 'client data of the other ceremony',
      severity: 'high',
      change: says(({ ceremony }) => (ceremony === 'registration' ? 'webauthn.get' : 'webauthn.create')),
    },
    { id: 'type-nonsense', title: 'an unknown type', change: says(() => 'stuntkey.test') },
    { id: 'type-payment', title: 'client data of a payment', change: says(() => 'payment.get') },
    {
      id: 'type-missing',
      title: 'client data without a type',
      change: ({ clientData }) => {
        delete clientData.type;
      },
    },
    { id: 'type-null', title: 'null for a type', change: says(() => null) },
    { id: 'type-empty', title: 'an empty type', change: says(() => '') },
    {
      id: 'type-case',
      title: 'the type in other letters',
      change: says((draft) => right(draft).replace('webauthn', 'WebAuthn')),
    },
    {
      id: 'type-longer',
      title: 'a type that only begins with the right one',
      change: says((draft) => `${right(draft)}.other`),
    },
    {
      id: 'type-shorter',
      title: 'a type with which the right one begins',
      change: says(() => 'webauthn'),
    },
    { id: 'type-array', title: 'the right type in an array', change: says((draft) => [right(draft)]) },
  ],
);
