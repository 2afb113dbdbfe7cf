/** The options of a client, and of one of its ceremonies. */
import type { CancelSignal } from '../base/canceler.ts';
import { type Clock, clockShape } from '../base/clock.ts';
import {
  abortSignal,
  anything,
  bytes,
  callable,
  check,
  either,
  exactly,
  flag,
  having,
  listOf,
  type MembersOf,
  maybe,
  recordOf,
  type Shape,
  text,
  that,
} from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { RandomSource } from '../crypto/random.ts';
import { type Origin, parseOrigin } from '../webauthn/origin.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import type { Mediation, UiMode } from '../webauthn/types.ts';
import { type AppOptions, appShape } from './app.ts';
import type { PagePermissions } from './context.ts';
import type { Finisher } from './finished.ts';
import type { ClientUser } from './person.ts';
import type { CtapDevice } from './platform/device-link.ts';

/** The options of a client: the page, and its authenticators. */
export interface WebAuthnClientOptions {
  /**
   * The page's origin, such as `https://login.example.com` or `http://localhost:3000`; `null` for an opaque one. Or an app's:
   * `android:apk-key-hash:…`, `chrome-extension://…`, `moz-extension://…`, which need `app`.
   */
  readonly origin: string;
  /** What answers CTAP2 requests: an `Authenticator`, one behind a transport, or several, which are asked in order. */
  readonly authenticator: ClientAuthenticator | readonly ClientAuthenticator[];
  /** The top-level page's origin, if this page is in a frame of another origin. Implies `crossOrigin`. */
  readonly topOrigin?: string;
  /** Whether some ancestor frame is of another origin. */
  readonly crossOrigin?: boolean;
  /** Further members of clientDataJSON. Browsers add such members to see whether servers accept them. */
  readonly extraClientData?: Readonly<Record<string, unknown>>;
  /** The person who picks an account and enters a PIN. Default: the first authenticator's user. */
  readonly user?: ClientUser;
  /** What the page may do. Default: everything but remote client data, payments, and an RP ID that is checked already. */
  readonly permissions?: Partial<PagePermissions>;
  /** What allows an app or an extension to use an RP ID, if the origin is that of one. Nothing is fetched. */
  readonly app?: AppOptions;
  /** How `/.well-known/webauthn` is fetched when a page asks for another site's RP ID. Default: it is not fetched, and the call is refused. */
  readonly fetch?: Fetch;
  /** Default: the machine's time. */
  readonly clock?: Clock;
  /** Random bytes for the platform's side of key agreements. Default: the machine's. */
  readonly random?: RandomSource;
  /** Derives those random bytes from this seed, so that the encryption of PRF's secrets repeats, too. Excludes `random`. */
  readonly seed?: Uint8Array | string;
}

/** An authenticator, and the person in front of it. */
export type ClientAuthenticator = CtapDevice & Finisher & { readonly user?: ClientUser };

/** The options of one ceremony. */
export interface CeremonyOptions {
  /** When aborted, the ceremony rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * `conditional` (offered beside a form; registration without a dialog), `silent` (always refused). Default: `optional`.
   */
  readonly mediation?: Mediation;
  /** Called with the ceremony's clientDataJSON, as its UTF-8 bytes, before a device is asked: for code that watches a client. */
  readonly collected?: (clientDataJSON: Uint8Array) => void;
  /** For `get()`: `immediate` offers the credentials that are available now, or rejects with NotAllowedError at once. */
  readonly uiMode?: UiMode;
}

const authenticator = having<ClientAuthenticator>(
  'an authenticator, such as new Authenticator()',
  'transact',
);

const METHODS = ['chooseAccount', 'chooseAuthenticator', 'enterPin'] as const;

/** A person. All of its functions are optional. */
const user = that<ClientUser>(
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !('then' in value) &&
    METHODS.every((name) => ['undefined', 'function'].includes(typeof (value as ClientUser)[name])),
  'a person, such as new ScriptedUser()',
);

/** The options of a client, without its origin and authenticators. */
export const clientMembers = (): MembersOf<Omit<WebAuthnClientOptions, 'origin' | 'authenticator'>> => ({
  topOrigin: maybe(text({ what: 'an origin such as https://example.com' })),
  crossOrigin: maybe(flag),
  extraClientData: maybe(recordOf(anything, 'an object')),
  user: maybe(user),
  permissions: maybe(
    exactly({
      create: maybe(flag),
      get: maybe(flag),
      remoteClientData: maybe(flag),
      payment: maybe(flag),
      rpIdChecked: maybe(flag),
      userActivation: maybe(flag),
    }),
  ),
  app: maybe(appShape),
  fetch: maybe(callable<Fetch>('a function such as fetch')),
  clock: maybe(clockShape),
  random: maybe(callable<RandomSource>('a function that gives random bytes')),
  seed: maybe(either(text(), bytes(0, Number.POSITIVE_INFINITY), 'text or a Uint8Array')),
});

/** The origin of a page. */
export const originShape: Shape<string> = text({ what: 'an origin such as https://example.com' });

const shape: Shape<WebAuthnClientOptions> = exactly(
  () => ({
    origin: originShape,
    authenticator: either(
      authenticator,
      listOf(authenticator, 'an array of authenticators', 1),
      'an authenticator, such as new Authenticator(), or an array of them',
    ),
    ...clientMembers(),
  }),
  'options, such as { origin, authenticator }',
);

/** Options that were checked: a client that is made of another's options does not check them again. */
const known = new WeakSet<WebAuthnClientOptions>();

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedOptions(given: WebAuthnClientOptions): WebAuthnClientOptions {
  if (known.has(given)) return given;
  const options = check(shape, given, 'bad-options');
  if (options.seed !== undefined && options.random !== undefined)
    throw new StuntkeyError('bad-options', 'expected seed or random, got both');
  known.add(options);
  return options;
}

/** Checked options, with other devices in the place of theirs. */
export function withDevices(
  options: WebAuthnClientOptions,
  authenticator: readonly ClientAuthenticator[],
): WebAuthnClientOptions {
  const changed = { ...options, authenticator };
  known.add(changed);
  return changed;
}

/** The last origin: the HTTP door makes a client for each request, mostly at the same one. */
let latest: { readonly text: string; readonly origin: Origin } | undefined;

/** @throws StuntkeyError `bad-origin` */
export function originOf(text: string): Origin {
  if (latest?.text === text) return latest.origin;
  const origin = parseOrigin(text);
  // (An opaque one is equal to itself only.)
  if (!origin.opaque) latest = { text, origin };
  return origin;
}

const ceremonyShape: Shape<Pick<CeremonyOptions, 'signal' | 'collected'>> = exactly(() => ({
  signal: maybe(abortSignal),
  collected: maybe(callable<NonNullable<CeremonyOptions['collected']>>()),
  // (Web IDL converts these.)
  mediation: maybe(anything),
  uiMode: maybe(anything),
}));

/** The options of a ceremony that were checked, or that other code of ours has made: they are not checked again. */
export class KnownCeremony {
  readonly signal: CancelSignal | undefined;
  readonly mediation: CeremonyOptions['mediation'] | undefined;
  readonly uiMode: CeremonyOptions['uiMode'] | undefined;
  readonly collected: CeremonyOptions['collected'] | undefined;

  constructor({ signal, mediation, uiMode, collected }: Partial<KnownCeremony> = {}) {
    this.signal = signal;
    this.mediation = mediation;
    this.uiMode = uiMode;
    this.collected = collected;
  }
}

const NOTHING_SAID = new KnownCeremony();

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedCeremony(given: CeremonyOptions | KnownCeremony | undefined): KnownCeremony {
  if (given === undefined) return NOTHING_SAID;
  if (given instanceof KnownCeremony) return given;
  return new KnownCeremony(check(ceremonyShape, given, 'bad-options'));
}
