/** The certificate authority of the published vectors: it issues one certificate for each, directly under its root. */
import { platform } from '#platform';
import { makeCertificate } from '../authority/certificate.ts';
import type {
  AttestationIdentity,
  AttestationSource,
  DistinguishedName,
  IdentityRequest,
} from '../authority/identity.ts';
import { engineFor } from '../crypto/engine.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import { stated, type Vector, type VectorCeremony } from './data.ts';

const ES256 = -7;
const named = (unit: string): DistinguishedName => [
  ['CN', 'WebAuthn test vectors'],
  ['O', 'W3C'],
  ['OU', unit],
  ['C', 'AA'],
];
const AUTHORITY = named('Authenticator Attestation CA');
const VALID = { notBefore: new Date(Date.UTC(2024, 0, 1)), notAfter: new Date(Date.UTC(3024, 0, 1)) };
const engine = engineFor({ deterministic: true });

function keyOf(secret: Uint8Array): KeyPair {
  return { algorithm: ES256, secret, public: platform.p256PublicKey(secret) };
}

/** DER of the root's certificate, from its values. */
export function rootCertificate(root: VectorCeremony): Promise<Uint8Array> {
  const key = keyOf(stated(root, 'attestation_ca_key'));
  return makeCertificate(engine, {
    issuer: AUTHORITY,
    issuerKey: key,
    subject: AUTHORITY,
    subjectKey: key,
    serialNumber: stated(root, 'attestation_ca_serial_number'),
    ...VALID,
    authority: true,
  });
}

/** Vouches for the attestation key of one vector, as its registration says. */
export class VectorAuthority implements AttestationSource {
  readonly #root: VectorCeremony;
  readonly #registration: VectorCeremony;

  constructor(root: VectorCeremony, { registration }: Vector) {
    this.#root = root;
    this.#registration = registration;
  }

  async identity({ fmt, key: given, extensions }: IdentityRequest): Promise<AttestationIdentity> {
    const key = given ?? keyOf(stated(this.#registration, 'attestation_private_key'));
    const certificate = await makeCertificate(engine, {
      issuer: AUTHORITY,
      issuerKey: keyOf(stated(this.#root, 'attestation_ca_key')),
      subject: fmt === 'tpm' ? [] : named('Authenticator Attestation'),
      subjectKey: key,
      serialNumber: stated(this.#registration, 'attestation_cert_serial_number'),
      ...VALID,
      authority: false,
      ...(extensions !== undefined && { extensions }),
    });
    return { key, certificates: [certificate] };
  }
}
