/** The attestation statement formats that are known, and the checks of those that are not long. */
import { shown, unless } from '../guard.ts';
import { kindOf } from '../lenient/attestation-object.ts';
import type { RegistrationContext } from '../registration-context.ts';
import { androidKeyGuards } from './android-key.ts';
import { androidSafetynetGuards } from './android-safetynet.ts';
import { appleGuards } from './apple.ts';
import { fidoU2fGuards } from './fido-u2f.ts';
import { packedGuards } from './packed.ts';
import { type AttestationGuard, guardsOf, STATEMENT_FORMATS } from './statement-guard.ts';
import { tpmGuards } from './tpm.ts';

const MOST_STATEMENTS = 16;

/** Checks of a compound look at it as a whole, not at each of its statements. */
function ofCompound(
  name: string,
  title: string,
  run: (context: RegistrationContext) => ReturnType<typeof unless>,
): AttestationGuard {
  return {
    name: `attestation.compound.${name}`,
    step: 22,
    title: `compound: ${title}`,
    section: 'sctn-compound-attestation',
    fmt: 'compound',
    run,
  };
}

const compoundGuards: readonly AttestationGuard[] = [
  ofCompound('count', 'there are two statements or more', ({ attestationObject: { elements } }) =>
    unless(elements.length >= 2 && elements.length <= MOST_STATEMENTS, `2 to ${MOST_STATEMENTS}`, () =>
      String(elements.length),
    ),
  ),
  ofCompound('syntax', 'each element has a fmt and an attStmt', ({ attestationObject: { elements } }) => {
    const odd = elements.find(
      (element) =>
        !(element instanceof Map) ||
        typeof element.get('fmt') !== 'string' ||
        !(element.get('attStmt') instanceof Map || element.get('fmt') === 'compound'),
    );
    return unless(odd === undefined, 'a map with a text fmt and a map attStmt', () => kindOf(odd));
  }),
  ofCompound('nesting', 'no statement is a compound', ({ attestationObject: { elements } }) => {
    const nested = elements.some((element) => element instanceof Map && element.get('fmt') === 'compound');
    return unless(!nested, 'no compound inside', () => 'one');
  }),
  ofCompound('formats', 'the formats of its statements are known', ({ statements }) => {
    const unknown = statements.find(({ fmt }) => !STATEMENT_FORMATS.includes(fmt) && fmt !== 'compound')?.fmt;
    return unless(unknown === undefined, STATEMENT_FORMATS.join(', '), () => shown(unknown));
  }),
];

/** Steps 21 and 22: the format, and the verification procedure of each. */
export const attestationGuards: readonly AttestationGuard[] = [
  {
    name: 'attestation.format',
    step: 21,
    title: 'the attestation statement format is known',
    section: 'sctn-attstn-fmt-ids',
    run: ({ attestationObject: { fmt } }) =>
      unless(
        [...STATEMENT_FORMATS, 'compound'].includes(fmt),
        [...STATEMENT_FORMATS, 'compound'].join(', '),
        () => shown(fmt),
      ),
  },
  guardsOf('none', 'sctn-none-attestation')('statement', 'the statement is empty', (_, { attStmt }) =>
    unless(attStmt.size === 0, 'an empty map', () => `${attStmt.size} members`),
  ),
  ...compoundGuards,
  ...packedGuards,
  ...tpmGuards,
  ...androidKeyGuards,
  ...androidSafetynetGuards,
  ...fidoU2fGuards,
  ...appleGuards,
];
