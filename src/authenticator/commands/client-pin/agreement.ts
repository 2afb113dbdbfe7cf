/** The beginning of every subcommand that exchanges secrets: what must be there, which protocol, the shared secret. */
import type { CborMap } from '../../../cbor/cbor.ts';
import { CryptoError } from '../../../crypto/error.ts';
import type { PinUvAuthProtocol } from '../../../crypto/pin-uv-auth-protocol.ts';
import type { ClientPinRequest } from '../../../ctap/messages/client-pin.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';

/** Members that a subcommand cannot do without, by name. */
export type RequestWith<Name extends keyof ClientPinRequest> = ClientPinRequest & {
  readonly [N in Name]-?: Exclude<ClientPinRequest[N], undefined>;
};

/** @throws CtapError CTAP2_ERR_MISSING_PARAMETER naming the first that is missing */
export function requireMembers<Name extends keyof ClientPinRequest>(
  request: ClientPinRequest,
  ...names: readonly Name[]
): RequestWith<Name> {
  for (const name of names) {
    if (request[name] === undefined) throw new CtapError('CTAP2_ERR_MISSING_PARAMETER', `${name} is missing`);
  }
  return request as RequestWith<Name>;
}

/** @throws CtapError CTAP1_ERR_INVALID_PARAMETER for a protocol that the device does not speak */
export function protocolOf(device: Device, version: number): PinUvAuthProtocol {
  const protocol = device.session.protocol(version);
  if (protocol === undefined) {
    const expected = device.policy.pinUvAuthProtocols.join(' or ');
    throw new CtapError(
      'CTAP1_ERR_INVALID_PARAMETER',
      `pinUvAuthProtocol: expected ${expected}, got ${version}`,
    );
  }
  return protocol;
}

/** decapsulate(). @throws CtapError CTAP1_ERR_INVALID_PARAMETER for a key that is malformed or not on the curve */
export function sharedSecret(protocol: PinUvAuthProtocol, platformKey: CborMap): Uint8Array {
  try {
    return protocol.decapsulate(platformKey);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new CtapError('CTAP1_ERR_INVALID_PARAMETER', `keyAgreement: ${error.message}`, { cause: error });
  }
}

/** decrypt(), or undefined for what cannot be a ciphertext. */
export function decrypted(
  protocol: PinUvAuthProtocol,
  key: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array | undefined {
  try {
    return protocol.decrypt(key, ciphertext);
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}
