/** For every check of compound attestation, a statement that violates it; the rest is as it has to be. */
import type { CborValue } from '../../../src/cbor/cbor.ts';
import type { Attest } from '../workshop.ts';
import { attested, type Case, packed } from './parts.ts';

const element = (fmt: CborValue, attStmt: CborValue): CborValue =>
  new Map<string, CborValue>([
    ['fmt', fmt],
    ['attStmt', attStmt],
  ]);
const compound =
  (...elements: readonly CborValue[]): Attest =>
  async (parts) => {
    const one = await packed()(parts);
    return { fmt: 'compound', attStmt: [element(one.fmt, one.attStmt), ...elements] };
  };

export const compoundCases: Record<string, Case> = {
  count: attested(compound()),
  syntax: attested(compound(element(7, new Map()))),
  nesting: attested(compound(element('compound', []))),
  formats: attested(compound(element('x-unknown', new Map()))),
};
