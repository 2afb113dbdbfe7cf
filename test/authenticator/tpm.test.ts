import { expect, it } from 'vitest';
import { bench } from './platform.ts';

it('a TPM says 1 or 0 of whether its clock is safe, as TPM 2.0 has it', async () => {
  const { make } = bench({ model: 'windows-hello' });
  const { fmt, attStmt } = await make({
    pubKeyCredParams: [{ alg: -257, type: 'public-key' }],
    options: { uv: true },
  });
  expect(fmt).toBe('tpm');
  const certInfo = (attStmt as Map<string, Uint8Array>).get('certInfo') as Uint8Array;
  const view = new DataView(certInfo.buffer, certInfo.byteOffset, certInfo.byteLength);
  // Magic (4), type (2), qualifiedSigner and extraData behind their lengths, clock (8), resetCount (4), restartCount (4), safe.
  const extraData = 6 + 2 + view.getUint16(6);
  const clockInfo = extraData + 2 + view.getUint16(extraData);
  expect([0, 1]).toContain(certInfo[clockInfo + 16]);
});
