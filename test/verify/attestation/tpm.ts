/** For every check of TPM attestation, a statement that violates it; the rest is as it has to be. */
import { keyPurpose, tpmAlternativeName } from '../../../src/authority/certificate.ts';
import { concat, fromHex } from '../../../src/base/bytes.ts';
import type { CborValue } from '../../../src/cbor/cbor.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { AAGUID, type Attest, extension, keyNamed, sign } from '../workshop.ts';
import {
  add,
  attested,
  type Case,
  type Chain,
  drop,
  ID_AAGUID,
  leaf,
  octets,
  type Statement,
  SUBJECT,
  version1,
} from './parts.ts';

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const sized = (bytes: Uint8Array): Uint8Array => concat(u16(bytes.length), bytes);

interface TpmParts {
  chain?: Chain;
  magic?: string;
  type?: string;
  extraData?: Uint8Array;
  key?: Uint8Array;
  name?: Uint8Array;
  pubArea?: (bytes: Uint8Array) => Uint8Array;
  certInfo?: (bytes: Uint8Array) => Uint8Array;
  change?: (statement: Statement) => void;
  manufacturer?: string;
  critical?: boolean;
}

const tpm =
  (parts: TpmParts = {}): Attest =>
  async ({ signedData }) => {
    const point = parts.key ?? (await keyNamed('credential -7')).public;
    const honest = concat(
      fromHex('0023000b00040000000000100010'),
      fromHex('00030010'),
      sized(point.slice(0, 32)),
      sized(point.slice(32)),
    );
    const pubArea = parts.pubArea?.(honest) ?? honest;
    const name = parts.name ?? concat(u16(0x000b), sha256(pubArea));
    const info = concat(
      fromHex(parts.magic ?? 'ff544347'),
      fromHex(parts.type ?? '8017'),
      sized(new Uint8Array()),
      sized(parts.extraData ?? sha256(signedData)),
      new Uint8Array(25),
      sized(name),
      sized(new Uint8Array()),
    );
    const certInfo = parts.certInfo?.(info) ?? info;
    const aik = parts.chain?.key ?? (await keyNamed('attestation'));
    const extensions = [
      extension('2.5.29.37', false, keyPurpose('2.23.133.8.3')),
      extension(
        '2.5.29.17',
        parts.critical ?? true,
        tpmAlternativeName(parts.manufacturer ?? 'id:FFFFF1D0', 'workshop', 'id:00000001'),
      ),
    ];
    const x5c = [
      await leaf({
        subject: [],
        ...parts.chain,
        change: (tbs) => {
          add(...extensions)(tbs);
          parts.chain?.change?.(tbs);
        },
      }),
    ];
    const attStmt: Statement = new Map<string, CborValue>([
      ['alg', -7],
      ['sig', await sign(aik, certInfo)],
      ['ver', '2.0'],
      ['x5c', x5c],
      ['pubArea', pubArea],
      ['certInfo', certInfo],
    ]);
    parts.change?.(attStmt);
    return { fmt: 'tpm', attStmt };
  };

const trailing = (bytes: Uint8Array): Uint8Array => concat(bytes, Uint8Array.of(0));

export const tpmCases: Record<string, Case> = {
  syntax: attested(tpm({ change: (statement) => void statement.set('x5c', []) })),
  members: attested(tpm({ change: (statement) => void statement.set('more', 1) })),
  certificate: attested(tpm({ change: (statement) => void statement.set('x5c', [new Uint8Array(9)]) })),
  version: attested(tpm({ change: (statement) => void statement.set('ver', '1.2') })),
  'public-area': attested(tpm({ pubArea: trailing })),
  'public-key': async () => attested(tpm({ key: (await keyNamed('a stranger')).public }))(),
  'cert-info': attested(tpm({ certInfo: trailing })),
  magic: attested(tpm({ magic: 'ff544348' })),
  type: attested(tpm({ type: '8018' })),
  'extra-data': attested(tpm({ extraData: new Uint8Array(32) })),
  name: attested(tpm({ name: concat(u16(0x000b), new Uint8Array(32)) })),
  algorithm: attested(tpm({ change: (statement) => void statement.set('alg', -257) })),
  signature: attested(tpm({ change: (statement) => void statement.set('sig', new Uint8Array(70)) })),
  'certificate-version': attested(tpm({ chain: { change: version1 } })),
  subject: attested(tpm({ chain: { subject: SUBJECT } })),
  'alternative-name': attested(tpm({ critical: false })),
  manufacturer: attested(tpm({ manufacturer: 'id:00000000' })),
  'key-purpose': attested(tpm({ chain: { change: drop('2.5.29.37') } })),
  'basic-constraints': attested(tpm({ chain: { authority: true } })),
  aaguid: attested(tpm({ chain: { change: add(extension(ID_AAGUID, false, octets(new Uint8Array(16)))) } })),
  'aaguid-once': attested(
    tpm({
      chain: {
        change: add(extension(ID_AAGUID, false, octets(AAGUID)), extension(ID_AAGUID, false, octets(AAGUID))),
      },
    }),
  ),
  'aaguid-critical': attested(tpm({ chain: { change: add(extension(ID_AAGUID, true, octets(AAGUID))) } })),
  'aaguid-encoding': attested(tpm({ chain: { change: add(extension(ID_AAGUID, false, AAGUID)) } })),
};
