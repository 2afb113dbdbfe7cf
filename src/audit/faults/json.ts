/** Faults of the response as JSON, around what is signed. */
import type { Fault } from '../fault.ts';
import type { Mutable } from '../forge/draft.ts';
import { authenticationStep, registrationStep } from '../steps.ts';
import { type AnyDraft, authentications, both, registrations } from './define.ts';

type Json = Mutable<AnyDraft['honest']>;

/** Sends something else than the response; without a result, the response as it was changed. */
function sends(change: (json: Json) => unknown): (draft: AnyDraft) => void {
  return (draft) => {
    // Both ceremonies' responses are objects with an object `response`, and nothing else is relied upon.
    draft.response = ((json: Json) => change(json)) as typeof draft.response;
  };
}

function member(name: string, value: (was: string) => unknown): (draft: AnyDraft) => void {
  return sends((json) => {
    const changed = value(json.response[name]);
    if (changed === undefined) delete json.response[name];
    else json.response[name] = changed;
    return json;
  });
}

const steps = { registration: registrationStep(3), authentication: authenticationStep(3) };
const results = { registration: registrationStep(4), authentication: authenticationStep(4) };

const common = {
  steps,
  severity: 'low',
  guard: 'response.object',
  needs: ['json'],
  gain: 'Nothing that is known; but a server that takes a value of the wrong type runs code that is not tested, and may fail.',
  check: 'Check the types of all members before you use one.',
} as const;

/** With a character that base64url has not, or bits that mean nothing. */
const spelled = {
  ...common,
  guard: 'response.base64url',
  gain: 'Nothing by itself: one response has several spellings, and what recognizes replays by its text does not.',
  check: 'Decode base64url strictly: no padding, no white space, no other alphabet.',
} as const;

export const jsonFaults: readonly Fault[] = [
  ...both('json', common, [
    { id: 'json-null', title: 'null for a credential', change: sends(() => null) },
    { id: 'json-array', title: 'the credential in an array', change: sends((json) => [json]) },
    { id: 'json-text', title: 'the credential as a text', change: sends((json) => JSON.stringify(json)) },
    {
      id: 'json-response-missing',
      title: 'a credential without a response',
      change: sends((json) => {
        delete json.response;
        return json;
      }),
    },
    {
      id: 'json-response-null',
      title: 'null for a response',
      change: sends((json) => {
        json.response = null;
        return json;
      }),
    },
    {
      id: 'json-response-array',
      title: 'the response in an array',
      change: sends((json) => {
        json.response = [json.response];
        return json;
      }),
    },
    {
      id: 'json-type',
      title: 'a credential of another type',
      guard: 'response.type',
      change: sends((json) => {
        json.type = 'password';
        return json;
      }),
    },
    {
      id: 'json-type-missing',
      title: 'a credential without a type',
      guard: 'response.type',
      change: sends((json) => {
        delete json.type;
        return json;
      }),
    },
    {
      id: 'json-type-array',
      title: 'the type in an array',
      guard: 'response.type',
      change: sends((json) => {
        json.type = [json.type];
        return json;
      }),
    },
    {
      id: 'json-id-missing',
      title: 'a credential without an ID, but for rawId',
      guard: 'response.id',
      change: sends((json) => {
        delete json.id;
        return json;
      }),
    },
    {
      id: 'json-id-array',
      title: 'the ID in an array',
      guard: 'response.id',
      change: sends((json) => {
        json.id = [json.id];
        return json;
      }),
    },
    {
      id: 'json-raw-id-other',
      title: 'a rawId that is not the ID',
      guard: 'response.raw-id',
      severity: 'medium',
      change: sends((json) => {
        json.rawId = 'c3R1bnRrZXkgdGVzdCBjcmVkZW50aWFsIElE';
        return json;
      }),
      gain: 'Where one part of the server reads `id` and another `rawId`, each believes in another credential.',
      check: 'Refuse a response whose `id` and `rawId` differ, and use one of them only.',
    },
    {
      id: 'json-client-data-missing',
      title: 'a response without client data',
      guard: 'response.client-data-json',
      severity: 'high',
      change: member('clientDataJSON', () => undefined),
    },
    {
      id: 'json-client-data-array',
      title: 'clientDataJSON in an array',
      guard: 'response.client-data-json',
      change: member('clientDataJSON', (was) => [was]),
    },
    {
      id: 'json-client-data-object',
      title: 'client data as an object, and not its bytes',
      guard: 'response.client-data-json',
      severity: 'medium',
      change: member('clientDataJSON', (was) =>
        JSON.parse(atob(was.replaceAll('-', '+').replaceAll('_', '/'))),
      ),
    },
  ]),
  ...both('json', spelled, [
    {
      id: 'json-client-data-padded',
      title: 'client data with padding or white space',
      change: member(
        'clientDataJSON',
        (was) => `${was}${was.length % 4 === 0 ? ' ' : '='.repeat(4 - (was.length % 4))}`,
      ),
    },
    {
      id: 'json-client-data-spaces',
      title: 'client data with spaces between its letters',
      change: member('clientDataJSON', (was) => `${was.slice(0, 8)} ${was.slice(8)}`),
    },
    {
      id: 'json-id-padded',
      title: 'an ID with padding or white space',
      change: sends((json) => {
        const { id } = json as { id: string };
        json.id = json.rawId = `${id}${id.length % 4 === 0 ? '\n' : '='.repeat(4 - (id.length % 4))}`;
        return json;
      }),
    },
    {
      id: 'json-id-alphabet',
      title: 'an ID with a character that is in no alphabet of base64',
      change: sends((json) => {
        json.id = json.rawId = `${json.id}!`;
        return json;
      }),
    },
  ]),
  ...authentications('json', { ...spelled, step: steps.authentication }, [
    {
      id: 'json-authenticator-data-spaces',
      title: 'authenticator data with spaces between its letters',
      change: member('authenticatorData', (was) => `${was.slice(0, 8)} ${was.slice(8)}`),
    },
    {
      id: 'json-signature-spaces',
      title: 'a signature with spaces between its letters',
      change: member('signature', (was) => `${was.slice(0, 8)} ${was.slice(8)}`),
    },
  ]),
  ...registrations('json', { ...common, step: steps.registration }, [
    {
      id: 'json-attestation-object-missing',
      title: 'a response without an attestation object',
      guard: 'response.attestation-object',
      severity: 'high',
      change: member('attestationObject', () => undefined),
    },
    {
      id: 'json-attestation-object-array',
      title: 'the attestation object in an array',
      guard: 'response.attestation-object',
      change: member('attestationObject', (was) => [was]),
    },
    {
      id: 'json-registration-with-signature',
      title: 'a registration with the members of a sign-in',
      guard: 'response.kind',
      change: member('signature', () => 'AAAA'),
    },
    {
      id: 'json-transports-text',
      title: 'a text for transports',
      kind: 'observation',
      guard: 'response.transports',
      change: member('transports', () => 'usb'),
    },
    {
      id: 'json-transports-many',
      title: '10,000 transports',
      kind: 'observation',
      guard: 'response.transports',
      change: member('transports', () => new Array(10_000).fill('usb')),
    },
  ]),
  ...authentications('json', { ...common, step: steps.authentication }, [
    {
      id: 'json-authenticator-data-missing',
      title: 'a response without authenticator data',
      guard: 'response.authenticator-data',
      severity: 'high',
      change: member('authenticatorData', () => undefined),
    },
    {
      id: 'json-authenticator-data-array',
      title: 'authenticator data in an array',
      guard: 'response.authenticator-data',
      change: member('authenticatorData', (was) => [was]),
    },
    {
      id: 'json-signature-array',
      title: 'the signature in an array',
      guard: 'response.signature',
      severity: 'medium',
      change: member('signature', (was) => [was]),
    },
    {
      id: 'json-user-handle-number',
      title: 'a number for a user handle',
      guard: 'response.user-handle',
      change: member('userHandle', () => 7),
    },
    {
      id: 'json-sign-in-with-attestation-object',
      title: 'a sign-in with the members of a registration',
      guard: 'response.kind',
      change: member('attestationObject', () => 'oA'),
    },
  ]),
  ...both(
    'json',
    {
      ...common,
      steps: results,
      severity: 'info',
      kind: 'observation',
      gain: 'The specification does not say what a server does about it; but it must not fall over.',
    },
    [
      {
        id: 'json-extension-results-missing',
        title: 'no client extension results',
        guard: 'response.client-extension-results',
        change: sends((json) => {
          delete json.clientExtensionResults;
          return json;
        }),
      },
      {
        id: 'json-extension-results-text',
        title: 'a text for client extension results',
        guard: 'response.client-extension-results',
        change: sends((json) => {
          json.clientExtensionResults = 'none';
          return json;
        }),
      },
      {
        id: 'json-attachment-number',
        title: 'a number for authenticatorAttachment',
        guard: 'response.authenticator-attachment',
        change: sends((json) => {
          json.authenticatorAttachment = 7;
          return json;
        }),
      },
      {
        id: 'json-prototype-member',
        title: 'a member __proto__',
        guard: 'response.prototype-keys',
        change: sends((json) => withOwn(json, '__proto__', { verified: true, isAdmin: true })),
      },
      {
        id: 'json-constructor-member',
        title: 'a member constructor in the extension results',
        guard: 'response.prototype-keys',
        change: sends((json) => {
          json.clientExtensionResults = withOwn({}, 'constructor', { prototype: { verified: true } });
          return json;
        }),
      },
      {
        id: 'json-large',
        title: 'a credential of a megabyte',
        guard: 'request.size',
        change: sends((json) => {
          json.stuntkey = 'x'.repeat(1_000_000);
          return json;
        }),
        check: 'Limit the size of bodies; a response with attestation seldom has more than a few kilobytes.',
      },
      {
        id: 'json-deep',
        guard: undefined,
        title: 'a credential with a member nested 1,000 deep',
        change: sends((json) => {
          json.stuntkey = JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`);
          return json;
        }),
      },
    ],
  ),
  ...both(
    'json',
    {
      ...common,
      severity: 'medium',
      kind: 'control',
      gain: 'No attacker gets in, but clients of the next edition are locked out.',
      check: 'Ignore members that you do not know.',
    },
    [
      {
        id: 'json-unknown-members',
        title: 'a credential with unknown members',
        change: sends((json) => {
          json.stuntkey = 'an unknown member';
          json.response.stuntkey = 'another';
          return json;
        }),
      },
      {
        id: 'json-attachment-missing',
        title: 'a credential without authenticatorAttachment',
        change: sends((json) => {
          delete json.authenticatorAttachment;
          return json;
        }),
      },
    ],
  ),
];

/** An own member of any name, as JSON.parse makes them. */
function withOwn(object: object, name: string, value: unknown): object {
  return Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}
