/** Checks of extension outputs. What was not asked for is passed over; what is malformed is not. */
import { type AnyOptions, type CeremonyContext, isObject, own } from '../context.ts';
import type { Expected } from '../expected.ts';
import { type Guard, shown, unless } from '../guard.ts';

type AnyContext = CeremonyContext<AnyOptions, Expected>;

const isBoolean = (value: unknown): boolean => typeof value === 'boolean';

/** Outputs of WebAuthn Level 3's extensions, and what they are. */
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  appid: isBoolean,
  appidExclude: isBoolean,
  credProps: (value) => isObject(value) && (own(value, 'rk') === undefined || isBoolean(own(value, 'rk'))),
  hmacCreateSecret: isBoolean,
  largeBlob: isObject,
  prf: isObject,
};

export function extensionTypes(step: number): Guard<AnyContext> {
  return {
    name: 'extensions.types',
    step,
    title: 'outputs of known client extensions are of their type',
    section: 'sctn-defined-client-extensions',
    run({ clientExtensionResults }) {
      const odd = Object.entries(TYPES).find(([name, right]) => {
        const value = own(clientExtensionResults, name);
        return value !== undefined && !right(value);
      })?.[0];
      return unless(odd === undefined, 'outputs of their types', () =>
        shown({ [String(odd)]: own(clientExtensionResults, String(odd)) }),
      );
    },
  };
}

const LEVELS: readonly string[] = [
  'userVerificationOptional',
  'userVerificationOptionalWithCredentialIDList',
  'userVerificationRequired',
];

interface Protected extends AnyContext {
  readonly authData: AnyContext['authData'];
}

/** CTAP 2.3 section 12.1: who enforces a protection wants to see it. */
export const credProtect: Guard<Protected> = {
  name: 'extensions.cred-protect',
  step: 28,
  title: 'an enforced credential protection policy is the credential’s',
  run({ authData, options }) {
    const wanted = LEVELS.indexOf(String(options.extensions?.credentialProtectionPolicy)) + 1;
    if (wanted === 0 || options.extensions?.enforceCredentialProtectionPolicy !== true) return 'skipped';
    const got = authData.extensions?.get('credProtect');
    return unless(typeof got === 'number' && got >= wanted, `credProtect of at least ${wanted}`, () =>
      shown(got),
    );
  },
};
