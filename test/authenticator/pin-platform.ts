/** A platform that has a PIN: what it sends to set one, to change it, and to get a token for it. */
import type { AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import { concat, utf8 } from '../../src/base/bytes.ts';
import type { CborMap } from '../../src/cbor/cbor.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { authenticate, decrypt, encapsulate, encrypt } from '../../src/crypto/pin-uv-auth-protocol.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import { decodeResponse, encodeMessage } from '../../src/ctap/message.ts';
import {
  type ClientPinRequest,
  type ClientPinResponse,
  clientPinRequest,
  clientPinResponse,
  ClientPinSubCommand as Sub,
} from '../../src/ctap/messages/client-pin.ts';
import { type Bench, bench, clientDataHash } from './platform.ts';

export const random = seededRandom('platform');
export const hashOf = (pin: string): Uint8Array => sha256(utf8(pin)).slice(0, 16);
export const padded = (pin: string | Uint8Array, length = 64): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(typeof pin === 'string' ? utf8(pin) : pin);
  return bytes;
};

/** A device with a PIN/UV auth protocol, and what a platform does with it. */
export function setUp(version: 1 | 2, policy: AuthenticatorOptions['policy'] = {}) {
  const one: Bench = bench({
    policy: { clientPin: true, pinUvAuthProtocols: [2, 1], userVerification: 'none', ...policy },
  });
  const send = async (request: ClientPinRequest): Promise<ClientPinResponse> =>
    decodeResponse(
      await one.authenticator.transact(encodeMessage(0x06, clientPinRequest, request)),
      clientPinResponse,
    );
  const agree = async () => {
    const { keyAgreement } = await send({ pinUvAuthProtocol: version, subCommand: Sub.getKeyAgreement });
    const { platformKeyAgreement, sharedSecret } = encapsulate(version, keyAgreement as CborMap, random);
    return { pinUvAuthProtocol: version, keyAgreement: platformKeyAgreement, sharedSecret };
  };
  const setPin = async (pin: Uint8Array) => {
    const { sharedSecret, ...common } = await agree();
    const newPinEnc = encrypt(version, sharedSecret, pin, random);
    return send({
      ...common,
      subCommand: Sub.setPIN,
      newPinEnc,
      pinUvAuthParam: authenticate(version, sharedSecret, newPinEnc),
    });
  };
  const changePin = async (from: string, to: string) => {
    const { sharedSecret, ...common } = await agree();
    const newPinEnc = encrypt(version, sharedSecret, padded(to), random);
    const pinHashEnc = encrypt(version, sharedSecret, hashOf(from), random);
    const pinUvAuthParam = authenticate(version, sharedSecret, concat(newPinEnc, pinHashEnc));
    return send({ ...common, subCommand: Sub.changePIN, newPinEnc, pinHashEnc, pinUvAuthParam });
  };
  const tokenBy = async (
    subCommand: number,
    pin: string | undefined,
    rest: Partial<ClientPinRequest> = {},
  ): Promise<Uint8Array> => {
    const { sharedSecret, ...common } = await agree();
    const pinHashEnc = pin === undefined ? undefined : encrypt(version, sharedSecret, hashOf(pin), random);
    const { pinUvAuthToken } = await send({
      ...common,
      subCommand,
      ...(pinHashEnc && { pinHashEnc }),
      ...rest,
    });
    return decrypt(version, sharedSecret, pinUvAuthToken as Uint8Array);
  };
  const tokenFor = (pin: string, permissions: number, rpId?: string): Promise<Uint8Array> =>
    tokenBy(Sub.getPinUvAuthTokenUsingPinWithPermissions, pin, {
      permissions,
      ...(rpId !== undefined && { rpId }),
    });
  const param = (token: Uint8Array) => ({
    pinUvAuthParam: authenticate(version, token, clientDataHash),
    pinUvAuthProtocol: version,
  });
  const retries = async () => (await send({ subCommand: Sub.getPINRetries })).pinRetries;
  return { ...one, send, agree, setPin, changePin, tokenBy, tokenFor, param, retries };
}
