/** Fixtures for Playwright Test. Subpath `stuntkey/playwright`. */
import {
  test as base,
  expect as baseExpect,
  type Expect,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestInfo,
  type TestType,
} from '@playwright/test';
import { nearest } from '../../base/nearest.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { type ExpectedCredential, toHaveCredential } from './matchers.ts';
import type { PlaywrightStageOptions } from './options.ts';
import { PlaywrightStage } from './stage.ts';

export type { Loss } from '../cdp/losses.ts';
export type { ResponseOverrides } from '../overrides.ts';
export type { Attachable, AttachMode, AttachOptions, Passkeys } from '../passkeys.ts';
export type { Unreached } from '../reach.ts';
export { attach } from './attach.ts';
export type { ExpectedCredential } from './matchers.ts';
export type { PlaywrightStageOptions } from './options.ts';
export { PlaywrightStage } from './stage.ts';
export type {
  StorageState,
  StorageStateWithCredentials,
  StorageStateWithPasskeys,
} from './storage-state.ts';

/** The name of the option. */
const OPTIONS = 'stuntkeyOptions';

/** What a test may ask for. */
export interface StuntkeyFixtures {
  /** The options of the device: `test.use({ stuntkeyOptions: { … } })`, or in the configuration. */
  stuntkeyOptions: PlaywrightStageOptions;
  /** The test's own device and person, in all pages of its context, also when the test does not name them. */
  stuntkey: PlaywrightStage;
}

/** Runs the tests of a file or a group without a device. */
export interface WithoutDevice {
  /** Leaves out the device. */
  use(fixtures: { readonly stuntkey: false }): void;
}

/** Playwright's `test` with the fixtures of stuntkey. */
export type StuntkeyTest = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & StuntkeyFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>;

/**
 * Playwright's `test` with our fixtures; `mergeTests` joins it to others. The device is attached when the first page opens. Pages have no device
 * after `test.use({ stuntkey: false })`.
 *
 * @example
 * ```ts
 * import { expect, test } from 'stuntkey/playwright';
 * test('a visitor signs up', async ({ page, stuntkey }) => {
 *   await page.goto('http://localhost:3000/');
 *   await page.click('#register');
 *   await expect(stuntkey).toHaveCredential({ rpId: 'localhost' });
 * });
 * ```
 */
export const test: StuntkeyTest & WithoutDevice = base.extend<StuntkeyFixtures>({
  stuntkeyOptions: [{}, { option: true }],
  stuntkey: async ({ stuntkeyOptions }, use, info) => {
    requireKnown(info.project.use);
    const stage = await PlaywrightStage.make(stuntkeyOptions);
    try {
      await use(stage);
    } finally {
      await stage.close();
      if (info.status !== info.expectedStatus && stage.records.length > 0) await tell(stage, info);
    }
  },
  // (The pages of a test are in its context: so they have the device without naming it.)
  context: async ({ context, stuntkey }, use) => {
    const stage = stageOrNone(stuntkey);
    if (stage === undefined) {
      await use(context);
      return;
    }
    await stage.attachAtFirstPage(context);
    try {
      await use(context);
    } finally {
      await stage.close();
    }
    stage.failIfAsked();
  },
}) as StuntkeyTest & WithoutDevice;

/** Where our option is misspelled in the configuration, Playwright takes it for an option of others. @throws StuntkeyError `bad-options` */
function requireKnown(use: object): void {
  const misspelled = Object.keys(use).find(
    (name) => name !== OPTIONS && nearest(name, [OPTIONS]) !== undefined,
  );
  if (misspelled !== undefined)
    throw new StuntkeyError(
      'bad-options',
      `use.${misspelled}: there is no such option; did you mean ${OPTIONS}?`,
    );
}

/** What `test.use` has made of the fixture. @throws StuntkeyError `bad-options` for anything but a stage and false */
function stageOrNone(given: unknown): PlaywrightStage | undefined {
  if (given === false) return undefined;
  if (typeof Object(given).attachAtFirstPage === 'function') return given as PlaywrightStage;
  throw new StuntkeyError(
    'bad-options',
    `test.use({ stuntkey }): expected false, for tests without a device, got ${typeof given === 'object' ? 'an object' : String(given)}; without that line tests have one, and test.use({ ${OPTIONS}: { … } }) says which`,
  );
}

/** How many lines of a refusal are printed: what was refused, where, why, and what to do. */
const FIRST_LINES = 5;

/**
 * Attaches the whole report, and a page that shows it; adds an annotation for each refusal, and prints its first lines in the
 * terminal.
 */
async function tell({ records, refusals, ceremonies }: PlaywrightStage, info: TestInfo): Promise<void> {
  const body = [...refusals, ...records.filter((record) => !refusals.includes(record))].join('\n\n');
  await info.attach('stuntkey', { body, contentType: 'text/plain' });
  if (ceremonies.length > 0) {
    const { writeTrace } = await import('../../viewer/write.ts');
    const path = writeTrace(info.outputPath('stuntkey.html'), ceremonies, info.titlePath.join(' › '));
    await info.attach('stuntkey.html', { path, contentType: 'text/html' });
  }
  for (const refusal of refusals) {
    const first = refusal.split('\n').slice(0, FIRST_LINES).join('\n');
    info.annotations.push({ type: 'stuntkey', description: first });
    console.error(`stuntkey: ${first}`);
  }
}

/** Playwright's `expect` with our matcher; `mergeExpects` joins it to others. */
export const expect: Expect<{
  /** Passes as soon as the device has such a credential; waits for it as other matchers of Playwright do. */
  toHaveCredential(
    this: ThisParameterType<typeof toHaveCredential>,
    stage: PlaywrightStage,
    expected?: ExpectedCredential,
    options?: { readonly timeout?: number },
  ): ReturnType<typeof toHaveCredential>;
}> = baseExpect.extend({ toHaveCredential });
