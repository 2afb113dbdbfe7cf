/** Checks of authenticator data: its form, whom it is for, and what its flags say. */

import { equal, hex } from '../../base/bytes.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import { AuthenticatorDataFlags } from '../../ctap/authenticator-data.ts';
import type { CeremonyKind } from '../../webauthn/steps.ts';
import { type AnyOptions, type CeremonyContext, own } from '../context.ts';
import type { Expected } from '../expected.ts';
import { type Guard, unless } from '../guard.ts';

type AnyContext = CeremonyContext<AnyOptions, Expected>;

const { UP, UV, BE, BS } = AuthenticatorDataFlags;
/** Bits that are reserved for future use. */
const RESERVED = 0x22;

const SECTION = 'sctn-authenticator-data';

/** Guards whose findings reading has noted. */
const NOTED = {
  'auth-data.length': 'it has all that every authenticator data has',
  'auth-data.attested-data-flag': 'the flag AT is set at registration, and only then',
  'auth-data.extensions': 'with the flag ED, a CBOR map follows',
  'auth-data.extensions-canonical': 'the extensions are canonical CBOR',
  'auth-data.trailing-bytes': 'nothing is left over',
} as const;

/** @param step that reads the authenticator data; for an assertion, the one that looks at the RP ID */
export function authenticatorDataGuards(step: number): readonly Guard<AnyContext>[] {
  return [
    ...Object.entries(NOTED).map(
      ([name, title]): Guard<AnyContext> => ({
        name,
        step,
        title: `authenticator data: ${title}`,
        section: SECTION,
        run: ({ authData }) => authData.findings.get(name),
      }),
    ),
    {
      name: 'auth-data.reserved-flags',
      step,
      title: 'authenticator data: reserved flags are not set',
      section: SECTION,
      run: ({ authData }) =>
        unless(!authData.has(RESERVED), 'reserved bits zero', () => byte(authData.flags & RESERVED)),
    },
  ];
}

/** @param steps the numbers of the steps in this ceremony */
export function flagGuards(
  kind: CeremonyKind,
  steps: { rpIdHash: number; userPresence: number; userVerification: number; backupState: number },
): readonly Guard<AnyContext>[] {
  return [
    {
      name: 'rp-id-hash',
      step: steps.rpIdHash,
      title: 'the RP ID hash is that of the expected RP ID',
      run(context) {
        const { rpIdHash } = context.authData;
        const right = [context.rpId, ...appIdOf(context)].some((id) => equal(rpIdHash, rpIdHashOf(id)));
        const expected = `SHA-256 of ${context.rpId}: ${hex(rpIdHashOf(context.rpId))}`;
        return unless(right, expected, () => hex(rpIdHash));
      },
    },
    {
      name: 'user-presence',
      step: steps.userPresence,
      title: 'the user was present (flag UP)',
      section: 'concept-user-present',
      run: (context) =>
        kind === 'registration' && isConditional(context)
          ? 'skipped'
          : unless(context.authData.has(UP), 'the flag UP', () => byte(context.authData.flags)),
    },
    {
      name: 'user-verification',
      step: steps.userVerification,
      title: 'the user was verified (flag UV), where that is required',
      section: 'concept-user-verified',
      run(context) {
        if (!requiresVerification(context)) return 'skipped';
        return unless(context.authData.has(UV), 'the flag UV', () => byte(context.authData.flags));
      },
    },
    {
      name: 'backup-state',
      step: steps.backupState,
      title: 'nothing is backed up (flag BS) that cannot be (flag BE)',
      section: 'sctn-credential-backup',
      run: ({ authData }) =>
        unless(authData.has(BE) || !authData.has(BS), 'no BS without BE', () => byte(authData.flags)),
    },
  ];
}

/** The flags byte, for people. */
export function byte(flags: number): string {
  return `0x${flags.toString(16).padStart(2, '0')}`;
}

function requiresVerification({ expected, options }: AnyContext): boolean {
  if (expected.userVerification !== undefined) return expected.userVerification;
  const selection = own({ ...options }, 'authenticatorSelection') as
    | { userVerification?: string }
    | undefined;
  return (options.userVerification ?? selection?.userVerification) === 'required';
}

function isConditional({ expected }: AnyContext): boolean {
  return (expected as { mediation?: string }).mediation === 'conditional';
}

/** The AppID, where it was asked for and the client says that it was used (https://www.w3.org/TR/webauthn-3/#sctn-appid-extension). */
function appIdOf({ kind, options, credential }: AnyContext): readonly string[] {
  const appId = kind === 'authentication' ? options.extensions?.appid : undefined;
  const results = own(credential, 'clientExtensionResults') as { appid?: unknown } | undefined;
  return typeof appId === 'string' && results?.appid === true ? [appId] : [];
}
