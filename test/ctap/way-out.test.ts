import { describe, expect, it } from 'vitest';
import { decodeResponse } from '../../src/ctap/message.ts';
import { getInfoResponse } from '../../src/ctap/messages/get-info.ts';
import { CtapStatus } from '../../src/ctap/status.ts';
import { wayOutOf } from '../../src/ctap/way-out.ts';

const refusal = (status: number): unknown => {
  try {
    return decodeResponse(Uint8Array.of(status), getInfoResponse);
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the way out of a refusal', () => {
  it('is in the error itself where the device stays in that state', () => {
    for (const name of ['CTAP2_ERR_PIN_AUTH_BLOCKED', 'CTAP2_ERR_PIN_BLOCKED'] as const) {
      const wayOut = wayOutOf(CtapStatus[name]);
      expect(wayOut).toMatch(/power-cycle|reset/);
      expect(refusal(CtapStatus[name])).toContain(`${name}: ${wayOut}`);
    }
  });

  it('is beside the status otherwise, and there for what a test runs into', () => {
    expect(refusal(CtapStatus.CTAP2_ERR_NO_CREDENTIALS)).toBe('0x2E CTAP2_ERR_NO_CREDENTIALS');
    expect(wayOutOf(CtapStatus.CTAP2_ERR_NO_CREDENTIALS)).toContain('register first');
    expect(wayOutOf(CtapStatus.CTAP1_ERR_OTHER)).toBeUndefined();
  });
});
