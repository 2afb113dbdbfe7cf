/** For every check of an attestation statement, or of its chain, one that violates it; the rest is as it has to be. */
import {
  AuthorizationList,
  IntegerSet,
  KeyDescription,
  SecurityLevel,
  type Version,
} from '@peculiar/asn1-android';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import {
  keyPurpose,
  makeRevocationList,
  tpmAlternativeName,
} from '../../src/authenticator/attestation/certificate.ts';
import { base64, base64url } from '../../src/codec/base64url.ts';
import { concat, fromHex, utf8 } from '../../src/codec/bytes.ts';
import { type CborValue, encodeCbor } from '../../src/codec/cbor.ts';
import { derElement, OCTET_STRING, SEQUENCE } from '../../src/crypto/formats/der.ts';
import { rawSignature } from '../../src/crypto/formats/ecdsa.ts';
import { toPem } from '../../src/crypto/formats/pem.ts';
import { rpIdHashOf, sha256 } from '../../src/crypto/hash.ts';
import type { KeyPair } from '../../src/crypto/key-pair.ts';
import type { AttestationPolicy } from '../../src/verify/index.ts';
import {
  AAGUID,
  type Attest,
  CREDENTIAL_ID,
  certificate,
  cose,
  engine,
  extension,
  keyNamed,
  options,
  type RegistrationForgery,
  ROOT,
  RP_ID,
  root,
  sign,
} from './workshop.ts';

type Case = () => Promise<RegistrationForgery>;
type Statement = Map<string, CborValue>;

const ID_AAGUID = '1.3.6.1.4.1.45724.1.1.4';
const SUBJECT = [
  ['C', 'AA'],
  ['O', 'workshop'],
  ['OU', 'Authenticator Attestation'],
  ['CN', 'workshop attestation'],
] as const;
const SAFETYNET = [['CN', 'attest.android.com']] as const;

type Name = readonly (readonly ['CN' | 'O' | 'OU' | 'C' | 'serialNumber', string])[];

/** What a chain is made of. */
interface Chain {
  readonly subject?: Name;
  readonly key?: KeyPair;
  readonly authority?: boolean;
  readonly notAfter?: Date;
  readonly change?: (tbs: x509.TBSCertificate) => void;
  readonly issuer?: Name;
  readonly issuerKey?: KeyPair;
}

const leaf = async (chain: Chain = {}): Promise<Uint8Array> =>
  certificate(
    {
      subject: chain.subject ?? SUBJECT,
      issuer: chain.issuer ?? ROOT,
      issuerKey: chain.issuerKey ?? (await keyNamed('root')),
      subjectKey: chain.key ?? (await keyNamed('attestation')),
      ...(chain.authority && { authority: true }),
      ...(chain.notAfter && { notAfter: chain.notAfter }),
    },
    chain.change,
  );

const add =
  (...extensions: x509.Extension[]) =>
  (tbs: x509.TBSCertificate): void => {
    tbs.extensions?.push(...extensions);
  };
const drop =
  (id: string) =>
  (tbs: x509.TBSCertificate): void => {
    tbs.extensions = new x509.Extensions(tbs.extensions?.filter(({ extnID }) => extnID !== id));
  };
const version1 = (tbs: x509.TBSCertificate): void => {
  tbs.version = x509.Version.v1;
};
const octets = (bytes: Uint8Array): Uint8Array => derElement(OCTET_STRING, bytes);

const trusting = async (policy: AttestationPolicy = {}): Promise<RegistrationForgery['expected']> => ({
  attestation: { trustAnchors: [await root()], ...policy },
});

/** A case: a statement under a policy. */
const attested =
  (attest: Attest, policy?: AttestationPolicy, more: RegistrationForgery = {}): Case =>
  async () => ({ attest, ...more, expected: { ...(await trusting(policy)), ...more.expected } });

/** Packed attestation by a certificate, in parts to be changed. */
const packed =
  ({
    chain,
    x5c,
    change = () => {},
  }: {
    chain?: Chain;
    x5c?: () => Promise<Uint8Array[]>;
    change?: (statement: Statement) => void | Promise<void>;
  } = {}): Attest =>
  async ({ signedData }) => {
    const attStmt: Statement = new Map<string, CborValue>([
      ['alg', -7],
      ['sig', await sign(chain?.key ?? (await keyNamed('attestation')), signedData)],
      ['x5c', (await x5c?.()) ?? [await leaf(chain)]],
    ]);
    await change(attStmt);
    return { fmt: 'packed', attStmt };
  };

const self =
  (change: (statement: Statement) => void, signer = 'credential -7'): Attest =>
  async ({ signedData }) => {
    const attStmt: Statement = new Map<string, CborValue>([
      ['alg', -7],
      ['sig', await sign(await keyNamed(signer), signedData)],
    ]);
    change(attStmt);
    return { fmt: 'packed', attStmt };
  };

const subjectWithout = (type: string): Name => SUBJECT.filter(([name]) => name !== type);

const packedCases: Record<string, Case> = {
  syntax: attested(packed({ change: (statement) => void statement.set('x5c', []) })),
  members: attested(packed({ change: (statement) => void statement.set('ecdaaKeyId', new Uint8Array(4)) })),
  certificate: attested(packed({ x5c: async () => [new Uint8Array(40)] })),
  algorithm: attested(packed({ change: (statement) => void statement.set('alg', -257) })),
  signature: attested(packed({ change: (statement) => void statement.set('sig', new Uint8Array(70)) })),
  version: attested(packed({ chain: { change: version1 } })),
  'subject-country': attested(packed({ chain: { subject: subjectWithout('C') } })),
  'subject-organization': attested(packed({ chain: { subject: subjectWithout('O') } })),
  'subject-unit': attested(
    packed({ chain: { subject: [...subjectWithout('OU'), ['OU', 'authenticator attestation']] } }),
  ),
  'subject-common-name': attested(packed({ chain: { subject: subjectWithout('CN') } })),
  'basic-constraints': attested(packed({ chain: { authority: true } })),
  aaguid: attested(
    packed({ chain: { change: add(extension(ID_AAGUID, false, octets(new Uint8Array(16)))) } }),
  ),
  'aaguid-once': attested(
    packed({
      chain: {
        change: add(extension(ID_AAGUID, false, octets(AAGUID)), extension(ID_AAGUID, false, octets(AAGUID))),
      },
    }),
  ),
  'aaguid-critical': attested(packed({ chain: { change: add(extension(ID_AAGUID, true, octets(AAGUID))) } })),
  'aaguid-encoding': attested(packed({ chain: { change: add(extension(ID_AAGUID, false, AAGUID)) } })),
  'serial-number': attested(
    packed({
      chain: { change: add(extension('1.3.6.1.4.1.45724.1.1.2', false, octets(new Uint8Array(8)))) },
    }),
  ),
  'self-algorithm': attested(self((statement) => void statement.set('alg', -257))),
  'self-signature': attested(self(() => {}, 'somebody else')),
};

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

const tpmCases: Record<string, Case> = {
  syntax: attested(tpm({ change: (statement) => void statement.set('x5c', []) })),
  members: attested(tpm({ change: (statement) => void statement.set('more', 1) })),
  certificate: attested(tpm({ change: (statement) => void statement.set('x5c', [new Uint8Array(9)]) })),
  version: attested(tpm({ change: (statement) => void statement.set('ver', '1.2') })),
  'public-area': attested(tpm({ pubArea: trailing })),
  'public-key': async () => attested(tpm({ key: (await keyNamed('somebody else')).public }))(),
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

const androidKeyCases: Record<string, Case> = {
  syntax: attested(androidKey({ change: (statement) => void statement.set('x5c', []) })),
  members: attested(androidKey({ change: (statement) => void statement.set('more', 1) })),
  certificate: attested(
    androidKey({ change: (statement) => void statement.set('x5c', [new Uint8Array(9)]) }),
  ),
  algorithm: attested(androidKey({ change: (statement) => void statement.set('alg', -257) })),
  signature: attested(androidKey({ signer: 'somebody else' })),
  'public-key': attested(androidKey({ certified: 'somebody else' })),
  extension: attested(androidKey({ described: false })),
  challenge: attested(androidKey({ challenge: new Uint8Array(32) })),
  'all-applications': attested(androidKey({ software: { allApplications: null } })),
  origin: attested(androidKey({ tee: { origin: 2 } })),
  purpose: attested(androidKey({ tee: { purpose: new IntegerSet([2, 1]) } })),
  'security-level': attested(androidKey(), { androidHardware: true }),
};

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

const safetynetCases: Record<string, Case> = {
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

const u2fCases: Record<string, Case> = {
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

const appleCases: Record<string, Case> = {
  syntax: attested(apple(right, undefined, (statement) => void statement.delete('x5c'))),
  members: attested(apple(right, undefined, (statement) => void statement.set('more', 1))),
  certificate: attested(
    apple(right, undefined, (statement) => void statement.set('x5c', [new Uint8Array(9)])),
  ),
  extension: attested(apple(() => undefined)),
  nonce: attested(apple(() => new Uint8Array(32))),
  'public-key': attested(apple(right, 'somebody else')),
};

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

const compoundCases: Record<string, Case> = {
  count: attested(compound()),
  syntax: attested(compound(element(7, new Map()))),
  nesting: attested(compound(element('compound', []))),
  formats: attested(compound(element('x-unknown', new Map()))),
};

const INTERMEDIATE: Name = [
  ['CN', 'workshop intermediate'],
  ['C', 'AA'],
];

interface Issuer {
  readonly name?: Name;
  readonly authority?: boolean;
  readonly change?: (tbs: x509.TBSCertificate) => void;
  readonly leaf?: Partial<Chain>;
}

/** A leaf, an intermediate that is wrong in some way, and the root behind them. */
const chained =
  (issuer: Issuer = {}): Attest =>
  async (parts) => {
    const issuerKey = await keyNamed('intermediate');
    const x5c = [
      await leaf({ issuer: INTERMEDIATE, issuerKey, ...issuer.leaf }),
      await leaf({
        subject: issuer.name ?? INTERMEDIATE,
        key: issuerKey,
        authority: issuer.authority ?? true,
        ...(issuer.change && { change: issuer.change }),
      }),
    ];
    return packed({ x5c: async () => x5c })(parts);
  };

const replaceExtension =
  (id: string, value: unknown) =>
  (tbs: x509.TBSCertificate): void => {
    drop(id)(tbs);
    add(extension(id, true, new Uint8Array(AsnConvert.serialize(value))))(tbs);
  };

const SECOND: Name = [['CN', 'workshop second intermediate']];

/** Leaf, second intermediate, intermediate that may have no other below it. */
const tooDeep: Attest = async (parts) => {
  const [issuerKey, secondKey] = [await keyNamed('intermediate'), await keyNamed('second')];
  const x5c = [
    await leaf({ issuer: SECOND, issuerKey: secondKey }),
    await leaf({ subject: SECOND, key: secondKey, issuer: INTERMEDIATE, issuerKey, authority: true }),
    await leaf({
      subject: INTERMEDIATE,
      key: issuerKey,
      authority: true,
      change: replaceExtension('2.5.29.19', new x509.BasicConstraints({ cA: true, pathLenConstraint: 0 })),
    }),
  ];
  return packed({ x5c: async () => x5c })(parts);
};

/** A chain of roots that have issued for themselves, again and again. */
const tooLong: Attest = packed({
  x5c: async () => [await leaf(), ...(await Promise.all(Array.from({ length: 8 }, root)))],
});

const revocationList = async (): Promise<string> =>
  toPem(
    'X509 CRL',
    await makeRevocationList(engine, {
      issuer: ROOT,
      issuerKey: await keyNamed('root'),
      serialNumbers: [Uint8Array.of(0x42)],
      thisUpdate: new Date(Date.UTC(2024, 0, 1)),
      nextUpdate: new Date(Date.UTC(2124, 0, 1)),
    }),
  );

const UUID = 'a1a1a1a1-a1a1-a1a1-a1a1-a1a1a1a1a1a1';

const trustCases: Record<string, Case> = {
  'chain.length': attested(tooLong),
  'chain.signature': async () =>
    attested(chained({ leaf: { issuerKey: await keyNamed('somebody else') } }))(),
  'chain.names': attested(chained({ name: [['CN', 'workshop other']] })),
  'chain.dates': attested(packed({ chain: { notAfter: new Date(Date.UTC(2025, 0, 1)) } })),
  'chain.authority': attested(chained({ authority: false, change: drop('2.5.29.15') })),
  'chain.path-length': attested(tooDeep),
  'chain.key-usage': attested(
    chained({
      change: replaceExtension('2.5.29.15', new x509.KeyUsage(x509.KeyUsageFlags.digitalSignature)),
    }),
  ),
  'chain.critical-extensions': attested(
    packed({ chain: { change: add(extension('1.2.3.4', true, octets(new Uint8Array(1)))) } }),
  ),
  'trust.anchor': async () => attested(packed({ chain: { issuerKey: await keyNamed('somebody else') } }))(),
  'trust.revoked': async () => attested(packed(), { revocationLists: [await revocationList()] })(),
  'trust.none': async () => ({ expected: { attestation: { none: false } } }),
  'trust.self': attested(
    self(() => {}),
    { self: false },
  ),
  'trust.aaguid': attested(packed(), { aaguids: ['00000000-0000-0000-0000-000000000001'] }),
  'trust.status': attested(packed(), { statuses: { [UUID]: ['FIDO_CERTIFIED', 'REVOKED'] } }),
};

const named = (fmt: string, cases: Record<string, Case>): Record<string, Case> =>
  Object.fromEntries(Object.entries(cases).map(([name, one]) => [`attestation.${fmt}${name}`, one]));

export const attestationCases: Record<string, Case> = {
  'attestation.format': attested(async () => ({ fmt: 'NONE', attStmt: new Map() })),
  'attestation.none.statement': attested(async () => ({ fmt: 'none', attStmt: new Map([['x', 1]]) })),
  ...named('packed.', packedCases),
  ...named('tpm.', tpmCases),
  ...named('android-key.', androidKeyCases),
  ...named('android-safetynet.', safetynetCases),
  ...named('fido-u2f.', u2fCases),
  ...named('apple.', appleCases),
  ...named('compound.', compoundCases),
  ...named('', trustCases),
};
