/**
 * For every check, a response that violates it and nothing else: refused by that check; and accepted with that check off, so that
 * it is known to be that one alone. (The faults of the audit do the same with a whole server.)
 */
import { describe, expect, it } from 'vitest';
import { base64url } from '../../src/base/base64url.ts';
import { concat, fromHex } from '../../src/base/bytes.ts';
import { rawSignature } from '../../src/crypto/formats/ecdsa.ts';
import {
  authenticationChecks,
  registrationChecks,
  verifyAuthentication,
  verifyRegistration,
} from '../../src/entries/verify.ts';
import { assertions, bytesOf, collected, outer, registrations } from './cases.ts';
import {
  type AssertionForgery,
  assertion,
  CREDENTIAL_ID,
  type RegistrationForgery,
  registration,
} from './workshop.ts';

type Json = Record<string, unknown>;

/** Checks that believe or do not believe, and refuse nothing. */
const SILENT = ['registration.convenience-members', 'authentication.convenience-members'];

describe.each([
  ['registration', registrationChecks, registrations],
  ['authentication', authenticationChecks, assertions],
] as const)('the checks of %s', (kind, checks, cases) => {
  const names = checks.filter((name) => !SILENT.includes(name));

  it('have each a response that violates it', () => {
    const without = names.filter((name) => cases[name.slice(kind.length + 1)] === undefined);
    expect(without).toEqual([]);
  });

  it.each(names)('%s refuses what violates it, and nothing else does', async (name) => {
    const given = cases[name.slice(kind.length + 1)];
    const forgery = typeof given === 'function' ? await given() : given;
    const judge = async (off: readonly string[]) => {
      if (kind === 'registration') {
        const { response, expected } = await registration(forgery as RegistrationForgery);
        return verifyRegistration(response, { ...expected, off });
      }
      const { response, expected } = await assertion(forgery as AssertionForgery);
      return verifyAuthentication(response, { ...expected, off });
    };
    const on = await judge([]);
    expect(on).toMatchObject({ verified: false, failed: { name, outcome: 'failed' } });
    const off = await judge([name]);
    expect(off.failed).toBeUndefined();
    expect(off.verified).toBe(true);
  });
});

describe('what is honest', () => {
  it('verifies, and is kept as it was', async () => {
    const { response, expected } = await registration();
    const { verified, credential, attestation } = await verifyRegistration(response, expected);
    expect(verified).toBe(true);
    expect(attestation).toEqual({ fmt: 'none', type: 'none', trusted: false });
    expect(credential).toMatchObject({
      type: 'public-key',
      id: base64url(CREDENTIAL_ID),
      signCount: 1,
      uvInitialized: true,
      transports: ['usb'],
      backupEligible: false,
    });
    const signedIn = await assertion();
    const authentication = await verifyAuthentication(signedIn.response, {
      ...signedIn.expected,
      credential: credential as NonNullable<typeof credential>,
    });
    expect(authentication.verified).toBe(true);
    expect(authentication.credential).toMatchObject({ signCount: 2 });
  });

  it('includes a byte order mark, unknown members, and any order of them', async () => {
    for (const forgery of [
      { clientDataJSON: (bytes: Uint8Array) => concat(bytesOf(0xef, 0xbb, 0xbf), bytes) },
      collected({ extraData: 'clientDataJSON may be extended' }),
      { clientData: (honest: Json) => Object.fromEntries(Object.entries(honest).reverse()) },
      outer({ unknown: true }),
    ]) {
      const signedIn = await assertion(forgery);
      expect(await verifyAuthentication(signedIn.response, signedIn.expected)).toMatchObject({
        verified: true,
      });
    }
  });

  it('includes ECDSA signatures with a high s', async () => {
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const { response, expected } = await assertion({
      signature: (der) => {
        const raw = rawSignature(der, 32);
        const s = BigInt(`0x${Buffer.from(raw.slice(32)).toString('hex')}`);
        const other = (order - s).toString(16).padStart(64, '0');
        const integer = (bytes: Uint8Array): Uint8Array => {
          const start = bytes.findIndex((byte) => byte !== 0);
          const least = bytes.slice(start);
          const padded = (least[0] as number) >= 0x80 ? concat(bytesOf(0), least) : least;
          return concat(bytesOf(2, padded.length), padded);
        };
        const content = concat(integer(raw.slice(0, 32)), integer(fromHex(other)));
        return concat(bytesOf(0x30, content.length), content);
      },
    });
    expect(await verifyAuthentication(response, expected)).toMatchObject({ verified: true });
  });

  it('includes a counter that stays at zero, and a frame that is expected', async () => {
    const still = await assertion({ signCount: 0, record: { signCount: 0 } });
    expect(await verifyAuthentication(still.response, still.expected)).toMatchObject({ verified: true });
    const framed = await assertion({
      ...collected({ crossOrigin: true, topOrigin: 'https://partner.example' }),
      expected: { topOrigins: ['https://partner.example'] },
    });
    expect(await verifyAuthentication(framed.response, framed.expected)).toMatchObject({ verified: true });
  });
});
