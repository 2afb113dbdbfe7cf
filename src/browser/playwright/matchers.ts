/** `expect(stuntkey).toHaveCredential(…)`: waits, as Playwright's own matchers do. */
import type { ExpectMatcherState, MatcherReturnType } from '@playwright/test';
import { base64url } from '../../base/base64url.ts';
import { systemClock } from '../../base/clock.ts';
import {
  amount,
  check,
  exactly,
  flag,
  having,
  maybe,
  type Shape,
  text,
  that,
  whole,
} from '../../base/shape.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { PlaywrightStage } from './stage.ts';

/** The expected members of a credential. A member that is left out may have any value. */
export interface ExpectedCredential {
  /** Credential ID in base64url. */
  readonly id?: string;
  readonly rpId?: string;
  readonly userName?: string;
  /** User handle in base64url. */
  readonly userHandle?: string;
  readonly signCount?: number;
  readonly discoverable?: boolean;
  /** COSE number. */
  readonly algorithm?: number;
}

const MILLISECONDS = 5_000;

const stageShape = having<PlaywrightStage>(
  'the fixture stuntkey (which has no device after test.use({ stuntkey: false }))',
  'playwrightState',
);
const bytesInText = text({ pattern: /^[\w-]*$/, what: 'bytes in base64url' });
const expectedShape: Shape<ExpectedCredential> = exactly(
  () => ({
    id: maybe(bytesInText),
    rpId: maybe(text()),
    userName: maybe(text()),
    userHandle: maybe(bytesInText),
    signCount: maybe(whole(0, 0xffff_ffff)),
    discoverable: maybe(flag),
    algorithm: maybe(that<number>(Number.isInteger, 'the COSE number of an algorithm, such as -7 (ES256)')),
  }),
  "members of a credential, such as { rpId: 'localhost' }",
);
const optionsShape: Shape<{ timeout?: number }> = exactly(
  () => ({ timeout: maybe(amount(0)) }),
  'options such as { timeout: 1000 }, in milliseconds',
);

/** A record in the form of {@link ExpectedCredential}. */
function seen(record: CredentialRecord): Required<ExpectedCredential> {
  const { id, rpId = '', userName = '', userId, signCount, discoverable, algorithm } = record;
  const userHandle = userId === undefined ? '' : base64url(userId);
  return { id: base64url(id), rpId, userName, userHandle, signCount, discoverable, algorithm };
}

function fits(record: CredentialRecord, expected: ExpectedCredential): boolean {
  const has: Readonly<Record<string, unknown>> = { ...seen(record) };
  return Object.entries(expected).every(([name, value]) => value === undefined || has[name] === value);
}

/** @throws StuntkeyError `bad-options` for anything but the fixture, for members that credentials have not, and for values that these cannot have */
export async function toHaveCredential(
  this: ExpectMatcherState,
  stage: PlaywrightStage,
  given: ExpectedCredential = {},
  options: { readonly timeout?: number } = {},
): Promise<MatcherReturnType> {
  const { credentials } = check(stageShape, stage, 'bad-options', 'expect').authenticator;
  const expected = check(expectedShape, given, 'bad-options', 'toHaveCredential');
  const { timeout = this.timeout ?? MILLISECONDS } = check(
    optionsShape,
    options,
    'bad-options',
    'toHaveCredential',
  );
  const there = (): boolean => credentials.list().some((record) => fits(record, expected));
  const wanted = !this.isNot;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (there() === wanted) done();
    };
    const unwatch = credentials.watch(look);
    const stopTimer = systemClock.after(timeout, () => done());
    const done = (): void => {
      unwatch();
      stopTimer();
      resolve();
    };
    look();
  });
  return {
    pass: there(),
    name: 'toHaveCredential',
    expected,
    message: () => {
      const all = credentials.list().map((record) => `\n  ${JSON.stringify(seen(record))}`);
      const had = all.length === 0 ? ' none' : all.join('');
      return `expected ${wanted ? 'a' : 'no'} credential with ${JSON.stringify(expected)} within ${timeout} ms; there is${had}`;
    },
  };
}
