/** What a Playwright test gets: a device in the pages of its context, a person, and what they did. */
import type { BrowserContext } from '@playwright/test';
import { Authenticator, type AuthenticatorOptions } from '../../authenticator/authenticator.ts';
import { WebAuthnClient } from '../../client/client.ts';
import { ScriptedUser } from '../../person/user.ts';
import { exportCredentials, importCredentials } from '../../portable/collection.ts';
import type { PlaywrightCredential } from '../../portable/formats/playwright.ts';
import type { StuntkeyCredential } from '../../portable/formats/stuntkey.ts';
import type { PortableWarning } from '../../portable/warning.ts';
import { MemoryStore } from '../../store/memory.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { Store } from '../../store/store.ts';
import type { Fetch } from '../../webauthn/related-origins.ts';
import type { AttachMode, Passkeys } from '../passkeys.ts';
import { attach } from './attach.ts';

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A storage state with passkeys in it, as Playwright's `storageState({ credentials: true })` has it. */
export type StorageStateWithCredentials = StorageState & { readonly credentials: PlaywrightCredential[] };

/** A storage state with passkeys in it that Playwright does not look at: a context made with it is left to our devices. */
export type StorageStateWithPasskeys = StorageState & { readonly stuntkey: StuntkeyCredential[] };

/** How a test's device is made. Everything has a default. */
export interface PlaywrightStageOptions {
  /** Default: `page`. */
  readonly mode?: AttachMode;
  /** What the device is made of: its model, policy, seed, clock, store. */
  readonly device?: Omit<AuthenticatorOptions, 'user'>;
  /** The person. Default: one who approves everything until told otherwise. */
  readonly user?: ScriptedUser;
  /** Passkeys that are there from the start: Playwright's, or a storage state's, ours or Playwright's. */
  readonly credentials?: readonly PlaywrightCredential[] | object;
  /** Takes over Playwright's own `context.credentials`, with what it has, where the context has it installed. Default: false. */
  readonly adopt?: boolean;
  /** How related origins are asked for. Default: from Node. */
  readonly fetch?: Fetch;
}

/** The most ceremonies that are remembered. */
const MOST_RECORDS = 100;

export class PlaywrightStage {
  readonly authenticator: Authenticator;
  /** Scripts the person: `stuntkey.user.next({ presence: 'decline' })`. */
  readonly user: ScriptedUser;
  /** The handle: events, `settled()`, and in mode `cdp` Chromium's person. */
  readonly passkeys: Passkeys;
  /** The last hundred ceremonies of mode `page`, each readable as text. */
  readonly records: string[] = [];
  /** Those of them that were refused: each begins with what, where, why, and the way out. */
  readonly refusals: string[] = [];
  readonly #context: BrowserContext;
  readonly #store: Store;

  private constructor(
    context: BrowserContext,
    store: Store,
    authenticator: Authenticator,
    user: ScriptedUser,
    passkeys: Passkeys,
  ) {
    this.#context = context;
    this.#store = store;
    this.authenticator = authenticator;
    this.user = user;
    this.passkeys = passkeys;
    for (const name of ['registered', 'authenticated', 'refused'] as const)
      passkeys.on(name, (event) => this.#remember(String(event.ceremony ?? name), name === 'refused'));
  }

  /** @throws StuntkeyError as `attach` does, `bad-credential`, `bad-key` */
  static async open(
    context: BrowserContext,
    { mode, device, user = new ScriptedUser(), credentials, fetch, adopt }: PlaywrightStageOptions = {},
  ): Promise<PlaywrightStage> {
    const store = device?.store ?? new MemoryStore();
    const authenticator = new Authenticator({ ...device, store, user });
    const state = (Array.isArray(credentials) ? { credentials } : credentials) as Partial<
      StorageStateWithCredentials & StorageStateWithPasskeys
    >;
    for (const name of ['playwright', 'stuntkey'] as const) {
      const given = name === 'stuntkey' ? state?.stuntkey : state?.credentials;
      if (given !== undefined) await importCredentials(store, name, given, { existing: 'replace' });
    }
    const options = { ...(mode && { mode }), ...(fetch && { fetch }), ...(adopt && { adopt }) };
    const passkeys = await attach(context, authenticator, options);
    return new PlaywrightStage(context, store, authenticator, user, passkeys);
  }

  /** Signs up and in without a page, with the same credentials. */
  client(origin: string): WebAuthnClient {
    return new WebAuthnClient({ origin, authenticator: this.authenticator });
  }

  /**
   * The context's storage state, with our passkeys in it, whole: for `browser.newContext({ storageState })`, in which Playwright installs
   * nothing of its own, and for {@link PlaywrightStageOptions.credentials} in that context; or for a file.
   */
  async storageState(): Promise<StorageStateWithPasskeys> {
    const { value } = await exportCredentials(await this.#records(), 'stuntkey');
    return { ...(await this.#context.storageState()), stuntkey: value };
  }

  /**
   * The same with our passkeys where Playwright has its own: a new context that is given it has Playwright's `credentials` installed.
   *
   * @returns with `warnings`, what Playwright has no place for
   */
  async playwrightState(): Promise<{
    readonly state: StorageStateWithCredentials;
    readonly warnings: readonly PortableWarning[];
  }> {
    const { value, warnings } = await exportCredentials(await this.#records(), 'playwright');
    return { state: { ...(await this.#context.storageState()), credentials: value }, warnings };
  }

  async #records(): Promise<readonly CredentialRecord[]> {
    await this.passkeys.settled();
    return this.#store.read((reader) => [...reader.all()]);
  }

  #remember(record: string, refused: boolean): void {
    if (this.records.push(record) > MOST_RECORDS) this.records.shift();
    if (refused && this.refusals.push(record) > MOST_RECORDS) this.refusals.shift();
  }

  /** Pages are as they were. */
  async close(): Promise<void> {
    await this.passkeys.detach();
  }
}
