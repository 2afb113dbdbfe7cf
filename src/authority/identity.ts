/** What an authenticator attests with: a key, and the chain of certificates for it. */
import type { KeyPair } from '../crypto/key-pair.ts';

/** A name as its attributes, in order. Empty for none. */
export type DistinguishedName = readonly (readonly [
  type: 'CN' | 'O' | 'OU' | 'C' | 'serialNumber',
  value: string,
])[];

/** An extension of a certificate. */
export interface CertificateExtension {
  /** Object identifier. */
  readonly id: string;
  readonly critical: boolean;
  /** DER of its type. */
  readonly value: Uint8Array;
}

/** An attestation key and the DER of its certificates, its own first, without the root's. */
export interface AttestationIdentity {
  readonly key: KeyPair;
  readonly certificates: readonly Uint8Array[];
}

/** What a statement format asks for. */
export interface IdentityRequest {
  /** The format's identifier. */
  readonly fmt: string;
  /** 16 bytes. */
  readonly aaguid: Uint8Array;
  /** Devices of one batch share a key. */
  readonly batch: number;
  /** Names one device, for an enterprise. Excludes `key`. */
  readonly deviceSerialNumber?: string;
  /** The key to be certified: the credential's own. Absent: a key of the batch. */
  readonly key?: KeyPair;
  /** COSE algorithm of the key of the batch. Default: ES256. */
  readonly algorithm?: number;
  /** Added after the extensions that every certificate has. */
  readonly extensions?: readonly CertificateExtension[];
  /** Whether the chain ends with the root's own certificate, as Android's chains do. */
  readonly withRoot?: boolean;
  /** Whether the chain is one certificate long, also where the authority's chains are longer. */
  readonly alone?: boolean;
}

/** Issues certificates for attestation keys. {@link AttestationAuthority} is one. */
export interface AttestationSource {
  /** A key and its certificates, for a device that attests. */
  identity(request: IdentityRequest): Promise<AttestationIdentity>;
}
