import { describe, expect, it } from 'vitest';
import { Permission, PinUvAuthToken } from '../../src/authenticator/pin-uv-auth-token.ts';
import { ManualClock } from '../../src/base/clock.ts';

const { makeCredential, credentialManagement, largeBlobWrite } = Permission;

/** A token in use, as after a built-in verification that was evidence of presence. */
function inUse(transports: readonly string[] = ['usb'], transport?: string) {
  const clock = new ManualClock();
  const token = new PinUvAuthToken(new Uint8Array(32), clock, transports);
  token.beginUsing(true, transport);
  token.assignPermissions(makeCredential | credentialManagement | largeBlobWrite);
  return { clock, token };
}

describe('a pinUvAuthToken in use (CTAP 2.3, section 6.5.2.1)', () => {
  it('has no permission but lbw left once presence was tested', () => {
    const { token } = inUse();
    token.clearAfterUserPresence();
    expect(token.has(makeCredential)).toBe(false);
    expect(token.has(credentialManagement)).toBe(false);
    expect(token.has(largeBlobWrite)).toBe(true);
    expect(token.userPresent).toBe(false);
    expect(token.userVerified).toBe(false);
  });

  it.each<[string, string[], number, string?]>([
    ['30 seconds over USB', ['usb'], 30_000],
    ['30 seconds over USB and NFC', ['usb', 'nfc'], 30_000],
    ['19.8 seconds over NFC alone', ['nfc'], 19_800],
    ['19.8 seconds when it came over NFC', ['usb', 'nfc'], 19_800, 'nfc'],
    ['30 seconds when it came over USB', ['nfc', 'usb'], 30_000, 'usb'],
  ])('counts as a touch for %s, though it is used in time and goes on', (_, transports, limit, transport) => {
    const { clock, token } = inUse(transports, transport);
    token.markUsed();
    clock.advance(limit);
    expect(token.userPresent).toBe(true);
    clock.advance(1);
    expect(token.userPresent).toBe(false);
    expect(token.userVerified).toBe(true);
    expect(token.has(makeCredential)).toBe(true);
  });

  it.each<[string, string[], number, string?]>([
    ['30 seconds over USB', ['usb'], 30_000],
    ['19.8 seconds over NFC alone', ['nfc'], 19_800],
    ['19.8 seconds when it came over NFC', ['usb', 'nfc'], 19_800, 'nfc'],
    ['30 seconds when it came over USB', ['nfc', 'usb'], 30_000, 'usb'],
  ])('that is not used ends after %s', (_, transports, limit, transport) => {
    const { clock, token } = inUse(transports, transport);
    clock.advance(limit);
    expect(token.inUse).toBe(true);
    clock.advance(1);
    expect(token.inUse).toBe(false);
    expect(token.has(makeCredential)).toBe(false);
  });

  it('ends after ten minutes, however often it was used', () => {
    const { clock, token } = inUse();
    token.markUsed();
    clock.advance(600_000);
    expect(token.inUse).toBe(true);
    clock.advance(1);
    expect(token.inUse).toBe(false);
    expect(token.rpId).toBe(undefined);
  });
});
