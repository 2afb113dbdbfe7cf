/**
 * Android SafetyNet attestation (https://www.w3.org/TR/webauthn-3/#sctn-android-safetynet-attestation): a signed statement about
 * the phone, which binds the credential by its nonce. Google has ended the service; servers still meet old statements.
 */
import { base64, base64url } from '../../base/base64url.ts';
import { concat, utf8 } from '../../base/bytes.ts';
import { wallTime } from '../../base/clock.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { sha256 } from '../../crypto/hash.ts';
import { type AttestationFormat, attToBeSigned } from './format.ts';

const RS256 = -257;
/** Of Google Play services, as it was. */
const VERSION = '220914000';

export const androidSafetynet: AttestationFormat = {
  fmt: 'android-safetynet',
  async attest(attestable) {
    const { engine, clock } = attestable;
    const { key, certificates } = await attestable.identity({
      fmt: 'android-safetynet',
      algorithm: RS256,
    });
    const json = (value: unknown): string => base64url(utf8(JSON.stringify(value)));
    const header = json({ alg: 'RS256', x5c: certificates.map(base64) });
    const payload = json({
      nonce: base64(sha256(attToBeSigned(attestable))),
      timestampMs: wallTime(clock),
      apkPackageName: 'com.google.android.gms',
      apkDigestSha256: base64(sha256(utf8('stuntkey test'))),
      ctsProfileMatch: true,
      apkCertificateDigestSha256: [base64(sha256(utf8('stuntkey test certificate')))],
      basicIntegrity: true,
      evaluationType: 'BASIC,HARDWARE_BACKED',
    });
    const signature = await engine.sign(key, utf8(`${header}.${payload}`));
    return new Map<string, CborValue>([
      ['ver', VERSION],
      ['response', concat(utf8(`${header}.${payload}.`), utf8(base64url(signature)))],
    ]);
  },
};
