/** Extensions: what was not asked for, and what is believed of it. */

import { encodeCbor } from '../../cbor/cbor.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import { type Fault, NotApplicable } from '../fault.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { type AnyDraft, authentications, both, registrations } from './define.ts';

const { ED } = AuthenticatorDataFlags;
const steps = { registration: registrationStep(28), authentication: authenticationStep(23) };

function outputs(name: string, value: unknown): (draft: AnyDraft) => void {
  return (draft) => {
    draft.response = ((json: AnyDraft['honest']) => {
      json.clientExtensionResults = { ...json.clientExtensionResults, [name]: value };
      return json;
    }) as typeof draft.response;
  };
}

export const extensionFaults: readonly Fault[] = [
  ...both(
    'extensions',
    {
      steps,
      severity: 'info',
      kind: 'observation',
      gain: 'Clients may answer what was not asked; whether a server minds is up to it.',
      check: 'Ignore outputs that you did not ask for, or refuse them; do nothing because of them.',
    },
    [
      {
        id: 'extension-output-unasked',
        title: 'the signed output of an extension that was not asked for',
        change(draft) {
          draft.flags |= ED;
          draft.extensions = encodeCbor(new Map([['stuntkeyTest', true]]));
        },
      },
      {
        id: 'extension-result-unasked',
        title: "a client's output of an extension that was not asked for",
        needs: ['json'],
        change: outputs('stuntkeyTest', true),
      },
      {
        id: 'extension-result-type',
        title: 'a text where an extension has true or false',
        needs: ['json'],
        guard: 'extensions.types',
        change: outputs('credProps', { rk: 'yes' }),
      },
    ],
  ),
  ...authentications(
    'extensions',
    {
      step: steps.authentication,
      severity: 'high',
      guard: 'rp-id-hash',
      needs: ['json'],
      gain: 'A credential of an old AppID, or of whatever the response names, is taken for one of yours.',
      check: 'Compare with the hash of an AppID only if you asked for one, and only with that one.',
    },
    [
      {
        id: 'app-id-unasked',
        title: 'signed for an AppID that was not asked for',
        change(draft) {
          if (asked(draft.options, 'appid') !== undefined)
            throw new NotApplicable('the server asks for an AppID');
          draft.rpIdHash = rpIdHashOf(`${draft.origin.origin}/app-id.json`).slice();
          outputs('appid', true)(draft);
        },
      },
    ],
  ),
  ...registrations(
    'extensions',
    {
      step: steps.registration,
      severity: 'info',
      kind: 'observation',
      guard: 'extensions.cred-protect',
      request: {
        extensions: {
          credentialProtectionPolicy: 'userVerificationRequired',
          enforceCredentialProtectionPolicy: true,
        },
      },
      gain: 'The credential is less protected than was asked for; what to do about it is up to the server.',
      check: 'Where you insist on credProtect, look for its output in the authenticator data.',
    },
    [
      {
        id: 'cred-protect-lower',
        title: 'less protection than was asked for',
        change(draft) {
          if (asked(draft.options, 'enforceCredentialProtectionPolicy') !== true)
            throw new NotApplicable('the server does not insist on credProtect');
          draft.flags |= ED;
          draft.extensions = encodeCbor(new Map([['credProtect', 1]]));
        },
      },
    ],
  ),
];

/** What a server asked an extension for. */
function asked({ extensions }: { readonly extensions?: object | undefined }, name: string): unknown {
  return (extensions as Readonly<Record<string, unknown>> | undefined)?.[name];
}
