/** For every check of Apple anonymous attestation, a statement that violates it; the rest is as it has to be. */
import type { CborValue } from '../../../src/cbor/cbor.ts';
import { derElement, SEQUENCE } from '../../../src/crypto/formats/der.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { type Attest, extension, keyNamed } from '../workshop.ts';
import { add, attested, type Case, leaf, octets, type Statement } from './parts.ts';

const apple =
  (
    nonce: (signedData: Uint8Array) => Uint8Array | undefined,
    certified = 'credential -7',
    change: (statement: Statement) => void = () => {},
  ): Attest =>
  async ({ signedData }) => {
    const value = nonce(sha256(signedData));
    const nested = value && derElement(SEQUENCE, derElement(0xa1, octets(value)));
    const key = await keyNamed(certified);
    const changeLeaf = nested ? add(extension('1.2.840.113635.100.8.2', false, nested)) : () => {};
    const attStmt: Statement = new Map<string, CborValue>([
      ['x5c', [await leaf({ key, change: changeLeaf })]],
    ]);
    change(attStmt);
    return { fmt: 'apple', attStmt };
  };
const right = (nonce: Uint8Array): Uint8Array => nonce;

export const appleCases: Record<string, Case> = {
  syntax: attested(apple(right, undefined, (statement) => void statement.delete('x5c'))),
  members: attested(apple(right, undefined, (statement) => void statement.set('more', 1))),
  certificate: attested(
    apple(right, undefined, (statement) => void statement.set('x5c', [new Uint8Array(9)])),
  ),
  extension: attested(apple(() => undefined)),
  nonce: attested(apple(() => new Uint8Array(32))),
  'public-key': attested(apple(right, 'a stranger')),
};
