/** For every check of Android SafetyNet attestation, a statement that violates it; the rest is as it has to be. */
import { base64, base64url } from '../../../src/base/base64url.ts';
import { concat, utf8 } from '../../../src/base/bytes.ts';
import type { CborValue } from '../../../src/cbor/cbor.ts';
import { rawSignature } from '../../../src/crypto/formats/ecdsa.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { type Attest, keyNamed, sign } from '../workshop.ts';
import { attested, type Case, leaf, type Name, SAFETYNET, type Statement } from './parts.ts';

interface SafetynetParts {
  subject?: Name;
  header?: Record<string, unknown>;
  payload?: Record<string, unknown>;
  signature?: Uint8Array;
  x5c?: readonly string[];
  change?: (statement: Statement) => void;
}

const safetynet =
  (parts: SafetynetParts = {}): Attest =>
  async ({ signedData }) => {
    const x5c = parts.x5c ?? [base64(await leaf({ subject: parts.subject ?? SAFETYNET }))];
    const part = (value: unknown): string => base64url(utf8(JSON.stringify(value)));
    const header = part({ alg: 'ES256', x5c, ...parts.header });
    const payload = part({
      nonce: base64(sha256(signedData)),
      timestampMs: Date.now(),
      ctsProfileMatch: true,
      ...parts.payload,
    });
    const signed = utf8(`${header}.${payload}`);
    const signature = parts.signature ?? rawSignature(await sign(await keyNamed('attestation'), signed), 32);
    const attStmt: Statement = new Map<string, CborValue>([
      ['ver', '1'],
      ['response', concat(signed, utf8(`.${base64url(signature)}`))],
    ]);
    parts.change?.(attStmt);
    return { fmt: 'android-safetynet', attStmt };
  };

export const safetynetCases: Record<string, Case> = {
  syntax: attested(safetynet({ change: (statement) => void statement.set('response', 'text') })),
  members: attested(safetynet({ change: (statement) => void statement.set('more', 1) })),
  version: attested(safetynet({ change: (statement) => void statement.set('ver', '') })),
  jws: attested(safetynet({ change: (statement) => void statement.set('response', utf8('a.b')) })),
  certificate: attested(safetynet({ x5c: ['AAAA'] })),
  'jws-algorithm': attested(safetynet({ header: { alg: 'none' } })),
  signature: attested(safetynet({ signature: new Uint8Array(64).fill(1) })),
  nonce: attested(safetynet({ payload: { nonce: 'AAAA' } })),
  hostname: attested(safetynet({ subject: [['CN', 'attest.android.com.example']] })),
  'cts-profile': attested(safetynet({ payload: { ctsProfileMatch: false } })),
  timestamp: attested(safetynet({ payload: { timestampMs: 0 } })),
};
