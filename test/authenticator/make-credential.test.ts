import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, utf8 } from '../../src/base/bytes.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { fromCose } from '../../src/crypto/formats/cose.ts';
import { rpIdHashOf } from '../../src/crypto/hash.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { bench, clientDataHash, statusOf } from './platform.ts';

const uv = { options: { uv: true } };
const rk = { options: { rk: true, uv: true } };
const descriptorOf = (authData: Uint8Array): { id: Uint8Array; type: string } => ({
  id: decodeAuthenticatorData(authData).attestedCredentialData?.credentialId as Uint8Array,
  type: 'public-key',
});

describe('authenticatorMakeCredential', () => {
  it('answers with authenticator data of the credential, and packed self attestation over it', async () => {
    const { make, authenticator } = bench();
    const { fmt, authData, attStmt } = await make(uv);
    const data = decodeAuthenticatorData(authData);
    expect(data).toMatchObject({ rpIdHash: rpIdHashOf('example.com'), flags: 0x45, signCount: 0 });
    expect(data.attestedCredentialData?.aaguid).toEqual(authenticator.policy.aaguid);
    expect(fmt).toBe('packed');
    const statement = attStmt as Map<string, number | Uint8Array>;
    expect([...statement.keys()]).toEqual(['alg', 'sig']);
    const key = fromCose(data.attestedCredentialData?.credentialPublicKey ?? new Map());
    const signed = concat(authData, clientDataHash);
    expect(
      await engineFor({ deterministic: true }).verify(
        -7,
        key.public,
        signed,
        statement.get('sig') as Uint8Array,
      ),
    ).toBe(true);
  });

  it('gives no attestation when "none" is all the platform wants', async () => {
    const { make } = bench();
    expect(await make({ attestationFormatsPreference: ['none'] })).toMatchObject({
      fmt: 'none',
      attStmt: new Map(),
    });
    expect(await make({ attestationFormatsPreference: ['none', 'packed'] })).toMatchObject({ fmt: 'packed' });
    expect(await make({ attestationFormatsPreference: ['unknown'] })).toMatchObject({ fmt: 'packed' });
  });

  it('takes the first algorithm of the RP’s list that it has', async () => {
    const { make } = bench();
    const params = [-9999, -8, -7].map((alg) => ({ alg, type: 'public-key' }));
    const data = decodeAuthenticatorData((await make({ pubKeyCredParams: params })).authData);
    expect(data.attestedCredentialData?.credentialPublicKey.get(3)).toBe(-8);
  });

  it('has its first RSA key at once where it was warmed up', async () => {
    const authenticator = new Authenticator({
      policy: { algorithms: [-257], userVerification: 'none', attestationFormats: [] },
    });
    await authenticator.warmUp({ u2f: false });
    let made = false;
    const making = authenticator
      .makeCredential({
        clientDataHash,
        rp: { id: 'example.com' },
        user: { id: Uint8Array.of(1) },
        pubKeyCredParams: [{ alg: -257, type: 'public-key' }],
      })
      .then(() => {
        made = true;
      });
    // (The event loop does not go round in these.)
    for (let i = 0; i < 200; i++) await undefined;
    expect(made).toBe(true);
    await making;
  });

  it('shows backup eligibility and state as the policy has them', async () => {
    const flagsFor = async (backup: { eligible: boolean; state: boolean }): Promise<number> =>
      decodeAuthenticatorData((await bench({ policy: { backup } }).make()).authData).flags;
    expect(await flagsFor({ eligible: false, state: false })).toBe(0x41);
    expect(await flagsFor({ eligible: true, state: false })).toBe(0x49);
    expect(await flagsFor({ eligible: true, state: true })).toBe(0x59);
  });

  it.each<[string, Parameters<ReturnType<typeof bench>['make']>[0], string]>([
    [
      'no algorithm that it has',
      { pubKeyCredParams: [{ alg: -9999, type: 'public-key' }] },
      'CTAP2_ERR_UNSUPPORTED_ALGORITHM',
    ],
    [
      'an algorithm of an unknown type only',
      { pubKeyCredParams: [{ alg: -7, type: 'x' }] },
      'CTAP2_ERR_UNSUPPORTED_ALGORITHM',
    ],
    ['no algorithms', { pubKeyCredParams: [] }, 'CTAP2_ERR_UNSUPPORTED_ALGORITHM'],
    ['the option up: false', { options: { up: false } }, 'CTAP2_ERR_INVALID_OPTION'],
    ['the option up: true', { options: { up: true } }, 'CTAP2_OK'],
    [
      'a discoverable credential without verification on a protected device',
      { options: { rk: true } },
      'CTAP2_ERR_OPERATION_DENIED',
    ],
    [
      'a pinUvAuthParam without a protocol',
      { pinUvAuthParam: new Uint8Array(16) },
      'CTAP2_ERR_MISSING_PARAMETER',
    ],
    [
      'a pinUvAuthParam with a protocol that is not there',
      { pinUvAuthParam: new Uint8Array(16), pinUvAuthProtocol: 9 },
      'CTAP1_ERR_INVALID_PARAMETER',
    ],
    [
      'a list that is too long',
      { excludeList: Array.from({ length: 65 }, () => ({ id: utf8('x'), type: 'public-key' })) },
      'CTAP2_ERR_LIMIT_EXCEEDED',
    ],
    [
      'a list that is just short enough',
      { excludeList: Array.from({ length: 64 }, () => ({ id: utf8('x'), type: 'public-key' })) },
      'CTAP2_OK',
    ],
    ['credProtect level 4', { extensions: new Map([['credProtect', 4]]) }, 'CTAP1_ERR_INVALID_PARAMETER'],
    [
      'credProtect as a text',
      { extensions: new Map([['credProtect', 'x']]) },
      'CTAP2_ERR_CBOR_UNEXPECTED_TYPE',
    ],
    ['an unknown extension', { extensions: new Map([['nobodyKnows', 1]]) }, 'CTAP2_OK'],
  ])('answers %s with the right status, and stores nothing on an error', async (_, request, expected) => {
    const { make, contents, info } = bench();
    await info();
    const before = contents();
    expect(await statusOf(make(request))).toBe(expected);
    if (expected !== 'CTAP2_OK') expect(contents()).toEqual(before);
  });

  it('refuses rk and uv where the device has neither', async () => {
    const { make } = bench({ policy: { discoverableCapacity: 0, userVerification: 'none' } });
    expect(await statusOf(make({ options: { rk: true } }))).toBe('CTAP2_ERR_UNSUPPORTED_OPTION');
    expect(await statusOf(make({ options: { rk: false } }))).toBe('CTAP2_ERR_UNSUPPORTED_OPTION');
    expect(await statusOf(make({ options: { uv: true } }))).toBe('CTAP2_ERR_INVALID_OPTION');
    expect(await statusOf(make())).toBe('CTAP2_OK');
  });

  it('replaces the discoverable credential that the user has, and only that', async () => {
    const { make, authenticator, assert } = bench();
    const first = descriptorOf((await make(rk)).authData);
    await make({ ...rk, user: { id: utf8('grace') } });
    await make({ ...rk, rp: { id: 'example.org' } });
    const second = descriptorOf((await make(rk)).authData);
    expect(authenticator.credentials.list()).toHaveLength(3);
    expect(authenticator.credentials.get(first.id)).toBeUndefined();
    expect((await assert({ allowList: [second] })).credential?.id).toEqual(second.id);
  });

  it('is full when every place is taken, but may still replace', async () => {
    const { make, info } = bench({ policy: { discoverableCapacity: 1 } });
    await make(rk);
    expect((await info()).remainingDiscoverableCredentials).toBe(0);
    expect(await statusOf(make({ ...rk, user: { id: utf8('grace') } }))).toBe('CTAP2_ERR_KEY_STORE_FULL');
    expect(await statusOf(make(rk))).toBe('CTAP2_OK');
    expect(await statusOf(make())).toBe('CTAP2_OK'); // not discoverable: needs no place
  });

  describe('with an exclude list', () => {
    it('says so only after the user was asked, whatever the user answers', async () => {
      const { make, user } = bench();
      const excludeList = [descriptorOf((await make()).authData)];
      const prompts: string[] = [];
      const { answer } = user;
      user.answer = (prompt) => {
        prompts.push(prompt.kind);
        return answer.call(user, prompt);
      };
      expect(await statusOf(make({ excludeList }))).toBe('CTAP2_ERR_CREDENTIAL_EXCLUDED');
      expect(prompts).toEqual(['presence']);
      user.next({ presence: 'decline' });
      expect(await statusOf(make({ excludeList }))).toBe('CTAP2_ERR_CREDENTIAL_EXCLUDED');
    });

    it('ignores credentials of other RPs, of unknown types, and unknown ones', async () => {
      const { make } = bench();
      const descriptor = descriptorOf((await make({ rp: { id: 'example.org' } })).authData);
      const own = descriptorOf((await make()).authData);
      const excludeList = [descriptor, { ...own, type: 'x' }, { id: utf8('unknown'), type: 'public-key' }];
      expect(await statusOf(make({ excludeList }))).toBe('CTAP2_OK');
    });

    it('hides a credential that is protected from who is not verified', async () => {
      const { make } = bench();
      const extensions = new Map([['credProtect', 3]]);
      const response = await make({ ...uv, extensions });
      expect(decodeAuthenticatorData(response.authData).extensions).toEqual(extensions);
      const excludeList = [descriptorOf(response.authData)];
      expect(await statusOf(make({ excludeList }))).toBe('CTAP2_OK');
      expect(await statusOf(make({ ...uv, excludeList }))).toBe('CTAP2_ERR_CREDENTIAL_EXCLUDED');
    });
  });

  describe('when the user', () => {
    it.each([
      ['declines the touch', { presence: 'decline' }, {}, 'CTAP2_ERR_OPERATION_DENIED'],
      ['declines the verification', { verification: 'decline' }, uv, 'CTAP2_ERR_OPERATION_DENIED'],
      ['is never recognized', { verification: 'fail' }, uv, 'CTAP2_ERR_OPERATION_DENIED'],
    ] as const)('%s, it ends with %s', async (_, script, request, expected) => {
      const { make, user, authenticator } = bench();
      user.use(script);
      expect(await statusOf(make(request))).toBe(expected);
      expect(authenticator.credentials.list()).toEqual([]);
    });

    it('is recognized at the third attempt, it goes on', async () => {
      const { make, user } = bench();
      user.next({ verification: 'fail' });
      user.next({ verification: 'fail' });
      expect(await statusOf(make(uv))).toBe('CTAP2_OK');
    });

    it('fails too often, no attempts are left and verification is blocked', async () => {
      const { make, user } = bench();
      user.use({ verification: 'fail' });
      await statusOf(make(uv));
      expect(await statusOf(make(uv))).toBe('CTAP2_ERR_PIN_BLOCKED');
      user.use({ verification: 'approve' });
      expect(await statusOf(make(uv))).toBe('CTAP2_ERR_PIN_BLOCKED');
    });
  });
});
