/** What ceremonies are asked with, of a device and of a fleet. */
import {
  described,
  exactly,
  flag,
  type MaybeShape,
  type Members,
  maybe,
  oneOf,
  type Shape,
  such,
  text,
} from '../../base/shape.ts';
import { type AppOptions, appShape } from '../../client/app.ts';
import type { Mediation, UiMode } from '../../webauthn/types.ts';
import { base64urlText, object } from './common.ts';

/** One of two members has what the server said. */
function optionsMembers(options: string): Readonly<Record<'options' | 'publicKey', MaybeShape<object>>> {
  return {
    options: maybe(described(object, `${options}, or an object with it as publicKey.`)),
    publicKey: maybe(described(object, 'The same, for a server’s answer that is wrapped as it is.')),
  };
}

function withOptions<T>(shape: Shape<T>, options: string): Shape<T> {
  return such(
    shape,
    (request) => Object.hasOwn(request as object, 'options') || Object.hasOwn(request as object, 'publicKey'),
    `options, or publicKey (${options})`,
    { anyOf: [{ required: ['options'] }, { required: ['publicKey'] }] },
  );
}

export const CREATION = 'PublicKeyCredentialCreationOptionsJSON';
export const REQUEST = 'PublicKeyCredentialRequestOptionsJSON';

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

/** What a page can say of itself and its call: all but where it is from. */
function pageMembers(options: string, more: Members): Members {
  return {
    ...optionsMembers(options),
    topOrigin: maybe(
      described(text(), 'The top-level page’s origin, where the page is in a frame of another.'),
    ),
    crossOrigin: maybe(described(flag, 'Whether some ancestor frame is of another origin.')),
    mediation: maybe(
      described(oneOf(['optional', 'required', 'conditional', 'silent']), { default: 'optional' }),
    ),
    ...more,
  };
}

function ceremonyRequest(options: string, more: Members = {}): Shape<CeremonyRequest> {
  const members = {
    origin: described(text(), 'The page’s origin, such as https://login.example.com.'),
    app: maybe(
      described(
        appShape,
        'What lets an app or an extension use an RP ID, where the origin is one’s; see docs/apps.md.',
      ),
    ),
    ...pageMembers(options, more),
  };
  const what = 'a request such as { "origin": "https://example.com", "options": { … } }';
  return withOptions(exactly(members, what), options) as Shape<CeremonyRequest>;
}

/** What a page asks through the bridge. It names no origin: its browser does. */
export type PageRequest = Omit<CeremonyRequest, 'origin' | 'app'>;

function pageRequest(options: string, more: Members = {}): Shape<PageRequest> {
  const what = 'a request of a page, such as { "options": { … } }, without an origin, which its browser says';
  return withOptions(exactly(pageMembers(options, more), what), options) as Shape<PageRequest>;
}

export interface SignalRequest {
  readonly signal: (typeof SIGNALS)[number];
  readonly options: Readonly<Record<string, unknown>>;
}

const SIGNALS = [
  'signalUnknownCredential',
  'signalAllAcceptedCredentials',
  'signalCurrentUserDetails',
] as const;

/** What people of a fleet are asked with. */
export interface FleetRequest {
  readonly options?: object;
  readonly publicKey?: object;
  readonly userHandle?: string;
}

function fleetRequest(options: string): Shape<FleetRequest> {
  const members = {
    ...optionsMembers(options),
    userHandle: maybe(
      described(
        base64urlText(2, 86),
        'Where the server knows the person by another user handle than the derived one.',
      ),
    ),
  };
  return withOptions(exactly(members, 'a request such as { "options": { … } }'), options);
}

const UI_MODE = {
  uiMode: maybe(described(oneOf(['immediate', 'passive']), 'How a browser may ask its user.')),
};

export const createRequest: Shape<CeremonyRequest> = ceremonyRequest(CREATION);
export const getRequest: Shape<CeremonyRequest> = ceremonyRequest(REQUEST, UI_MODE);
export const pageCreateRequest: Shape<PageRequest> = pageRequest(CREATION);
export const pageGetRequest: Shape<PageRequest> = pageRequest(REQUEST, UI_MODE);
export const pageCapabilitiesRequest: Shape<object> = exactly({}, 'an empty object');
export const pageSignalRequest: Shape<SignalRequest> = exactly(
  {
    signal: oneOf(SIGNALS),
    options: described(object, 'What the method is called with, bytes in base64url.'),
  },
  'a request such as { "signal": "signalUnknownCredential", "options": { … } }',
);
export const fleetCreateRequest: Shape<FleetRequest> = fleetRequest(CREATION);
export const fleetGetRequest: Shape<FleetRequest> = fleetRequest(REQUEST);
