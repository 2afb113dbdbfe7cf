/** For every check of Android Key attestation, a statement that violates it; the rest is as it has to be. */
import {
  AuthorizationList,
  IntegerSet,
  KeyDescription,
  SecurityLevel,
  type Version,
} from '@peculiar/asn1-android';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import type { CborValue } from '../../../src/cbor/cbor.ts';
import { type Attest, extension, keyNamed, sign } from '../workshop.ts';
import { add, attested, type Case, leaf, type Statement } from './parts.ts';

interface AndroidParts {
  challenge?: Uint8Array;
  software?: Partial<AuthorizationList>;
  tee?: Partial<AuthorizationList>;
  certified?: string;
  signer?: string;
  described?: boolean;
  change?: (statement: Statement) => void;
}

const androidKey =
  (parts: AndroidParts = {}): Attest =>
  async ({ signedData, clientDataHash }) => {
    const description = new KeyDescription({
      attestationVersion: 300 as Version,
      attestationSecurityLevel: SecurityLevel.software,
      keymasterVersion: 0,
      keymasterSecurityLevel: SecurityLevel.software,
      attestationChallenge: new OctetString(parts.challenge ?? clientDataHash),
      uniqueId: new OctetString(),
      softwareEnforced: new AuthorizationList(parts.software),
      teeEnforced: new AuthorizationList({ purpose: new IntegerSet([2]), origin: 0, ...parts.tee }),
    });
    const value = new Uint8Array(AsnConvert.serialize(description));
    const key = await keyNamed(parts.certified ?? 'credential -7');
    const change =
      parts.described === false ? () => {} : add(extension('1.3.6.1.4.1.11129.2.1.17', false, value));
    const attStmt: Statement = new Map<string, CborValue>([
      ['alg', -7],
      ['sig', await sign(await keyNamed(parts.signer ?? parts.certified ?? 'credential -7'), signedData)],
      ['x5c', [await leaf({ key, change })]],
    ]);
    parts.change?.(attStmt);
    return { fmt: 'android-key', attStmt };
  };

export const androidKeyCases: Record<string, Case> = {
  syntax: attested(androidKey({ change: (statement) => void statement.set('x5c', []) })),
  members: attested(androidKey({ change: (statement) => void statement.set('more', 1) })),
  certificate: attested(
    androidKey({ change: (statement) => void statement.set('x5c', [new Uint8Array(9)]) }),
  ),
  algorithm: attested(androidKey({ change: (statement) => void statement.set('alg', -257) })),
  signature: attested(androidKey({ signer: 'a stranger' })),
  'public-key': attested(androidKey({ certified: 'a stranger' })),
  extension: attested(androidKey({ described: false })),
  challenge: attested(androidKey({ challenge: new Uint8Array(32) })),
  'all-applications': attested(androidKey({ software: { allApplications: null } })),
  origin: attested(androidKey({ tee: { origin: 2 } })),
  purpose: attested(androidKey({ tee: { purpose: new IntegerSet([2, 1]) } })),
  'security-level': attested(androidKey(), { androidHardware: true }),
};
