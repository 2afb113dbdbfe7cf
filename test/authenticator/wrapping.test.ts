import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import { MAX_WRAPPED_ID } from '../../src/authenticator/wrapping.ts';
import { concat } from '../../src/base/bytes.ts';
import type { CborValue } from '../../src/cbor/cbor.ts';
import { algorithmIds } from '../../src/crypto/algorithms.ts';
import { fromCose } from '../../src/crypto/formats/cose.ts';
import { toSpki } from '../../src/crypto/formats/spki.ts';
import { type AuthenticatorData, decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import type { MakeCredentialRequest } from '../../src/ctap/messages/make-credential.ts';
import { type Bench, bench, clientDataHash, statusOf } from './platform.ts';

const secret = new Uint8Array(32).fill(5);

function wrapping(options: AuthenticatorOptions = {}): Bench {
  return bench({
    wrappingSecret: secret,
    ...options,
    policy: { nonDiscoverable: 'wrapped', algorithms: algorithmIds, ...options.policy },
  });
}

async function made(device: Bench, changes: Partial<MakeCredentialRequest> = {}): Promise<AuthenticatorData> {
  return decodeAuthenticatorData((await device.make(changes)).authData);
}
const idOf = (data: AuthenticatorData): Uint8Array =>
  data.attestedCredentialData?.credentialId ?? new Uint8Array();
const listed = (id: Uint8Array): { allowList: { id: Uint8Array; type: string }[] } => ({
  allowList: [{ id, type: 'public-key' }],
});

describe('a wrapped credential', () => {
  it('is stored nowhere, and asserts with the key it was made with', async () => {
    const device = wrapping();
    const data = await made(device);
    expect(device.authenticator.credentials.list()).toEqual([]);
    const { authData, signature, user } = await device.assert(listed(idOf(data)));
    expect(user).toBeUndefined();
    const { algorithm, public: publicKey } = fromCose(
      data.attestedCredentialData?.credentialPublicKey as ReadonlyMap<number, CborValue>,
    );
    const key = createPublicKey({
      key: Buffer.from(toSpki(algorithm, publicKey)),
      format: 'der',
      type: 'spki',
    });
    expect(verify('sha256', concat(authData, clientDataHash), key, signature)).toBe(true);
  });

  it.each(algorithmIds.map((alg) => [alg]))('fits into its ID with algorithm %i', async (alg) => {
    const device = wrapping();
    const data = await made(device, {
      pubKeyCredParams: [{ alg, type: 'public-key' }],
      extensions: new Map<string, CborValue>([
        ['hmac-secret', true],
        ['credProtect', 2],
        ['thirdPartyPayment', true],
      ]),
    });
    expect(idOf(data).length).toBeLessThanOrEqual(MAX_WRAPPED_ID);
    expect((await device.info()).maxCredentialIdLength).toBe(MAX_WRAPPED_ID);
    expect(await statusOf(device.assert(listed(idOf(data))))).toBe('CTAP2_OK');
  });

  it('is known to every device with the same secret, and to no other', async () => {
    const id = idOf(await made(wrapping()));
    expect(await statusOf(wrapping({ seed: 'another' }).assert(listed(id)))).toBe('CTAP2_OK');
    const foreign = wrapping({ wrappingSecret: new Uint8Array(32).fill(6) });
    expect(await statusOf(foreign.assert(listed(id)))).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it('is bound to its RP ID', async () => {
    const device = wrapping();
    const id = idOf(await made(device));
    expect(await statusOf(device.assert({ rpId: 'example.org', ...listed(id) }))).toBe(
      'CTAP2_ERR_NO_CREDENTIALS',
    );
  });

  it('changed in any byte, cut or lengthened is not ours', async () => {
    const device = wrapping();
    const id = idOf(await made(device));
    for (let at = 0; at < id.length; at++) {
      const changed = new Uint8Array(id);
      changed[at] = (changed[at] as number) ^ 1;
      expect(await statusOf(device.assert(listed(changed)))).toBe('CTAP2_ERR_NO_CREDENTIALS');
    }
    for (const length of [0, 12, 28, 29, id.length - 1]) {
      const cut = id.slice(0, length);
      expect(await statusOf(device.assert(listed(cut)))).toBe('CTAP2_ERR_NO_CREDENTIALS');
    }
    const longer = concat(id, new Uint8Array(1024));
    expect(await statusOf(device.assert(listed(longer)))).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it('is unknown after a reset', async () => {
    const device = wrapping();
    const id = idOf(await made(device));
    await device.authenticator.reset();
    expect(await statusOf(device.assert(listed(id)))).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it('carries its extensions: protection is kept, and secrets come out the same', async () => {
    const device = wrapping();
    const id = idOf(await made(device, { options: { uv: true }, extensions: new Map([['credProtect', 3]]) }));
    expect(await statusOf(device.assert(listed(id)))).toBe('CTAP2_ERR_NO_CREDENTIALS');
    expect(await statusOf(device.assert({ ...listed(id), options: { uv: true } }))).toBe('CTAP2_OK');
    const paid = idOf(await made(device, { extensions: new Map([['thirdPartyPayment', true]]) }));
    const { authData } = await device.assert({
      ...listed(paid),
      extensions: new Map([['thirdPartyPayment', true]]),
    });
    expect(decodeAuthenticatorData(authData).extensions).toEqual(new Map([['thirdPartyPayment', true]]));
  });

  it('is found in an exclude list', async () => {
    const device = wrapping();
    const id = idOf(await made(device));
    expect(await statusOf(device.make({ excludeList: [{ id, type: 'public-key' }] }))).toBe(
      'CTAP2_ERR_CREDENTIAL_EXCLUDED',
    );
  });

  it('has the counter of the device, which grows', async () => {
    const device = wrapping();
    const [a, b] = [idOf(await made(device)), idOf(await made(device))];
    const counters: number[] = [];
    for (const id of [a, b, a]) {
      counters.push(decodeAuthenticatorData((await device.assert(listed(id))).authData).signCount);
    }
    expect(counters).toEqual([1, 2, 3]);
  });

  it('keeps no blob: it has nowhere to', async () => {
    const device = wrapping({ policy: { extensions: ['largeBlob'], largeBlobs: false } });
    const input = (support: string): Map<string, CborValue> =>
      new Map([['largeBlob', new Map([['support', support]])]]);
    expect((await device.make({ extensions: input('preferred') })).unsignedExtensionOutputs).toBeUndefined();
    expect(await statusOf(device.make({ extensions: input('required') }))).toBe(
      'CTAP2_ERR_LARGE_BLOB_STORAGE_FULL',
    );
  });

  it('is what a discoverable one is not', async () => {
    const device = wrapping();
    await device.make({ options: { rk: true, uv: true } });
    expect(device.authenticator.credentials.list()).toHaveLength(1);
  });

  it('needs a secret of 32 bytes', () => {
    expect(() => wrapping({ wrappingSecret: new Uint8Array(31) })).toThrow(
      'wrappingSecret: expected 32 bytes (a Uint8Array), got 31 bytes',
    );
  });
});
