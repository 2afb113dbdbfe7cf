/** The options of a test's device. */
import type { AuthenticatorOptions } from '../../authenticator/authenticator.ts';
import { deviceShape, requireWithinDevice } from '../../authenticator/options.ts';
import { callable, check, exactly, flag, maybe, oneOf, type Shape, such, that } from '../../base/shape.ts';
import { type ScriptedUser, scriptedUserShape } from '../../person/user.ts';
import type { PlaywrightCredential } from '../../portable/formats/playwright.ts';
import type { Fetch } from '../../webauthn/related-origins.ts';
import type { AttachMode } from '../passkeys.ts';

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

/** @throws StuntkeyError `bad-options` that names the option */
export function checkedStage(given: PlaywrightStageOptions): PlaywrightStageOptions {
  requireWithinDevice(given);
  return check(shape, given, 'bad-options', 'stuntkeyOptions') as PlaywrightStageOptions;
}
