/** How an attestation statement format makes its statement (https://www.w3.org/TR/webauthn-3/#sctn-attestation-formats). */

import type { AttestationIdentity, IdentityRequest } from '../../authority/identity.ts';
import { concat } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import type { Engine } from '../../crypto/engines/types.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import type { Policy } from '../policy/type.ts';

/** A credential about to be attested. */
export interface Attestable {
  readonly engine: Engine;
  readonly clock: Clock;
  /** What the policy says of attestation. */
  readonly policy: Pick<Policy, 'attestationAlgorithm' | 'attestationFormats' | 'packedAttestation' | 'tpm'>;
  /** Gives the key to attest with, and its chain. */
  readonly identity: (
    request: Omit<IdentityRequest, 'aaguid' | 'batch' | 'deviceSerialNumber'>,
  ) => Promise<AttestationIdentity>;
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
  attest(attestable: Attestable): CborValue | Promise<CborValue>;
}

/** What most formats sign: authenticator data, then the client data's hash. */
export function attToBeSigned({ authData, clientDataHash }: Attestable): Uint8Array {
  return concat(authData, clientDataHash);
}
