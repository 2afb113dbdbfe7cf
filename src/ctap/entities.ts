/** The maps that several commands share; members are WebAuthn's, in CTAP2's canonical order. */
import { array, bytes, int, type Struct, someText, struct, type Type, text } from './struct.ts';

/** An RP ID: a text that is not empty. */
export const rpId: Type<string> = someText;

/** PublicKeyCredentialRpEntity as CTAP carries it. */
export interface RpEntity {
  readonly id: string;
  readonly name?: string;
  /** URL of a picture; only CTAP 2.0 has it, and this device ignores it. */
  readonly icon?: string;
}

export const rpEntity: Struct<RpEntity> = struct<RpEntity>('rp', () => ({
  id: { key: 'id', type: rpId, required: true },
  name: { key: 'name', type: text },
  icon: { key: 'icon', type: text, until: '2.0' },
}));

/** PublicKeyCredentialUserEntity as CTAP carries it. `id` is 1 to 64 bytes. */
export interface UserEntity {
  readonly id: Uint8Array;
  readonly name?: string;
  readonly displayName?: string;
  /** URL of a picture; only CTAP 2.0 has it. */
  readonly icon?: string;
}

export const userEntity: Struct<UserEntity> = struct<UserEntity>('user', () => ({
  id: { key: 'id', type: bytes(1, 64, 'CTAP1_ERR_INVALID_PARAMETER'), required: true },
  name: { key: 'name', type: text },
  displayName: { key: 'displayName', type: text },
  icon: { key: 'icon', type: text, until: '2.0' },
}));

/** PublicKeyCredentialDescriptor. */
export interface CredentialDescriptor {
  readonly id: Uint8Array;
  readonly type: string;
  readonly transports?: readonly string[];
}

export const credentialDescriptor: Struct<CredentialDescriptor> = struct<CredentialDescriptor>(
  'descriptor',
  () => ({
    id: { key: 'id', type: bytes(), required: true },
    type: { key: 'type', type: text, required: true },
    transports: { key: 'transports', type: array(text) },
  }),
);

/** PublicKeyCredentialParameters: a COSE algorithm number and a credential type. */
export interface CredentialParameters {
  readonly alg: number;
  readonly type: string;
}

export const credentialParameters: Struct<CredentialParameters> = struct<CredentialParameters>(
  'parameters',
  () => ({
    alg: { key: 'alg', type: int, required: true },
    type: { key: 'type', type: text, required: true },
  }),
);
