/** What is handed in to be read or judged: blobs, responses, saved ceremonies. */

import { type ProfileName, profileNames } from '../../audit/profile-names.ts';
import {
  anything,
  described,
  either,
  exactly,
  flag,
  listOf,
  maybe,
  oneOf,
  type Shape,
  such,
  text,
  whole,
} from '../../base/shape.ts';
import { CtapCommand, type CtapCommandName } from '../../ctap/commands.ts';
import type { DecodedKind } from '../../decode/decode.ts';
import { decodedKinds } from '../../decode/kinds.ts';
import type { RelyingPartyCredential } from '../../verify/expected.ts';
import { ceremonySources } from '../traces.ts';
import { CREATION, REQUEST } from './ceremonies.ts';
import { base64urlText, object } from './common.ts';

export interface DecodeRequest {
  readonly value: string | object;
  readonly as?: DecodedKind;
  readonly command?: CtapCommandName;
}

/** What a relying party's checks are asked with. */
export interface VerifyRequest {
  readonly response: unknown;
  readonly options: object;
  readonly origins: string[];
  readonly rpId?: string;
  readonly topOrigins?: string[];
  readonly crossOrigin?: boolean;
  readonly userVerification?: boolean;
  readonly mediation?: string;
  readonly credential?: RelyingPartyCredential;
  readonly userHandle?: string;
  readonly trustAnchors?: string[];
  readonly off?: string[];
}

const origins = listOf(text(), 'an array of origins', 1);

const relyingPartyCredential: Shape<RelyingPartyCredential> = exactly(
  {
    type: text(),
    id: base64urlText(),
    publicKey: described(base64urlText(), 'CBOR of the COSE key.'),
    signCount: whole(0, 0xffff_ffff),
    uvInitialized: flag,
    transports: listOf(text(), 'an array of transports'),
    backupEligible: flag,
    backupState: flag,
    userHandle: maybe(base64urlText()),
    rpId: maybe(text()),
    attestationObject: maybe(base64urlText()),
    attestationClientDataJSON: maybe(base64urlText()),
  },
  'a credential as /verify answered it at its registration',
);

/** What an audit is asked with. */
export interface AuditRequest {
  readonly url?: string;
  readonly origin?: string;
  readonly target?: object;
  readonly only?: string[];
  readonly profile?: ProfileName;
}

/** A ceremony that was saved. */
export interface SavedTrace {
  readonly ceremony: Record<string, unknown>;
}

const ceremonyTree = exactly({
  ceremony: oneOf(['create', 'get']),
  origin: text(),
  options: anything,
  exchanges: listOf(object, 'an array of messages'),
  clientData: maybe(text()),
  outcome: such(
    object,
    (outcome) =>
      Object.hasOwn(outcome, 'credential') ||
      ['refused', 'step', 'reason'].every((name) => typeof outcome[name] === 'string'),
    'a credential, or refused with step and reason',
    { anyOf: [{ required: ['credential'] }, { required: ['refused', 'step', 'reason'] }] },
  ),
});

export const decodeRequest: Shape<DecodeRequest> = exactly(
  {
    value: described(
      either(text({ least: 1 }), object, 'a text (base64url, hexadecimal, JSON), or an object'),
      'The blob: base64url, base64, hexadecimal or JSON as a text; or the JSON itself.',
    ),
    as: maybe(described(oneOf(decodedKinds), 'What it is, where it could be several things.')),
    command: maybe(
      described(
        oneOf(Object.keys(CtapCommand) as CtapCommandName[]),
        'The command that a CTAP response answers.',
      ),
    ),
  },
  'something to decode: { "value": … }',
) as Shape<DecodeRequest>;

export const verifyRequest: Shape<VerifyRequest> = exactly(
  {
    response: described(anything, 'What a client answered, or whatever came in its place.'),
    options: described(object, `${CREATION} or ${REQUEST}, wrapped or not.`),
    origins: described(origins, 'Origins of the relying party, spelled exactly.'),
    rpId: maybe(described(text({ least: 1 }), 'Default: the options’, or the host of the first origin.')),
    topOrigins: maybe(described(origins, 'Origins of pages that may hold the page in a frame.')),
    crossOrigin: maybe(flag),
    userVerification: maybe(described(flag, 'Default: whether the options require it.')),
    mediation: maybe(described(text(), 'How it was asked for, where that is conditional.')),
    credential: maybe(described(relyingPartyCredential, 'Of a sign-in: as /verify answered it last.')),
    userHandle: maybe(described(base64urlText(), 'Of a sign-in: whose it is to be.')),
    trustAnchors: maybe(
      described(listOf(text(), 'an array of certificates in PEM'), 'What attestations are to chain up to.'),
    ),
    off: maybe(described(listOf(text(), 'an array of checks'), 'Checks to leave out, such as challenge.')),
  },
  'what is to be verified: { "response": …, "options": …, "origins": [ … ] }',
) as Shape<VerifyRequest>;

export const savedTrace: Shape<SavedTrace> = exactly(
  {
    number: maybe(whole(0)),
    at: maybe(whole(0)),
    loaded: maybe(flag),
    source: maybe(oneOf(ceremonySources)),
    text: maybe(text()),
    ceremony: ceremonyTree,
  },
  'a ceremony as GET /traces/{number} answers it: { "ceremony": { … } }',
) as Shape<SavedTrace>;

export const auditRequest: Shape<AuditRequest> = such(
  exactly(
    {
      url: maybe(
        described(text({ least: 1 }), 'Of a server with the interface of FIDO’s conformance tests.'),
      ),
      origin: maybe(described(text(), 'Where its pages are, if that is not the URL’s own origin.')),
      target: maybe(described(object, 'A description of another server; docs/audit.md.')),
      only: maybe(described(listOf(text(), 'an array of faults or subjects'), 'Faults or subjects by name.')),
      profile: maybe(
        described(oneOf(profileNames), {
          default: 'passkey',
          description: 'Which faults, where none are named.',
        }),
      ),
    },
    'what is to be audited: { "url": "http://localhost:3000" }, or { "target": { … } }',
  ) as Shape<AuditRequest>,
  ({ url, target }) => (url === undefined) !== (target === undefined),
  'url or target, one of them',
  { anyOf: [{ required: ['url'] }, { required: ['target'] }] },
);
