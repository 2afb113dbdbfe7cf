/** Playwright's storage state, with passkeys. */
import type { BrowserContext } from '@playwright/test';
import type { PlaywrightCredential } from '../../portable/formats/playwright.ts';
import type { StuntkeyCredential } from '../../portable/formats/stuntkey.ts';

/** Playwright's storage state. */
export type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A storage state with passkeys in it, as Playwright's `storageState({ credentials: true })` has it. */
export type StorageStateWithCredentials = StorageState & { readonly credentials: PlaywrightCredential[] };

/** A storage state with passkeys in it that Playwright does not look at: a context made with it is left to our devices. */
export type StorageStateWithPasskeys = StorageState & { readonly stuntkey: StuntkeyCredential[] };
