/** For every check of FIDO U2F attestation, a statement that violates it; the rest is as it has to be. */
import { concat } from '../../../src/base/bytes.ts';
import { type CborValue, encodeCbor } from '../../../src/cbor/cbor.ts';
import { rpIdHashOf } from '../../../src/crypto/hash.ts';
import {
  type Attest,
  CREDENTIAL_ID,
  cose,
  keyNamed,
  options,
  type RegistrationForgery,
  RP_ID,
  root,
  sign,
} from '../workshop.ts';
import { attested, type Case, leaf, type Statement } from './parts.ts';

interface U2fParts {
  key?: string;
  algorithm?: number;
  x5c?: () => Promise<Uint8Array[]>;
  change?: (statement: Statement) => void;
}

const U2F: RegistrationForgery = { aaguid: new Uint8Array(16) };

const fidoU2f =
  (parts: U2fParts = {}): Attest =>
  async ({ clientDataHash }) => {
    const { algorithm = -7 } = parts;
    const key = await keyNamed(algorithm === -7 ? 'attestation' : `attestation ${algorithm}`, algorithm);
    const credential = (await keyNamed('credential -7')).public;
    const signed = concat(
      Uint8Array.of(0),
      rpIdHashOf(RP_ID),
      clientDataHash,
      CREDENTIAL_ID,
      Uint8Array.of(4),
      credential,
    );
    const attStmt: Statement = new Map<string, CborValue>([
      ['sig', await sign(key, signed)],
      ['x5c', (await parts.x5c?.()) ?? [await leaf({ key })]],
    ]);
    parts.change?.(attStmt);
    return { fmt: 'fido-u2f', attStmt };
  };

export const u2fCases: Record<string, Case> = {
  syntax: attested(fidoU2f({ change: (statement) => void statement.delete('x5c') }), {}, U2F),
  members: attested(fidoU2f({ change: (statement) => void statement.set('alg', -7) }), {}, U2F),
  certificate: attested(fidoU2f({ x5c: async () => [new Uint8Array(9)] }), {}, U2F),
  'single-certificate': attested(fidoU2f({ x5c: async () => [await leaf(), await root()] }), {}, U2F),
  'certificate-key': attested(fidoU2f({ algorithm: -35 }), {}, U2F),
  'credential-key': async () =>
    attested(
      fidoU2f(),
      {},
      {
        ...U2F,
        key: encodeCbor(
          new Map([...(await cose())].map(([label, value]) => [label, label === 3 ? -9 : value])),
        ),
        expected: { options: { ...options, pubKeyCredParams: [{ type: 'public-key', alg: -9 }] } },
      },
    )(),
  signature: attested(
    fidoU2f({ change: (statement) => void statement.set('sig', new Uint8Array(70)) }),
    {},
    U2F,
  ),
  aaguid: attested(fidoU2f()),
};
