/** How an attestation statement format makes its statement (https://www.w3.org/TR/webauthn-3/#sctn-attestation-formats). */
import type { CborValue } from '../../codec/cbor.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import type { Device } from '../device.ts';

/** A credential about to be attested. */
export interface Attestable {
  readonly device: Device;
  readonly rpIdHash: Uint8Array;
  readonly authData: Uint8Array;
  /** 32 bytes. */
  readonly clientDataHash: Uint8Array;
  readonly credentialId: Uint8Array;
  readonly key: KeyPair;
  /** Whether the statement is to tell which device this is. */
  readonly enterprise: boolean;
}

/** One attestation statement format. */
export interface AttestationFormat {
  /** The statement format identifier, as registered. */
  readonly fmt: string;
  attest(attestable: Attestable): Promise<CborValue>;
}
