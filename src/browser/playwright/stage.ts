/** What a Playwright test gets: a device in the pages of its context, a person, and the record of ceremonies. */
import type { BrowserContext } from '@playwright/test';
import { Authenticator, type AuthenticatorOptions } from '../../authenticator/authenticator.ts';
import { deviceShape, requireWithinDevice } from '../../authenticator/options.ts';
import {
  callable,
  check,
  exactly,
  flag,
  having,
  maybe,
  oneOf,
  type Shape,
  such,
  that,
} from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { WebAuthnClient } from '../../client/client.ts';
import type { CeremonyRecord } from '../../decode/trace/record.ts';
import { ScriptedUser, scriptedUserShape } from '../../person/user.ts';
import { exportCredentials, importCredentials } from '../../portable/collection.ts';
import type { PlaywrightCredential } from '../../portable/formats/playwright.ts';
import type { StuntkeyCredential } from '../../portable/formats/stuntkey.ts';
import type { PortableWarning } from '../../portable/warning.ts';
import { MemoryStore } from '../../store/memory.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { Store } from '../../store/store.ts';
import type { Fetch } from '../../webauthn/related-origins.ts';
import type { AttachMode, AttachOptions, Passkeys } from '../passkeys.ts';
import { attach } from './attach.ts';
import { atFirstPage, onceAsked } from './first-page.ts';

/** Playwright's storage state. */
export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A storage state with passkeys in it, as Playwright's `storageState({ credentials: true })` has it. */
export type StorageStateWithCredentials = StorageState & { readonly credentials: PlaywrightCredential[] };

/** A storage state with passkeys in it that Playwright does not look at: a context made with it is left to our devices. */
export type StorageStateWithPasskeys = StorageState & { readonly stuntkey: StuntkeyCredential[] };

/** The options of a test's device. Every option has a default. */
export interface PlaywrightStageOptions {
  /** Default: `page`. */
  readonly mode?: AttachMode;
  /** The options of the device: its model, policy, seed, clock, store. */
  readonly device?: Omit<AuthenticatorOptions, 'user'>;
  /** The person. Default: a person who approves everything until told otherwise. */
  readonly user?: ScriptedUser;
  /** Passkeys to begin with: Playwright's, or a storage state of stuntkey or Playwright. */
  readonly credentials?: readonly PlaywrightCredential[] | object;
  /** Takes over Playwright's own `context.credentials` with its credentials, if the context has it installed. Default: false. */
  readonly adopt?: boolean;
  /** How related origins are fetched. Default: from Node. */
  readonly fetch?: Fetch;
}

const shape: Shape<Omit<PlaywrightStageOptions, 'device'> & { readonly device?: unknown }> = exactly(
  () => ({
    mode: maybe(oneOf(['page', 'cdp', 'proxy'])),
    device: maybe(deviceShape),
    user: maybe(scriptedUserShape),
    credentials: maybe(
      such(
        that<object>(
          (value) => typeof value === 'object' && value !== null,
          'an array of passkeys, or a storage state with some (what is in its file, and not the path)',
        ),
        (value) => Array.isArray(value) || 'stuntkey' in value || 'credentials' in value,
        'a storage state with passkeys, which stuntkey.storageState() makes, and Playwright’s with { credentials: true }',
      ),
    ),
    adopt: maybe(flag),
    fetch: maybe(callable<Fetch>('a function such as fetch')),
  }),
  "options, such as { device: { model: 'yubikey-5-nfc' } }",
);

const contextShape = having<BrowserContext>(
  "Playwright's BrowserContext, such as the fixture context or page.context()",
  'newPage',
  'storageState',
);

/** @throws StuntkeyError `bad-options` that names the option */
function checkedStage(given: PlaywrightStageOptions): PlaywrightStageOptions {
  requireWithinDevice(given);
  return check(shape, given, 'bad-options', 'stuntkeyOptions') as PlaywrightStageOptions;
}

function noPage(): StuntkeyError {
  return new StuntkeyError(
    'no-test',
    'expected a page: devices are attached when the first page of the test’s context opens',
  );
}

/** The most ceremonies that are recorded. */
const MOST_RECORDS = 100;

/** The fixture `stuntkey` of a Playwright test: the device, its person, and what happened. */
export class PlaywrightStage {
  readonly authenticator: Authenticator;
  /** Scripts the person: `stuntkey.user.next({ presence: 'decline' })`. */
  readonly user: ScriptedUser;
  /** The last hundred ceremonies of mode `page`, each readable as text. */
  readonly records: string[] = [];
  /** The refused ones among them: each begins with what was refused, where, why, and what to do. */
  readonly refusals: string[] = [];
  /** The same hundred, for the page that a test that failed leaves. */
  readonly ceremonies: CeremonyRecord[] = [];
  readonly #store: Store;
  readonly #options: AttachOptions;
  #context: BrowserContext | undefined;
  #passkeys: Passkeys | undefined;
  /** Why the device could not be attached. */
  #failure: { readonly reason: unknown; asked: boolean } | undefined;

  private constructor(
    store: Store,
    authenticator: Authenticator,
    user: ScriptedUser,
    options: AttachOptions,
  ) {
    this.#store = store;
    this.#options = options;
    this.authenticator = authenticator;
    this.user = user;
  }

  /** A device and a person that are not attached to a browser yet. @throws StuntkeyError `bad-options`, `bad-credential`, `bad-key` */
  static async make(given: PlaywrightStageOptions = {}): Promise<PlaywrightStage> {
    const { mode, device, user = new ScriptedUser(), credentials, fetch, adopt } = checkedStage(given);
    const store = device?.store ?? new MemoryStore();
    const authenticator = new Authenticator({ ...device, store, user });
    const state = (Array.isArray(credentials) ? { credentials } : credentials) as Partial<
      StorageStateWithCredentials & StorageStateWithPasskeys
    >;
    for (const name of ['playwright', 'stuntkey'] as const) {
      const passkeys = name === 'stuntkey' ? state?.stuntkey : state?.credentials;
      if (passkeys === undefined) continue;
      await importCredentials(store, name, passkeys, { existing: 'replace' }).catch((error: unknown) => {
        if (!(error instanceof StuntkeyError)) throw error;
        throw new StuntkeyError(error.code, `stuntkeyOptions.credentials: ${error.message}`, {
          cause: error,
        });
      });
    }
    const options = { ...(mode && { mode }), ...(fetch && { fetch }), ...(adopt && { adopt }) };
    return new PlaywrightStage(store, authenticator, user, options);
  }

  /** The same, attached to a context. @throws StuntkeyError as `attach` does, and as {@link make} */
  static async open(context: BrowserContext, given: PlaywrightStageOptions = {}): Promise<PlaywrightStage> {
    check(contextShape, context, 'bad-options', 'context');
    const stage = await PlaywrightStage.make(given);
    await stage.#attach(context);
    return stage;
  }

  /**
   * Attaches the device when the context's first page opens. If that fails, {@link passkeys} throws the error, and so does
   * {@link failIfAsked} if a page has called WebAuthn.
   */
  async attachAtFirstPage(context: BrowserContext): Promise<void> {
    await atFirstPage(context, async () => {
      try {
        await this.#attach(context);
      } catch (reason) {
        const failure = { reason, asked: false };
        this.#failure = failure;
        await onceAsked(context, () => {
          failure.asked = true;
        });
      }
    });
  }

  /** @throws why the device could not be attached, if a page has called WebAuthn */
  failIfAsked(): void {
    if (this.#failure?.asked) throw this.#failure.reason;
  }

  /**
   * The handle: events, `settled()`, and in mode `cdp` Chromium's person.
   *
   * @throws StuntkeyError `no-test` before the first page; the error of attaching, if it failed
   */
  get passkeys(): Passkeys {
    if (this.#passkeys !== undefined) return this.#passkeys;
    if (this.#failure !== undefined) throw this.#failure.reason;
    throw noPage();
  }

  async #attach(context: BrowserContext): Promise<void> {
    const passkeys = await attach(context, this.authenticator, this.#options);
    this.#context = context;
    this.#passkeys = passkeys;
    for (const name of ['registered', 'authenticated', 'refused'] as const)
      passkeys.on(name, ({ ceremony }) => {
        this.#remember(String(ceremony ?? name), name === 'refused');
        if (ceremony !== undefined && this.ceremonies.push(ceremony) > MOST_RECORDS) this.ceremonies.shift();
      });
  }

  get #attached(): BrowserContext {
    if (this.#context === undefined) throw this.#failure?.reason ?? noPage();
    return this.#context;
  }

  /** A client that signs up and in without a page, with the same credentials. */
  client(origin: string): WebAuthnClient {
    return new WebAuthnClient({ origin, authenticator: this.authenticator });
  }

  /**
   * The context's storage state with our whole passkeys, for `browser.newContext({ storageState })`, in which Playwright installs
   * nothing of its own, for {@link PlaywrightStageOptions.credentials} in that context, or for a file.
   */
  async storageState(): Promise<StorageStateWithPasskeys> {
    const { value } = await exportCredentials(await this.#records(), 'stuntkey');
    return { ...(await this.#attached.storageState()), stuntkey: value };
  }

  /**
   * The same with our passkeys in Playwright's place: a new context with it has Playwright's `credentials` installed.
   *
   * @returns also `warnings`, for what Playwright cannot hold
   */
  async playwrightState(): Promise<{
    readonly state: StorageStateWithCredentials;
    readonly warnings: readonly PortableWarning[];
  }> {
    const { value, warnings } = await exportCredentials(await this.#records(), 'playwright');
    return { state: { ...(await this.#attached.storageState()), credentials: value }, warnings };
  }

  async #records(): Promise<readonly CredentialRecord[]> {
    await this.#passkeys?.settled();
    return this.#store.read((reader) => [...reader.all()]);
  }

  #remember(record: string, refused: boolean): void {
    if (this.records.push(record) > MOST_RECORDS) this.records.shift();
    if (refused && this.refusals.push(record) > MOST_RECORDS) this.refusals.shift();
  }

  /** Puts pages back as they were. */
  async close(): Promise<void> {
    await this.#passkeys?.detach();
  }
}
