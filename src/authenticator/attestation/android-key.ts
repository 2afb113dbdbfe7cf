/**
 * Android Key attestation (https://www.w3.org/TR/webauthn-3/#sctn-android-key-attestation): the credential's own key is
 * certified, and its certificate says how the keystore keeps it.
 */
import type { CborValue } from '../../cbor/cbor.ts';
import { type AttestationFormat, attToBeSigned } from './format.ts';

const KEY_DESCRIPTION = '1.3.6.1.4.1.11129.2.1.17';

export const androidKey: AttestationFormat = {
  fmt: 'android-key',
  async attest(attestable) {
    const { clientDataHash, engine, key } = attestable;
    const { keyDescription } = await import('../../authority/android-key-description.ts');
    const { certificates } = await attestable.identity({
      fmt: 'android-key',
      key,
      withRoot: true,
      extensions: [{ id: KEY_DESCRIPTION, critical: false, value: keyDescription(clientDataHash) }],
    });
    return new Map<string, CborValue>([
      ['alg', key.algorithm],
      ['sig', await engine.sign(key, attToBeSigned(attestable))],
      ['x5c', [...certificates]],
    ]);
  },
};
