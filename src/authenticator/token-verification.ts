/** verify(pinUvAuthToken, message, pinUvAuthParam): does the platform hold the token? CTAP 2.3 section 6.5.4. */
import { CtapError } from '../ctap/status.ts';
import type { Device } from './device.ts';
import type { PinUvAuthToken } from './pin-uv-auth-token.ts';
import { deviceState } from './state.ts';

/**
 * Checks a pinUvAuthParam against the token in use.
 *
 * @param request the protocol must already be known to be supported
 * @returns the token, for its permissions and flags
 * @throws CtapError CTAP2_ERR_PIN_AUTH_INVALID when no token is in use or the parameter was not made with it
 */
export function verifyWithToken(
  device: Device,
  request: { readonly pinUvAuthParam?: Uint8Array; readonly pinUvAuthProtocol?: number },
  message: Uint8Array,
): PinUvAuthToken {
  const { token } = device.session;
  const protocol = device.session.protocol(request.pinUvAuthProtocol ?? 0);
  if (
    protocol === undefined ||
    request.pinUvAuthParam === undefined ||
    !token.inUse ||
    !device.session.tokenHolds(device.store.read(deviceState)) ||
    device.session.tokenProtocol !== request.pinUvAuthProtocol ||
    !protocol.verify(token.value, message, request.pinUvAuthParam)
  ) {
    throw new CtapError('CTAP2_ERR_PIN_AUTH_INVALID', 'pinUvAuthParam does not verify');
  }
  token.markUsed();
  return token;
}
