/** `expect(stuntkey).toHaveCredential(…)`: waits, as Playwright's own matchers do. */
import type { ExpectMatcherState, MatcherReturnType } from '@playwright/test';
import { base64url } from '../../base/base64url.ts';
import { systemClock } from '../../base/clock.ts';
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

export async function toHaveCredential(
  this: ExpectMatcherState,
  stage: PlaywrightStage,
  expected: ExpectedCredential = {},
  { timeout = this.timeout ?? MILLISECONDS }: { readonly timeout?: number } = {},
): Promise<MatcherReturnType> {
  const { credentials } = stage.authenticator;
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
