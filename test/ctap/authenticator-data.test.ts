import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, hex } from '../../src/base/bytes.ts';
import { decodeAttestationObject, encodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import {
  AuthenticatorDataError,
  decodeAuthenticatorData,
  encodeAuthenticatorData,
} from '../../src/ctap/authenticator-data.ts';

const rpIdHash = fromHex('a379a6f6eeafb9a55e378c118034e2751e682fab9f2d30ab13d2125586ce1947');
const aaguid = new Uint8Array(16).fill(0xaa);
const key = new Map<number, number | Uint8Array>([
  [1, 2],
  [3, -7],
  [-1, 1],
  [-2, new Uint8Array(32)],
  [-3, new Uint8Array(32)],
]);

const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeAuthenticatorData(bytes);
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(AuthenticatorDataError);
    return (error as AuthenticatorDataError).code;
  }
};

describe('authenticator data', () => {
  it('is 37 bytes without credential and extensions, the counter big-endian', () => {
    const bytes = encodeAuthenticatorData({ rpIdHash, flags: 0x05, signCount: 0x01020304 });
    expect(hex(bytes)).toBe(`${hex(rpIdHash)}0501020304`);
  });

  it('has flags AT and ED exactly when there is something they announce', () => {
    const flagsOf = (data: object): number =>
      encodeAuthenticatorData({ rpIdHash, flags: 0xff, signCount: 0, ...data })[32] as number;
    expect(flagsOf({})).toBe(0x3f);
    expect(flagsOf({ extensions: new Map() })).toBe(0x3f);
    expect(flagsOf({ extensions: new Map([['credProtect', 2]]) })).toBe(0xbf);
    expect(
      flagsOf({ attestedCredentialData: { aaguid, credentialId: aaguid, credentialPublicKey: key } }),
    ).toBe(0x7f);
  });

  it('shares no memory with what is read of it', () => {
    const attestedCredentialData = { aaguid, credentialId: aaguid, credentialPublicKey: key };
    const extensions = new Map([['hmac-secret', [new Uint8Array(32)]]]);
    const bytes = encodeAuthenticatorData({
      rpIdHash,
      flags: 0,
      signCount: 0,
      attestedCredentialData,
      extensions,
    });
    const read = decodeAuthenticatorData(bytes);
    bytes.fill(0xff);
    expect(read.rpIdHash).toEqual(rpIdHash);
    expect(read.attestedCredentialData).toEqual(attestedCredentialData);
    expect(read.extensions).toEqual(extensions);
  });

  it('may have a key with integers of 64 bits', () => {
    const credentialPublicKey = new Map([[-70_000, 2n ** 63n]]);
    const bytes = encodeAuthenticatorData({
      rpIdHash,
      flags: 0,
      signCount: 0,
      attestedCredentialData: { aaguid, credentialId: aaguid, credentialPublicKey },
    });
    expect(decodeAuthenticatorData(bytes).attestedCredentialData?.credentialPublicKey).toEqual(
      credentialPublicKey,
    );
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.uint8Array({ maxLength: 1023 }),
        fc.boolean(),
        (signCount, credentialId, extended) => {
          const data = {
            rpIdHash,
            flags: extended ? 0xc5 : 0x45,
            signCount,
            attestedCredentialData: { aaguid, credentialId, credentialPublicKey: key },
            ...(extended && { extensions: new Map([['credProtect', 3]]) }),
          };
          expect(decodeAuthenticatorData(encodeAuthenticatorData(data))).toEqual(data);
        },
      ),
    );
  });

  const whole = encodeAuthenticatorData({
    rpIdHash,
    flags: 0x41,
    signCount: 1,
    attestedCredentialData: { aaguid, credentialId: aaguid, credentialPublicKey: key },
    extensions: new Map([['credProtect', 3]]),
  });

  it.each([
    ['that is cut off anywhere', 'too-short', whole.subarray(0, 36)],
    ['that is cut off in the credential ID', 'too-short', whole.subarray(0, 60)],
    ['that is cut off in the key', 'bad-cbor', whole.subarray(0, 100)],
    ['with bytes behind its end', 'trailing-bytes', fromHex(`${hex(whole)}00`)],
    [
      'with a credential ID of 1024 bytes',
      'credential-id-length',
      fromHex(`${hex(whole.subarray(0, 53))}0400${'00'.repeat(1200)}`),
    ],
    ['whose extensions are no map', 'bad-cbor', fromHex(`${hex(rpIdHash)}810000000001`)],
  ])('%s is refused as %s', (_, code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('never makes its reader throw anything else, wherever it is cut or changed', () => {
    for (let length = 0; length < whole.length; length++)
      expect(codeOf(whole.subarray(0, length))).not.toBe('accepted');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void codeOf(bytes)),
      { numRuns: 500 },
    );
  });
});

describe('an attestation object', () => {
  it('has fmt, attStmt and authData in that order', () => {
    const bytes = encodeAttestationObject({ fmt: 'none', attStmt: new Map(), authData: fromHex('01') });
    expect(hex(bytes)).toBe('a363666d74646e6f6e656761747453746d74a068617574684461746141 01'.replace(' ', ''));
    expect(decodeAttestationObject(bytes)).toEqual({
      fmt: 'none',
      attStmt: new Map(),
      authData: fromHex('01'),
    });
  });

  it('may nest deeper than a CTAP message, as "compound" does', () => {
    const statement = new Map([
      ['fmt', 'packed'],
      ['attStmt', new Map([['x5c', [fromHex('30')]]])],
    ] as [string, never][]);
    const object = { fmt: 'compound', attStmt: [statement, statement], authData: fromHex('01') };
    expect(decodeAttestationObject(encodeAttestationObject(object))).toEqual(object);
  });
});
