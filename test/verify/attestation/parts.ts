import * as x509 from '@peculiar/asn1-x509';
import type { CborValue } from '../../../src/cbor/cbor.ts';
import { derElement, OCTET_STRING } from '../../../src/crypto/formats/der.ts';
import type { KeyPair } from '../../../src/crypto/key-pair.ts';
import type { AttestationPolicy } from '../../../src/entries/verify.ts';
import {
  type Attest,
  certificate,
  keyNamed,
  type RegistrationForgery,
  ROOT,
  root,
  sign,
} from '../workshop.ts';

export type Case = () => Promise<RegistrationForgery>;
export type Statement = Map<string, CborValue>;

export const ID_AAGUID = '1.3.6.1.4.1.45724.1.1.4';
export const SUBJECT = [
  ['C', 'AA'],
  ['O', 'workshop'],
  ['OU', 'Authenticator Attestation'],
  ['CN', 'workshop attestation'],
] as const;
export const SAFETYNET = [['CN', 'attest.android.com']] as const;

export type Name = readonly (readonly ['CN' | 'O' | 'OU' | 'C' | 'serialNumber', string])[];

/** What a chain is made of. */
export interface Chain {
  readonly subject?: Name;
  readonly key?: KeyPair;
  readonly authority?: boolean;
  readonly notAfter?: Date;
  readonly change?: (tbs: x509.TBSCertificate) => void;
  readonly issuer?: Name;
  readonly issuerKey?: KeyPair;
}

export const leaf = async (chain: Chain = {}): Promise<Uint8Array> =>
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

export const add =
  (...extensions: x509.Extension[]) =>
  (tbs: x509.TBSCertificate): void => {
    tbs.extensions?.push(...extensions);
  };
export const drop =
  (id: string) =>
  (tbs: x509.TBSCertificate): void => {
    tbs.extensions = new x509.Extensions(tbs.extensions?.filter(({ extnID }) => extnID !== id));
  };
export const version1 = (tbs: x509.TBSCertificate): void => {
  tbs.version = x509.Version.v1;
};
export const octets = (bytes: Uint8Array): Uint8Array => derElement(OCTET_STRING, bytes);

const trusting = async (policy: AttestationPolicy = {}): Promise<RegistrationForgery['expected']> => ({
  attestation: { trustAnchors: [await root()], ...policy },
});

/** A case: a statement under a policy. */
export const attested =
  (attest: Attest, policy?: AttestationPolicy, more: RegistrationForgery = {}): Case =>
  async () => ({ attest, ...more, expected: { ...(await trusting(policy)), ...more.expected } });

/** Packed attestation by a certificate, in parts to be changed. */
export const packed =
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

export const self =
  (change: (statement: Statement) => void, signer = 'credential -7'): Attest =>
  async ({ signedData }) => {
    const attStmt: Statement = new Map<string, CborValue>([
      ['alg', -7],
      ['sig', await sign(await keyNamed(signer), signedData)],
    ]);
    change(attStmt);
    return { fmt: 'packed', attStmt };
  };

export const subjectWithout = (type: string): Name => SUBJECT.filter(([name]) => name !== type);
