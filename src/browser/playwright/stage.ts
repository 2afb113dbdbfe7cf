/** What a Playwright test gets: a device in the pages of its context, a person, and the record of ceremonies. */
import type { BrowserContext } from '@playwright/test';
import type { Authenticator } from '../../authenticator/authenticator.ts';
import { check, having } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { WebAuthnClient } from '../../client/client.ts';
import type { CeremonyRecord } from '../../decode/trace/record.ts';
import type { ScriptedUser } from '../../person/user.ts';
import type { PortableWarning } from '../../portable/warning.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { Passkeys } from '../passkeys.ts';
import type { Equipment } from './equip.ts';
import { openBackstage } from './open-backstage.ts';
import type { PlaywrightStageOptions } from './options.ts';
import type { StorageStateWithCredentials, StorageStateWithPasskeys } from './storage-state.ts';

/** What a stage calls when it is there. */
type Backstage = Awaited<ReturnType<typeof openBackstage>>;

const contextShape = having<BrowserContext>(
  "Playwright's BrowserContext, such as the fixture context or page.context()",
  'newPage',
  'storageState',
);

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
  readonly #backstage: Backstage;
  readonly #equipment: Equipment;
  #context: BrowserContext | undefined;
  #passkeys: Passkeys | undefined;
  /** Why the device could not be attached. */
  #failure: { readonly reason: unknown; asked: boolean } | undefined;

  private constructor(backstage: Backstage, equipment: Equipment) {
    this.#backstage = backstage;
    this.#equipment = equipment;
    this.authenticator = equipment.authenticator;
    this.user = equipment.user;
  }

  /** A device and a person that are not attached to a browser yet. @throws StuntkeyError `bad-options`, `bad-credential`, `bad-key` */
  static async make(given: PlaywrightStageOptions = {}): Promise<PlaywrightStage> {
    const backstage = await openBackstage();
    return new PlaywrightStage(backstage, await backstage.equip(given));
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
    const { atFirstPage, onceAsked } = this.#backstage;
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
    const passkeys = await this.#backstage.attachTo(context, this.authenticator, this.#equipment.options);
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
    return new this.#backstage.WebAuthnClient({ origin, authenticator: this.authenticator });
  }

  /**
   * The context's storage state with our whole passkeys, for `browser.newContext({ storageState })`, in which Playwright installs
   * nothing of its own, for {@link PlaywrightStageOptions.credentials} in that context, or for a file.
   */
  async storageState(): Promise<StorageStateWithPasskeys> {
    const { value } = await this.#backstage.exportCredentials(await this.#records(), 'stuntkey');
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
    const { value, warnings } = await this.#backstage.exportCredentials(await this.#records(), 'playwright');
    return { state: { ...(await this.#attached.storageState()), credentials: value }, warnings };
  }

  async #records(): Promise<readonly CredentialRecord[]> {
    await this.#passkeys?.settled();
    return this.#equipment.store.read((reader) => [...reader.all()]);
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
