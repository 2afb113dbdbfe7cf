/** hmac-secret and hmac-secret-mc, CTAP 2.3 sections 12.7 and 12.8: secrets that follow from a credential and a salt. */
import { concat } from '../../base/bytes.ts';
import type { CborMap, CborValue } from '../../cbor/cbor.ts';
import { CryptoError } from '../../crypto/error.ts';
import { hmacSha256 } from '../../crypto/hash.ts';
import { CtapError } from '../../ctap/status.ts';
import { bool, bytes, map, type Struct, struct, uint } from '../../ctap/struct.ts';
import type { Device } from '../device.ts';
import type { Extension } from './extension.ts';

/** What a platform sends to get secrets. */
interface HmacSecretInput {
  /** COSE_Key. */
  readonly keyAgreement: CborMap;
  /** One salt or two of 32 bytes, encrypted. */
  readonly saltEnc: Uint8Array;
  /** Authenticates saltEnc. */
  readonly saltAuth: Uint8Array;
  readonly pinUvAuthProtocol?: number;
}

const hmacSecretInput: Struct<HmacSecretInput> = struct<HmacSecretInput>('hmac-secret', () => ({
  keyAgreement: { key: 0x01, type: map, required: true },
  saltEnc: { key: 0x02, type: bytes(), required: true },
  saltAuth: { key: 0x03, type: bytes(), required: true },
  pinUvAuthProtocol: { key: 0x04, type: uint },
}));

const SIZE = 32;

/** CredRandomWithUV first, then CredRandomWithoutUV. */
function credRandomFor(credRandom: Uint8Array, userVerified: boolean): Uint8Array {
  return userVerified ? credRandom.subarray(0, SIZE) : credRandom.subarray(SIZE);
}

/** The secrets for the salts of an input, encrypted for the platform that sent them. */
function secretsFor(device: Device, credRandom: Uint8Array, path: string, input: CborValue): Uint8Array {
  const { keyAgreement, saltEnc, saltAuth, pinUvAuthProtocol } = hmacSecretInput.read(input, path);
  const protocol = device.session.protocol(pinUvAuthProtocol ?? 1);
  if (protocol === undefined) {
    // A platform that names none is one that knows only the first.
    throw pinUvAuthProtocol === undefined
      ? new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', `${path}: protocol one is not supported`)
      : invalid(`${path}.pinUvAuthProtocol: ${pinUvAuthProtocol} is not supported`);
  }
  const sharedSecret = orInvalid(path, () => protocol.decapsulate(keyAgreement));
  if (!protocol.verify(sharedSecret, saltEnc, saltAuth)) {
    throw new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', `${path}: saltAuth does not verify`);
  }
  const salts = orInvalid(path, () => protocol.decrypt(sharedSecret, saltEnc));
  if (salts.length !== SIZE && salts.length !== 2 * SIZE) {
    throw invalid(`${path}: expected one or two salts of ${SIZE} bytes, got ${salts.length} bytes`);
  }
  const secrets: Uint8Array[] = [];
  for (let at = 0; at < salts.length; at += SIZE) {
    secrets.push(hmacSha256(credRandom, salts.subarray(at, at + SIZE)));
  }
  return protocol.encrypt(sharedSecret, concat(...secrets));
}

function invalid(why: string): CtapError {
  return new CtapError('CTAP1_ERR_INVALID_PARAMETER', why);
}

function orInvalid<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', `${path}: ${error.message}`, { cause: error });
  }
}

export const hmacSecret: Extension = {
  id: 'hmac-secret',
  onMakeCredential(creation, input) {
    if (!bool.read(input, 'extensions.hmac-secret')) return;
    const credRandom = creation.device.random(2 * SIZE, 'cred-random');
    creation.additions = { ...creation.additions, credRandom };
    creation.outputs.set('hmac-secret', true);
  },
  onGetAssertion(assertion, input) {
    const { device, credential, request, userVerified } = assertion;
    if (request.options?.up === false) {
      throw new CtapError('CTAP2_ERR_UNSUPPORTED_OPTION', 'hmac-secret does not go with up: false');
    }
    if (credential.credRandom === undefined) return;
    const credRandom = credRandomFor(credential.credRandom, userVerified);
    assertion.outputs.set('hmac-secret', secretsFor(device, credRandom, 'extensions.hmac-secret', input));
  },
};

/** Comes after hmac-secret in the registry, because it uses the secrets that are made there. */
export const hmacSecretMc: Extension = {
  id: 'hmac-secret-mc',
  onMakeCredential(creation, input) {
    const { device, userVerified, additions } = creation;
    if (additions.credRandom === undefined) {
      throw new CtapError('CTAP2_ERR_MISSING_PARAMETER', 'hmac-secret-mc without hmac-secret: true');
    }
    const credRandom = credRandomFor(additions.credRandom, userVerified);
    creation.outputs.set(
      'hmac-secret-mc',
      secretsFor(device, credRandom, 'extensions.hmac-secret-mc', input),
    );
  },
};
