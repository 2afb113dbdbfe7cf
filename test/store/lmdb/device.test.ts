import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../../src/authenticator/authenticator.ts';
import { concat, hex, utf8 } from '../../../src/base/bytes.ts';
import { ManualClock } from '../../../src/base/clock.ts';
import type { CborMap } from '../../../src/cbor/cbor.ts';
import { WebAuthnClient } from '../../../src/client/client.ts';
import { sha256 } from '../../../src/crypto/hash.ts';
import { authenticate, decrypt, encapsulate, encrypt } from '../../../src/crypto/pin-uv-auth-protocol.ts';
import { systemRandom } from '../../../src/crypto/random.ts';
import { ClientPinSubCommand as Pin } from '../../../src/ctap/messages/client-pin.ts';
import type { LmdbStore } from '../../../src/entries/store.ts';
import { MemoryStore } from '../../../src/store/memory.ts';
import type { Store } from '../../../src/store/store.ts';
import { contents } from '../contract.ts';
import { newPath, opens } from './folders.ts';

const clientDataHash = new Uint8Array(32);
const rpId = 'example.com';

/** A device that asks for a PIN, and what a platform does with it. */
function withPin(store: Store) {
  const device = new Authenticator({ store, policy: { userVerification: 'none' }, clock: new ManualClock() });
  const agree = async () => {
    const { keyAgreement } = await device.clientPin({
      pinUvAuthProtocol: 2,
      subCommand: Pin.getKeyAgreement,
    });
    const { platformKeyAgreement, sharedSecret } = encapsulate(2, keyAgreement as CborMap, systemRandom);
    return { common: { pinUvAuthProtocol: 2, keyAgreement: platformKeyAgreement }, sharedSecret };
  };
  const padded = (pin: string): Uint8Array => {
    const bytes = new Uint8Array(64);
    bytes.set(utf8(pin));
    return bytes;
  };
  const hashOf = (pin: string): Uint8Array => sha256(utf8(pin)).slice(0, 16);
  return {
    device,
    async setPin(pin: string): Promise<void> {
      const { common, sharedSecret } = await agree();
      const newPinEnc = encrypt(2, sharedSecret, padded(pin), systemRandom);
      const pinUvAuthParam = authenticate(2, sharedSecret, newPinEnc);
      await device.clientPin({ ...common, subCommand: Pin.setPIN, newPinEnc, pinUvAuthParam });
    },
    async changePin(from: string, to: string): Promise<void> {
      const { common, sharedSecret } = await agree();
      const newPinEnc = encrypt(2, sharedSecret, padded(to), systemRandom);
      const pinHashEnc = encrypt(2, sharedSecret, hashOf(from), systemRandom);
      const pinUvAuthParam = authenticate(2, sharedSecret, concat(newPinEnc, pinHashEnc));
      await device.clientPin({ ...common, subCommand: Pin.changePIN, newPinEnc, pinHashEnc, pinUvAuthParam });
    },
    /** A token to make credentials with. */
    async token(pin: string): Promise<Uint8Array> {
      const { common, sharedSecret } = await agree();
      const pinHashEnc = encrypt(2, sharedSecret, hashOf(pin), systemRandom);
      const subCommand = Pin.getPinUvAuthTokenUsingPinWithPermissions;
      const { pinUvAuthToken } = await device.clientPin({
        ...common,
        subCommand,
        pinHashEnc,
        permissions: 1,
        rpId,
      });
      return decrypt(2, sharedSecret, pinUvAuthToken as Uint8Array);
    },
    retries: async () =>
      (await device.clientPin({ pinUvAuthProtocol: 2, subCommand: Pin.getPINRetries })).pinRetries,
  };
}

async function ceremonies(store: Store): Promise<unknown[]> {
  const authenticator = new Authenticator({ store, seed: 'the same', clock: new ManualClock() });
  const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
  const said: unknown[] = [];
  for (const user of ['AQ', 'Ag', 'AQ']) {
    said.push(
      await client.create({
        challenge: 'AAAA',
        rp: { name: 'Example' },
        user: { id: user, name: user, displayName: user },
        pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        extensions: { credProps: true },
      }),
    );
    said.push(await client.get({ challenge: 'AAAA', userVerification: 'required' }));
  }
  said.push(hex(await authenticator.transact(Uint8Array.of(4))));
  return said;
}

describe('a device on a durable store', () => {
  it.each([{}, { passphrase: 'correct horse', passphraseCost: 10 }])(
    'answers every byte as on one in memory, and leaves the same behind: %o',
    async (options) => {
      const [memory, durable] = [new MemoryStore(), await opens({ path: newPath(), ...options })];
      expect(await ceremonies(durable)).toEqual(await ceremonies(memory));
      expect(contents(durable)).toEqual(contents(memory));
      expect(durable.read((reader) => reader.device())).toEqual(memory.read((reader) => reader.device()));
    },
  );

  it('knows its credentials when it is opened again, and counts on', async () => {
    const path = newPath();
    const before = await opens({ path });
    await ceremonies(before);
    await before.close();
    const store = await opens({ path });
    const client = new WebAuthnClient({
      origin: 'https://example.com',
      authenticator: new Authenticator({ store }),
    });
    const counts = (): number[] => store.page({ limit: 9 }).records.map(({ signCount }) => signCount);
    const [one, two] = counts();
    await client.get({ challenge: 'AAAA' });
    expect(counts()).toEqual([one, (two as number) + 1]);
  });
});

describe('a device that is two processes', () => {
  const two = async () => {
    const path = newPath();
    const stores: [LmdbStore, LmdbStore] = [await opens({ path }), await opens({ path })];
    return [withPin(stores[0]), withPin(stores[1])] as const;
  };

  it('has one state: what getInfo remembers in one follows the other', async () => {
    const [here, there] = await two();
    const option = async (): Promise<unknown> => (await here.device.getInfo()).options?.get('clientPin');
    const bytes = () => here.device.transact(Uint8Array.of(4));
    const before = hex(await bytes());
    expect([await option(), hex(await bytes()) === before]).toEqual([false, true]);
    await there.setPin('1234');
    expect([await option(), hex(await bytes()) === before]).toEqual([true, false]);
  });

  it('has one number of PIN attempts, and the last of them is tried once', async () => {
    const [here, there] = await two();
    await here.setPin('1234');
    for (let left = 7; left >= 1; left--) {
      const one = left % 2 === 0 ? here : there;
      one.device.powerCycle();
      await expect(one.token('9999')).rejects.toThrow('PIN_INVALID');
      expect([await here.retries(), await there.retries()]).toEqual([left, left]);
    }
    const ends = await Promise.allSettled([here.token('9999'), there.token('9999')]);
    expect(ends.map((end) => end.status)).toEqual(['rejected', 'rejected']);
    expect([await here.retries(), await there.retries()]).toEqual([0, 0]);
    await expect(here.token('1234')).rejects.toThrow('PIN_BLOCKED');
  });

  it.each<[string, (there: ReturnType<typeof withPin>) => Promise<void>]>([
    ['changes the PIN', (there) => there.changePin('1234', '5678')],
    [
      'resets the device, and sets the same PIN',
      async (there) => {
        await there.device.reset();
        await there.setPin('1234');
      },
    ],
  ])('ends a token in one when the other %s', async (_name, change) => {
    const [here, there] = await two();
    await here.setPin('1234');
    const make = (token: Uint8Array, user: string) =>
      here.device.makeCredential({
        clientDataHash,
        rp: { id: rpId },
        user: { id: utf8(user), name: user },
        pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
        pinUvAuthProtocol: 2,
        pinUvAuthParam: authenticate(2, token, clientDataHash),
      });
    await make(await here.token('1234'), 'ada');
    const token = await here.token('1234');
    await change(there);
    await expect(make(token, 'grace')).rejects.toThrow('PIN_AUTH_INVALID');
  });
});
