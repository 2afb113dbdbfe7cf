import { StuntkeyError } from '../base/stuntkey-error.ts';

/** The parameters of `WebAuthn.setResponseOverrideBits`. */
export interface ResponseOverrides {
  readonly bogusSignature?: boolean;
  /** Flag UV is cleared. */
  readonly badUV?: boolean;
  /** Flag UP is cleared. */
  readonly badUP?: boolean;
}

const NAMES: readonly string[] = ['bogusSignature', 'badUV', 'badUP'];

/** @throws StuntkeyError `bad-options` for an unknown member, or one that is no boolean */
export function checkOverrides(overrides: ResponseOverrides): ResponseOverrides {
  if (typeof overrides !== 'object' || overrides === null)
    throw new StuntkeyError('bad-options', `overrides: expected an object, got ${String(overrides)}`);
  for (const [name, value] of Object.entries(overrides)) {
    if (!NAMES.includes(name))
      throw new StuntkeyError('bad-options', `overrides: expected ${NAMES.join(', ')}, got ${name}`);
    if (value !== undefined && typeof value !== 'boolean')
      throw new StuntkeyError(
        'bad-options',
        `overrides.${name}: expected true or false, got ${String(value)}`,
      );
  }
  return overrides;
}
