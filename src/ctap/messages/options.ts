/** The `options` member of authenticatorMakeCredential and authenticatorGetAssertion: `rk`, `up`, `uv`. */
import { bool, type Struct, struct } from '../struct.ts';

/** The options `rk`, `up` and `uv` of a command; an absent one has the default that the specification gives. */
export interface CommandOptions {
  /** Make the credential discoverable. */
  readonly rk?: boolean;
  /** Test user presence. */
  readonly up?: boolean;
  /** Verify the user with a built-in method. */
  readonly uv?: boolean;
}

export const commandOptions: Struct<CommandOptions> = struct<CommandOptions>('options', () => ({
  rk: { key: 'rk', type: bool },
  up: { key: 'up', type: bool },
  uv: { key: 'uv', type: bool },
}));
