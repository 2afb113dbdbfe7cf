import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { type ModelName, models } from '../../src/authenticator/models/registry.ts';
import { hex } from '../../src/base/bytes.ts';
import type { CborValue } from '../../src/cbor/cbor.ts';
import { AuthenticatorDataFlags, decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { encodeMessage } from '../../src/ctap/message.ts';
import { makeCredentialRequest } from '../../src/ctap/messages/make-credential.ts';
import { bench, clientDataHash, statusOf } from './platform.ts';

const names = Object.keys(models) as ModelName[];
const speakCtap2 = names.filter((name) => models[name].policy.ctap !== 'U2F');

describe('the models', () => {
  it('have AAGUIDs of their own, each with a source unless it is ours', () => {
    const aaguids = names.map((name) => hex(models[name].policy.aaguid ?? new Uint8Array()));
    expect(new Set(aaguids).size).toBe(names.length);
    for (const [index, name] of names.entries()) {
      const ours = /^(7374756e746b6579|0{32})/.test(aaguids[index] as string);
      expect([name, models[name].aaguidSource === undefined]).toEqual([name, ours]);
    }
  });

  it.each(speakCtap2)('%s tells what its policy says', async (model) => {
    const { info, authenticator } = bench({ model });
    const { policy } = authenticator;
    const told = await info();
    expect(hex(told.aaguid)).toBe(hex(policy.aaguid));
    if (policy.ctap !== '2.0') {
      expect(told.transports).toEqual(policy.transports);
      expect(told.algorithms?.map(({ alg }) => alg)).toEqual(policy.algorithms);
    }
    expect(told.options?.get('plat')).toBe(policy.transports.includes('internal'));
    expect(told.options?.has('clientPin')).toBe(policy.clientPin);
    expect(told.extensions ?? []).toEqual(policy.extensions);
  });

  it.each(speakCtap2)(
    '%s makes a credential and asserts it, with its flags and its counter',
    async (model) => {
      const { make, assert, authenticator } = bench({ model });
      const { policy } = authenticator;
      const uv = policy.userVerification === 'built-in';
      const pubKeyCredParams = policy.algorithms.map((alg) => ({ alg, type: 'public-key' }));
      const options = { rk: true, ...(uv && { uv }) };
      const made = decodeAuthenticatorData((await make({ options, pubKeyCredParams })).authData);
      const asserted = decodeAuthenticatorData((await assert(uv ? { options: { uv } } : {})).authData);
      for (const { flags } of [made, asserted]) {
        expect((flags & AuthenticatorDataFlags.UV) !== 0).toBe(uv);
        expect((flags & AuthenticatorDataFlags.BE) !== 0).toBe(policy.backup.eligible);
        expect((flags & AuthenticatorDataFlags.BS) !== 0).toBe(policy.backup.state);
      }
      expect(made.attestedCredentialData?.credentialId).toHaveLength(policy.credentialIdLength);
      expect(asserted.signCount > made.signCount).toBe(policy.signCounter !== 'zero');
    },
  );

  it.each(speakCtap2)('%s announces no smaller messages than it sends', async (model) => {
    const { authenticator } = bench({ model });
    const { policy } = authenticator;
    const uv = policy.userVerification === 'built-in';
    const extensions = new Map<string, CborValue>([
      ['credProtect', 1],
      ['hmac-secret', true],
      ['largeBlobKey', true],
      ['credBlob', new Uint8Array(policy.maxCredBlobLength)],
    ]);
    for (const alg of policy.algorithms) {
      const request = encodeMessage(0x01, makeCredentialRequest, {
        clientDataHash,
        rp: { id: 'a-name-of-some-length.example.com' },
        user: { id: new Uint8Array(64), name: 'n'.repeat(64), displayName: 'd'.repeat(64) },
        pubKeyCredParams: [{ alg, type: 'public-key' }],
        extensions: new Map([...extensions].filter(([id]) => policy.extensions.includes(id))),
        options: { rk: true, ...(uv && { uv }) },
      });
      const response = await authenticator.transact(request);
      expect(response[0]).toBe(0);
      expect(response.length).toBeLessThanOrEqual(policy.maxMsgSize);
    }
  });

  it('can be changed in single points', () => {
    const { policy } = new Authenticator({ model: 'bitwarden', policy: { algorithms: [-8] } });
    expect([policy.algorithms, policy.backup.state]).toEqual([[-8], true]);
  });

  it.each(['yubikey-6', '', 'toString'])('do not include %s', (model) => {
    expect(() => new Authenticator({ model: model as ModelName })).toThrow(
      'model: expected one of yubikey-5-nfc,',
    );
  });

  it('run full where products do', async () => {
    const { make } = bench({ model: 'yubikey-5-nfc-ctap20', policy: { discoverableCapacity: 1 } });
    await make({ options: { rk: true } });
    const other = make({ options: { rk: true }, rp: { id: 'other.example' } });
    expect(await statusOf(other)).toBe('CTAP2_ERR_KEY_STORE_FULL');
  });
});
