/** Responses of any kind, honest or not, signed again with the right keys after whatever was done to them. */
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import * as x509 from '@peculiar/asn1-x509';
import { type CertificateRequest, makeCertificate } from '../../src/authority/certificate.ts';
import { base64url } from '../../src/base/base64url.ts';
import { concat, utf8 } from '../../src/base/bytes.ts';
import { type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { toCose } from '../../src/crypto/formats/cose.ts';
import { rpIdHashOf, sha256 } from '../../src/crypto/hash.ts';
import type { KeyPair } from '../../src/crypto/key-pair.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import type {
  ExpectedAuthentication,
  ExpectedRegistration,
  RelyingPartyCredential,
} from '../../src/entries/verify.ts';

export const ORIGIN = 'https://login.example.com';
export const RP_ID = 'example.com';
export const engine = engineFor({ deterministic: false });
export const AAGUID = new Uint8Array(16).fill(0xa1);
export const CREDENTIAL_ID = new Uint8Array(32).fill(0xc1);
const USER = base64url(utf8('user-1'));
const CHALLENGE = base64url(new Uint8Array(32).fill(7));

/** A key by its name, the same every time. */
export function keyNamed(name: string, algorithm = -7): Promise<KeyPair> {
  const random = seededRandom(name);
  const key =
    keys.get(name) ?? Promise.resolve(engine.generate(algorithm, (length) => random(length, 'key')));
  keys.set(name, key);
  return key;
}

const keys = new Map<string, Promise<KeyPair>>();

export const sign = async (key: KeyPair, data: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await engine.sign(key, data));

export const options = {
  rp: { id: RP_ID, name: 'Example' },
  user: { id: USER, name: 'ada', displayName: 'Ada' },
  challenge: CHALLENGE,
  pubKeyCredParams: [-7, -8, -35, -257].map((alg) => ({ type: 'public-key', alg })),
  attestation: 'direct',
};

const requestOptions = { rpId: RP_ID, challenge: CHALLENGE, userVerification: 'preferred' };

type Json = Record<string, unknown>;

/** What a forged response is made of. Everything left out is as an honest client and authenticator make it. */
export interface Forgery {
  /** The client data, changed. */
  readonly clientData?: (honest: Json) => unknown;
  /** Its bytes, changed. */
  readonly clientDataJSON?: (honest: Uint8Array) => Uint8Array;
  readonly rpId?: string;
  readonly flags?: number;
  readonly signCount?: number;
  readonly credentialId?: Uint8Array;
  readonly aaguid?: Uint8Array;
  /** The COSE key's CBOR. */
  readonly key?: Uint8Array;
  readonly extensions?: Uint8Array;
  /** Authenticator data, changed. */
  readonly authData?: (honest: Uint8Array) => Uint8Array;
  /** The whole response, changed. */
  readonly response?: (honest: Json & { response: Json }) => unknown;
}

/** What attests: the statement, given what there is to sign. */
export type Attest = (parts: {
  readonly authData: Uint8Array;
  readonly clientDataHash: Uint8Array;
  readonly signedData: Uint8Array;
}) => Promise<{ readonly fmt: string; readonly attStmt: CborValue }>;

export interface RegistrationForgery extends Forgery {
  readonly attest?: Attest;
  /** The attestation object, changed. */
  readonly attestationObject?: (honest: Uint8Array) => Uint8Array;
  readonly expected?: Partial<ExpectedRegistration>;
}

export interface AssertionForgery extends Forgery {
  readonly signer?: KeyPair;
  readonly signature?: (honest: Uint8Array) => Uint8Array;
  readonly record?: Partial<RelyingPartyCredential>;
  readonly expected?: Partial<ExpectedAuthentication>;
}

export const cose = async (algorithm = -7): Promise<CborMap> => {
  const key = await keyNamed(`credential ${algorithm}`, algorithm);
  return toCose(algorithm, key.public);
};

function clientDataOf(type: string, forgery: Forgery): Uint8Array {
  const honest = { type, challenge: CHALLENGE, origin: ORIGIN, crossOrigin: false };
  const bytes = utf8(JSON.stringify(forgery.clientData?.(honest) ?? honest));
  return forgery.clientDataJSON?.(bytes) ?? bytes;
}

const counter = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

/** A registration, and what it is to be judged by. */
export async function registration(
  forgery: RegistrationForgery = {},
): Promise<{ readonly response: unknown; readonly expected: ExpectedRegistration }> {
  const { credentialId = CREDENTIAL_ID, aaguid = AAGUID, flags = 0x45 } = forgery;
  const clientDataJSON = clientDataOf('webauthn.create', forgery);
  const honest = concat(
    rpIdHashOf(forgery.rpId ?? RP_ID),
    Uint8Array.of(flags),
    counter(forgery.signCount ?? 1),
    aaguid,
    Uint8Array.of(credentialId.length >> 8, credentialId.length & 0xff),
    credentialId,
    forgery.key ?? encodeCbor(await cose()),
    forgery.extensions ?? new Uint8Array(),
  );
  const authData = forgery.authData?.(honest) ?? honest;
  const clientDataHash = sha256(clientDataJSON);
  const signedData = concat(authData, clientDataHash);
  const { fmt, attStmt } = (await forgery.attest?.({ authData, clientDataHash, signedData })) ?? {
    fmt: 'none',
    attStmt: new Map(),
  };
  const object = encodeCbor(
    new Map<string, CborValue>([
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', authData],
    ]),
  );
  const id = base64url(credentialId);
  const response = {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(clientDataJSON),
      attestationObject: base64url(forgery.attestationObject?.(object) ?? object),
      transports: ['usb'],
    },
  };
  return {
    response: forgery.response?.(response) ?? response,
    expected: { options, origins: [ORIGIN], ...forgery.expected },
  };
}

/** An assertion by the credential of {@link registration}, and what it is to be judged by. */
export async function assertion(
  forgery: AssertionForgery = {},
): Promise<{ readonly response: unknown; readonly expected: ExpectedAuthentication }> {
  const clientDataJSON = clientDataOf('webauthn.get', forgery);
  const honest = concat(
    rpIdHashOf(forgery.rpId ?? RP_ID),
    Uint8Array.of(forgery.flags ?? 0x05),
    counter(forgery.signCount ?? 2),
    forgery.extensions ?? new Uint8Array(),
  );
  const authData = forgery.authData?.(honest) ?? honest;
  const signer = forgery.signer ?? (await keyNamed('credential -7'));
  const signature = await sign(signer, concat(authData, sha256(clientDataJSON)));
  const id = base64url(forgery.credentialId ?? CREDENTIAL_ID);
  const response = {
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: {
      clientDataJSON: base64url(clientDataJSON),
      authenticatorData: base64url(authData),
      signature: base64url(forgery.signature?.(signature) ?? signature),
      userHandle: USER,
    },
  };
  const record: RelyingPartyCredential = {
    type: 'public-key',
    id: base64url(CREDENTIAL_ID),
    publicKey: base64url(encodeCbor(await cose())),
    signCount: 1,
    uvInitialized: true,
    transports: ['usb'],
    backupEligible: false,
    backupState: false,
    userHandle: USER,
    ...forgery.record,
  };
  return {
    response: forgery.response?.(response) ?? response,
    expected: {
      options: requestOptions,
      origins: [ORIGIN],
      credential: (wanted) => (wanted === record.id ? record : undefined),
      user: { handle: USER },
      ...forgery.expected,
    },
  };
}

const VALID = { notBefore: new Date(Date.UTC(2024, 0, 1)), notAfter: new Date(Date.UTC(2124, 0, 1)) };

/** A certificate, its contents changed before it is signed. */
export async function certificate(
  request: Partial<CertificateRequest> &
    Pick<CertificateRequest, 'subject' | 'issuer' | 'issuerKey' | 'subjectKey'>,
  change: (tbs: x509.TBSCertificate) => void = () => {},
): Promise<Uint8Array> {
  const der = await makeCertificate(engine, {
    serialNumber: Uint8Array.of(0x42),
    ...VALID,
    authority: false,
    ...request,
  });
  const parsed = AsnConvert.parse(der, x509.Certificate);
  change(parsed.tbsCertificate);
  const tbs = new Uint8Array(AsnConvert.serialize(parsed.tbsCertificate));
  parsed.signatureValue = new Uint8Array(await sign(request.issuerKey, tbs)).buffer;
  delete parsed.tbsCertificateRaw;
  return new Uint8Array(AsnConvert.serialize(parsed));
}

export const ROOT = [
  ['CN', 'workshop root'],
  ['O', 'workshop'],
  ['C', 'AA'],
] as const;

/** The root that tests trust. */
export function root(): Promise<Uint8Array> {
  made ??= makeRoot();
  return made;
}

let made: Promise<Uint8Array> | undefined;

async function makeRoot(): Promise<Uint8Array> {
  const key = await keyNamed('root');
  return certificate({ subject: ROOT, issuer: ROOT, issuerKey: key, subjectKey: key, authority: true });
}

/** An extension that changes add. */
export function extension(id: string, critical: boolean, value: Uint8Array): x509.Extension {
  return new x509.Extension({ extnID: id, critical, extnValue: new OctetString(value) });
}
