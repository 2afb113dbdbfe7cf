/** What is asked: shapes by which requests are checked, and from which the description is made. */
import type { CredentialChanges } from '../authenticator/credentials.ts';
import type { JsonSchema } from '../base/json-schema.ts';
import {
  anything,
  described,
  exactly,
  flag,
  type Members,
  maybe,
  oneOf,
  recordOf,
  type Shape,
  such,
  text,
  whole,
} from '../base/shape.ts';
import { jsonSchemaOf } from '../base/shape-schema.ts';
import { type AppOptions, appShape } from '../client/app.ts';
import { type UserScriptJson, userScriptJsonShape } from '../person/script.ts';
import { PORTABLE_FORMATS, type PortableFormat } from '../portable/convert.ts';
import type { Existing } from '../portable/plan.ts';
import type { Mediation, UiMode } from '../webauthn/types.ts';

export const format: Shape<PortableFormat> = described(oneOf(PORTABLE_FORMATS), { default: 'stuntkey' });

/** What a text of bytes looks like. */
export const BASE64URL: RegExp = /^[A-Za-z0-9_-]*$/;

/** Bytes in base64url. */
export function base64urlText(least = 0, most?: number): Shape<string> {
  return text({ pattern: BASE64URL, what: 'base64url', least, ...(most !== undefined && { most }) });
}

/** Any object: its members are others' to look at. */
const object: Shape<Record<string, unknown>> = recordOf(anything, 'an object');

/** What both ceremonies are asked with. */
export interface CeremonyRequest {
  readonly origin: string;
  readonly options?: object;
  readonly publicKey?: object;
  readonly topOrigin?: string;
  readonly app?: AppOptions;
  readonly crossOrigin?: boolean;
  readonly mediation?: Mediation;
  readonly uiMode?: UiMode;
}

function ceremonyRequest(options: string, more: Members = {}): Shape<CeremonyRequest> {
  const members = {
    origin: described(text(), 'The page’s origin, such as https://login.example.com.'),
    options: maybe(described(object, `${options}, or an object with it as publicKey.`)),
    publicKey: maybe(described(object, 'The same, for a server’s answer that is wrapped as it is.')),
    topOrigin: maybe(
      described(text(), 'The top-level page’s origin, where the page is in a frame of another.'),
    ),
    app: maybe(
      described(
        appShape,
        'What lets an app or an extension use an RP ID, where the origin is one’s; see docs/apps.md.',
      ),
    ),
    crossOrigin: maybe(described(flag, 'Whether some ancestor frame is of another origin.')),
    mediation: maybe(
      described(oneOf(['optional', 'required', 'conditional', 'silent']), { default: 'optional' }),
    ),
    ...more,
  };
  return such(
    exactly(members, 'a request such as { "origin": "https://example.com", "options": { … } }'),
    (request) => Object.hasOwn(request, 'options') || Object.hasOwn(request, 'publicKey'),
    `options, or publicKey (${options})`,
    { anyOf: [{ required: ['options'] }, { required: ['publicKey'] }] },
  ) as Shape<CeremonyRequest>;
}

/** What can be changed about a credential. */
const CHANGEABLE = {
  userName: maybe(text()),
  userDisplayName: maybe(text()),
  signCount: maybe(whole(0, 0xffff_ffff)),
  backupEligible: maybe(flag),
  backupState: maybe(flag),
} as const satisfies Members;

/** What an import is asked with. */
export interface ImportRequest {
  readonly format?: PortableFormat;
  readonly value: unknown;
  readonly existing?: Existing;
  readonly id?: string;
  readonly rpId?: string;
  readonly userId?: string;
  readonly userName?: string;
  readonly algorithm?: number;
}

const credentialImport: Shape<ImportRequest> = exactly({
  format: maybe(format),
  value: described(anything, 'What that format has: a credential, an array of them, a whole file’s content.'),
  existing: maybe(
    described(oneOf(['refuse', 'replace', 'keep'] satisfies Existing[]), {
      default: 'refuse',
      description: 'What to do about a credential whose ID is there already.',
    }),
  ),
  id: maybe(described(base64urlText(2, 1364), 'For `pem`, which has none.')),
  rpId: maybe(
    described(text({ least: 1 }), 'Where the format has none; it goes before what the value says.'),
  ),
  userId: maybe(described(base64urlText(2, 86), 'The same; makes it discoverable.')),
  userName: maybe(text()),
  algorithm: maybe(
    described(whole(Number.MIN_SAFE_INTEGER), 'COSE number, where several go with one kind of key.'),
  ),
});

/** What requests carry, by the names that the description has for it. */
export const bodies: {
  readonly CreateRequest: Shape<CeremonyRequest>;
  readonly GetRequest: Shape<CeremonyRequest>;
  readonly CredentialChanges: Shape<CredentialChanges>;
  readonly CredentialImport: Shape<ImportRequest>;
  readonly UserScript: Shape<UserScriptJson>;
} = {
  CreateRequest: ceremonyRequest('PublicKeyCredentialCreationOptionsJSON'),
  GetRequest: ceremonyRequest('PublicKeyCredentialRequestOptionsJSON', {
    uiMode: maybe(described(oneOf(['immediate', 'passive']), 'How a browser may ask its user.')),
  }),
  CredentialChanges: exactly(CHANGEABLE) as Shape<CredentialChanges>,
  CredentialImport: credentialImport,
  UserScript: described(userScriptJsonShape, 'How the person behaves.'),
};

/** What is asked for behind the `?`. */
export interface Parameter {
  readonly shape: Shape<unknown>;
  readonly schema: JsonSchema;
}

export function parameter(shape: Shape<unknown>): Parameter {
  return { shape, schema: jsonSchemaOf(shape) };
}
