/** How a check of an attestation statement format is written. */
import { isBytes } from '../../base/bytes.ts';
import type { Finding, Guard, Verdict } from '../guard.ts';
import { Unreadable, unless } from '../guard.ts';
import { kindOf, type Statement } from '../lenient/attestation-object.ts';
import type { LooseMap, LooseValue } from '../lenient/cbor.ts';
import type { RegistrationContext } from '../registration-context.ts';
import type { Certificate } from './certificate.ts';

export type AttestationGuard = Guard<RegistrationContext>;

type Check = (context: RegistrationContext, statement: Statement) => Verdict | Promise<Verdict>;

/** Makes the checks of one format: each looks at every statement of that format. */
export function guardsOf(
  fmt: string,
  section: string,
): (name: string, title: string, check: Check) => AttestationGuard {
  return (name, title, check) => ({
    name: `attestation.${fmt}.${name}`,
    step: 22,
    title: `${fmt}: ${title}`,
    section,
    fmt,
    async run(context) {
      let verdict: Verdict = 'skipped';
      for (const statement of context.statementsOf(fmt)) {
        const one = await check(context, statement);
        if (one !== undefined && one !== 'skipped') return one;
        if (one === undefined) verdict = undefined;
      }
      return verdict;
    },
  });
}

/** Formats with statements of their own, by identifier. */
export const STATEMENT_FORMATS: readonly string[] = [
  'none',
  'packed',
  'tpm',
  'android-key',
  'android-safetynet',
  'fido-u2f',
  'apple',
];

/** What a member of a statement may be. */
export type MemberType = 'bytes' | 'text' | 'integer' | 'certificates';

const TYPES: Readonly<Record<MemberType, (value: LooseValue) => boolean>> = {
  bytes: (value) => isBytes(value),
  text: (value) => typeof value === 'string',
  integer: (value) => typeof value === 'number' && Number.isInteger(value),
  certificates: (value) => Array.isArray(value) && value.length > 0 && value.every((one) => isBytes(one)),
};

/** What is wrong with the members of a statement. */
export function checkSyntax(
  attStmt: LooseMap,
  members: Readonly<Record<string, MemberType>>,
  optional: readonly string[] = [],
): Finding | undefined {
  for (const [name, type] of Object.entries(members)) {
    const value = attStmt.get(name);
    if (optional.includes(name) && !attStmt.has(name)) continue;
    if (!TYPES[type](value)) return { expected: `${name}: ${type}`, got: kindOf(value) };
  }
  return undefined;
}

/** Finds members of a statement that its format does not have. */
export function checkMembers(attStmt: LooseMap, members: readonly string[]): Finding | undefined {
  const extra = [...attStmt.keys()].filter((name) => !members.includes(String(name)));
  return unless(extra.length === 0, members.join(', '), () => `also ${extra.join(', ')}`);
}

/** A member that is bytes. @throws Unreadable */
export function bytesOf({ fmt, attStmt }: Statement, name: string): Uint8Array {
  const value = attStmt.get(name);
  if (isBytes(value)) return value;
  throw new Unreadable(`attestation.${fmt}.syntax`);
}

/** The COSE algorithm that a statement names. @throws Unreadable */
export function namedAlgorithm(fmt: string, attStmt: LooseMap): number {
  const value = attStmt.get('alg');
  if (typeof value === 'number') return value;
  throw new Unreadable(`attestation.${fmt}.syntax`);
}

/** The certificate that a statement is signed under. */
export async function leafOf(context: RegistrationContext, statement: Statement): Promise<Certificate> {
  return (await context.certificates(statement))[0] as Certificate;
}

/** Whether a statement is self attestation. */
export function isSelf({ fmt, attStmt }: Statement): boolean {
  return fmt === 'packed' && !attStmt.has('x5c');
}
