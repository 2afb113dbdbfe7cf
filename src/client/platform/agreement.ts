/** The platform's side of a PIN/UV auth protocol with one device, CTAP 2.3 section 6.5.4. */
import type { CborMap } from '../../cbor/cbor.ts';
import {
  authenticate,
  decrypt,
  encapsulate,
  encrypt,
  type PinUvAuthProtocolVersion,
} from '../../crypto/pin-uv-auth-protocol.ts';
import type { RandomSource } from '../../crypto/random.ts';
import { type ClientPinRequest, ClientPinSubCommand } from '../../ctap/messages/client-pin.ts';
import type { GetInfoResponse } from '../../ctap/messages/get-info.ts';
import type { Cancellation } from '../ceremony.ts';
import type { DeviceLink } from './device-link.ts';

/** The protocol that a device prefers among the known ones. */
function protocolOf({ pinUvAuthProtocols = [] }: GetInfoResponse): PinUvAuthProtocolVersion | undefined {
  return pinUvAuthProtocols.find((one) => one === 1 || one === 2);
}

/** The request for the PIN attempts that are left. (Only CTAP 2.0 requires a protocol; others ignore it.) */
export function askForPinRetries(info: GetInfoResponse): ClientPinRequest {
  const pinUvAuthProtocol = protocolOf(info);
  return {
    subCommand: ClientPinSubCommand.getPINRetries,
    ...(pinUvAuthProtocol !== undefined && { pinUvAuthProtocol }),
  };
}

/** A shared secret, and its uses. */
export class Agreement {
  readonly version: PinUvAuthProtocolVersion;
  /** COSE_Key to send along. */
  readonly keyAgreement: CborMap;
  readonly #secret: Uint8Array;
  readonly #random: RandomSource;

  private constructor(
    version: PinUvAuthProtocolVersion,
    keyAgreement: CborMap,
    secret: Uint8Array,
    random: RandomSource,
  ) {
    this.version = version;
    this.keyAgreement = keyAgreement;
    this.#secret = secret;
    this.#random = random;
  }

  /** Agrees on a secret, over the protocol that the device prefers among the known ones. */
  static async with(
    link: DeviceLink,
    info: GetInfoResponse,
    random: RandomSource,
    cancel: Cancellation,
  ): Promise<Agreement> {
    const version = protocolOf(info);
    if (version === undefined) throw new Error('the authenticator has no PIN/UV auth protocol that is known');
    const { keyAgreement } = await link.clientPin(
      { pinUvAuthProtocol: version, subCommand: ClientPinSubCommand.getKeyAgreement },
      cancel,
    );
    if (keyAgreement === undefined) throw new Error('the authenticator gave no key agreement key');
    const { platformKeyAgreement, sharedSecret } = encapsulate(version, keyAgreement, random);
    return new Agreement(version, platformKeyAgreement, sharedSecret, random);
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    return encrypt(this.version, this.#secret, plaintext, this.#random);
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    return decrypt(this.version, this.#secret, ciphertext);
  }

  authenticate(message: Uint8Array): Uint8Array {
    return authenticate(this.version, this.#secret, message);
  }
}

/** A pinUvAuthToken, and the protocol that it came over. */
export interface Token {
  readonly version: PinUvAuthProtocolVersion;
  /** 16 or 32 bytes. */
  readonly value: Uint8Array;
}

/** The two members of a request that prove that its sender has a token. */
export function shown(
  token: Token,
  message: Uint8Array,
): { pinUvAuthParam: Uint8Array; pinUvAuthProtocol: number } {
  return {
    pinUvAuthParam: authenticate(token.version, token.value, message),
    pinUvAuthProtocol: token.version,
  };
}
