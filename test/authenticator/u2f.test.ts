import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Authenticator, type AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import type { ModelName } from '../../src/authenticator/models/registry.ts';
import { defaultAuthority } from '../../src/authority/default-authority.ts';
import type { IdentityRequest } from '../../src/authority/identity.ts';
import { concat, equal, hex, utf8 } from '../../src/base/bytes.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { readApdu, U2fError, writeApdu } from '../../src/ctap/u2f.ts';
import type { UserAnswer } from '../../src/person/user.ts';
import { CtapHid } from '../../src/transport/ctaphid/ctaphid.ts';
import { type Bench, bench, clientDataHash, statusOf } from './platform.ts';

const challenge = new Uint8Array(32).fill(7);
const application = sha256(utf8('example.com'));

interface U2f extends Bench {
  /** Data, and the status word as four hex digits. */
  send(ins: number, p1: number, data?: Uint8Array, cla?: number): Promise<[data: Uint8Array, status: string]>;
  raw(apdu: Uint8Array): Promise<string>;
}

function u2f(options: AuthenticatorOptions = {}): U2f {
  const base = bench(options);
  const transact = async (apdu: Uint8Array): Promise<[Uint8Array, string]> => {
    const response = (await base.authenticator.transactU2f?.(apdu)) as Uint8Array;
    return [response.slice(0, -2), hex(response.slice(-2))];
  };
  return {
    ...base,
    raw: async (apdu) => (await transact(apdu))[1],
    send: (ins, p1, data = new Uint8Array(), cla = 0) => transact(writeApdu({ cla, ins, p1, p2: 0, data })),
  };
}

interface Registration {
  readonly point: Uint8Array;
  readonly handle: Uint8Array;
  readonly certificate: X509Certificate;
  readonly signature: Uint8Array;
}

function readRegistration(data: Uint8Array): Registration {
  expect(data[0]).toBe(5);
  const point = data.slice(1, 66);
  const end = 67 + (data[66] as number);
  const length = 4 + (((data[end + 2] as number) << 8) | (data[end + 3] as number));
  return {
    point,
    handle: data.slice(67, end),
    certificate: new X509Certificate(data.slice(end, end + length)),
    signature: data.slice(end + length),
  };
}

async function registered(device: U2f): Promise<Registration> {
  const [data, status] = await device.send(1, 3, concat(challenge, application));
  expect(status).toBe('9000');
  return readRegistration(data);
}

const ask = (handle: Uint8Array, app: Uint8Array = application): Uint8Array =>
  concat(challenge, app, Uint8Array.of(handle.length), handle);

function publicKey(point: Uint8Array): ReturnType<typeof createPublicKey> {
  const spki = concat(
    Uint8Array.from(Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex')),
    point,
  );
  return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
}

describe('an APDU', () => {
  const data = new Uint8Array(64).fill(1);
  it.each([
    ['no length at all', [0, 3, 0, 0], 0],
    ['a short Le', [0, 3, 0, 0, 0], 0],
    ['an extended Le', [0, 3, 0, 0, 0, 0, 0], 0],
    ['short data', [0, 1, 0, 0, 64, ...data], 64],
    ['short data and Le', [0, 1, 0, 0, 64, ...data, 0], 64],
    ['extended data', [0, 1, 0, 0, 0, 0, 64, ...data], 64],
    ['extended data and Le', [0, 1, 0, 0, 0, 0, 64, ...data, 1, 0], 64],
  ])('is read with %s', (_, bytes, length) => {
    expect(readApdu(Uint8Array.from(bytes)).data.length).toBe(length);
  });

  it.each([
    ['nothing', []],
    ['half a header', [0, 1, 0]],
    ['an extended length that is cut off', [0, 1, 0, 0, 0, 0]],
    ['less data than it says', [0, 1, 0, 0, 64, 1]],
    ['more data than it says', [0, 1, 0, 0, 1, 1, 0, 0]],
    ['an extended Le of one byte', [0, 1, 0, 0, 0, 0, 1, 1, 0]],
  ])('is refused with %s', (_, bytes) => {
    expect(() => readApdu(Uint8Array.from(bytes))).toThrow(U2fError);
  });

  it('is read as it was written', () => {
    const apdu = { cla: 1, ins: 2, p1: 3, p2: 4, data: new Uint8Array(300).fill(9) };
    expect(readApdu(writeApdu(apdu))).toEqual({ ...apdu, extended: true, le: 0x10000 });
  });
});

describe('U2F', () => {
  it('tells its version', async () => {
    const [data, status] = await u2f().send(3, 0);
    expect([new TextDecoder().decode(data), status]).toEqual(['U2F_V2', '9000']);
  });

  it('registers: key, handle, a certificate that says test, and a signature under it', async () => {
    const { point, handle, certificate, signature } = await registered(u2f());
    expect(certificate.subject).toContain('stuntkey test');
    const root = new X509Certificate(await defaultAuthority().root());
    expect(certificate.verify(root.publicKey)).toBe(true);
    const signed = concat(Uint8Array.of(0), application, challenge, handle, point);
    expect(verify('sha256', signed, certificate.publicKey, signature)).toBe(true);
  });

  it('authenticates: presence, a counter that grows, a signature', async () => {
    const device = u2f();
    const { point, handle } = await registered(device);
    const counters: number[] = [];
    for (let i = 0; i < 2; i++) {
      const [data, status] = await device.send(2, 3, ask(handle));
      expect([status, data[0]]).toEqual(['9000', 1]);
      counters.push(new DataView(data.buffer).getUint32(1));
      const signed = concat(application, data.slice(0, 5), challenge);
      expect(verify('sha256', signed, publicKey(point), data.slice(5))).toBe(true);
    }
    expect(counters[1]).toBeGreaterThan(counters[0] as number);
  });

  it('signs without a touch when told to, and says so', async () => {
    const device = u2f();
    const { handle } = await registered(device);
    device.user.use({ presence: 'ignore' });
    const [data, status] = await device.send(2, 8, ask(handle));
    expect([status, data[0]]).toEqual(['9000', 0]);
  });

  it.each([
    ['a class that there is not', 3, 0, new Uint8Array(), 0x80, '6e00'],
    ['an instruction that there is not', 4, 0, new Uint8Array(), 0, '6d00'],
    ['a version with data', 3, 0, new Uint8Array(1), 0, '6700'],
    ['a registration of 63 bytes', 1, 3, new Uint8Array(63), 0, '6700'],
    ['a registration of 65 bytes', 1, 3, new Uint8Array(65), 0, '6700'],
    ['an authentication without a handle', 2, 3, new Uint8Array(64), 0, '6700'],
    ['a handle shorter than it says', 2, 3, new Uint8Array(65).fill(9), 0, '6700'],
    ['an unknown handle', 2, 3, ask(new Uint8Array(32)), 0, '6a80'],
    ['an unknown handle, check only', 2, 7, ask(new Uint8Array(32)), 0, '6a80'],
    ['an unknown control', 2, 9, ask(new Uint8Array(32)), 0, '6a80'],
  ])('refuses %s, and stores nothing', async (_, ins, p1, data, cla, status) => {
    const device = u2f();
    await device.info();
    const before = JSON.stringify(device.contents());
    expect((await device.send(ins, p1, data, cla))[1]).toBe(status);
    expect(JSON.stringify(device.contents())).toBe(before);
  });

  it('answers what is no APDU', async () => {
    const device = u2f();
    expect(await device.raw(new Uint8Array())).toBe('6700');
    expect(await device.raw(new Uint8Array(7609).fill(0xff))).toBe('6700');
  });

  it('says of a handle only whether it is known, for the application it was made for', async () => {
    const device = u2f();
    const { handle } = await registered(device);
    expect((await device.send(2, 7, ask(handle)))[1]).toBe('6985');
    expect((await device.send(2, 7, ask(handle, sha256(utf8('other')))))[1]).toBe('6a80');
  });

  it('is switched off while alwaysUv is on, but for its version', async () => {
    const device = u2f({ policy: { alwaysUv: 'on' } });
    expect((await device.info()).versions).not.toContain('U2F_V2');
    expect((await device.send(1, 3, concat(challenge, application)))[1]).toBe('6986');
    expect((await device.send(2, 3, ask(new Uint8Array(32))))[1]).toBe('6986');
    expect((await device.send(3, 0))[1]).toBe('9000');
  });

  it('is not there where the policy has none, nor for a platform authenticator', async () => {
    expect(bench({ policy: { u2f: false } }).authenticator.transactU2f).toBeUndefined();
    const platform = bench({ policy: { transports: ['internal'] } });
    expect(platform.authenticator.transactU2f).toBeUndefined();
    expect((await platform.info()).versions).not.toContain('U2F_V2');
  });
});

describe('a touch for U2F', () => {
  function slow(): U2f & { touch(answer: UserAnswer): void; asked: number } {
    let resolve: (answer: UserAnswer) => void = () => {};
    const device = u2f({
      user: {
        answer: () => {
          state.asked++;
          return new Promise<UserAnswer>((settle) => {
            resolve = settle;
          });
        },
      },
    });
    const state = Object.assign(device, { touch: (answer: UserAnswer) => resolve(answer), asked: 0 });
    return state;
  }
  const request = concat(challenge, application);
  /** Sends, and lets the time pass that the device waits for an answer. */
  async function poll(device: U2f): Promise<string> {
    const pending = device.send(1, 3, request);
    for (let i = 0; i < 20; i++) await Promise.resolve();
    device.clock.advance(200);
    return (await pending)[1];
  }

  it('is asked for again and again, and counts for the question after it', async () => {
    const device = slow();
    expect([await poll(device), await poll(device)]).toEqual(['6985', '6985']);
    expect(device.asked).toBe(1);
    device.touch('approve');
    expect(await poll(device)).toBe('9000');
    expect(await poll(device)).toBe('6985');
    expect(device.asked).toBe(2);
  });

  it('is good for ten seconds', async () => {
    const device = slow();
    expect(await poll(device)).toBe('6985');
    device.touch('approve');
    await Promise.resolve();
    device.clock.advance(10_001);
    expect(await poll(device)).toBe('6985');
  });

  it('is asked for anew when the user declined', async () => {
    const device = slow();
    expect(await poll(device)).toBe('6985');
    device.touch('decline');
    await Promise.resolve();
    expect(await poll(device)).toBe('6985');
    expect(device.asked).toBe(2);
  });

  it.each(['decline', 'ignore'] as const)('that does not come (%s) is 6985', async (presence) => {
    const device = u2f();
    device.user.use({ presence });
    expect((await device.send(1, 3, request))[1]).toBe('6985');
    expect(device.authenticator.credentials.list()).toEqual([]);
  });
});

describe('a credential', () => {
  it.each(['stored', 'wrapped'] as const)('of U2F asserts over CTAP2 (%s)', async (nonDiscoverable) => {
    const device = u2f({ policy: { nonDiscoverable } });
    const { handle, point } = await registered(device);
    const { authData, signature, user } = await device.assert({
      allowList: [{ id: handle, type: 'public-key' }],
    });
    expect(equal(decodeAuthenticatorData(authData).rpIdHash, application)).toBe(true);
    expect(user).toBeUndefined();
    expect(verify('sha256', concat(authData, clientDataHash), publicKey(point), signature)).toBe(true);
    // It belongs to one application, as an AppID would say it, and is excluded there.
    expect(
      await statusOf(
        device.assert({ rpId: 'other.example', allowList: [{ id: handle, type: 'public-key' }] }),
      ),
    ).toBe('CTAP2_ERR_NO_CREDENTIALS');
    expect(await statusOf(device.make({ excludeList: [{ id: handle, type: 'public-key' }] }))).toBe(
      'CTAP2_ERR_CREDENTIAL_EXCLUDED',
    );
  });

  it.each([
    ['not discoverable, stored', false, 'stored'],
    ['not discoverable, wrapped', false, 'wrapped'],
    ['discoverable', true, 'stored'],
  ] as const)('of CTAP2 authenticates over U2F: %s', async (_, rk, nonDiscoverable) => {
    const device = u2f({ policy: { nonDiscoverable } });
    const { authData } = await device.make({ options: { rk, uv: true } });
    const { credentialId = new Uint8Array() } =
      decodeAuthenticatorData(authData).attestedCredentialData ?? {};
    expect((await device.send(2, 3, ask(credentialId)))[1]).toBe('9000');
  });

  it('that needs verification is unknown to U2F', async () => {
    const device = u2f();
    const { authData } = await device.make({
      options: { uv: true },
      extensions: new Map([['credProtect', 3]]),
    });
    const { credentialId = new Uint8Array() } =
      decodeAuthenticatorData(authData).attestedCredentialData ?? {};
    expect((await device.send(2, 7, ask(credentialId)))[1]).toBe('6a80');
  });

  it('of another algorithm than ES256 is unknown to U2F', async () => {
    const device = u2f();
    const { authData } = await device.make({ pubKeyCredParams: [{ alg: -8, type: 'public-key' }] });
    const { credentialId = new Uint8Array() } =
      decodeAuthenticatorData(authData).attestedCredentialData ?? {};
    expect((await device.send(2, 7, ask(credentialId)))[1]).toBe('6a80');
  });
});

describe('a device that comes up', () => {
  /** What an authority was asked for by then. */
  async function asked(model: ModelName): Promise<unknown[]> {
    const formats: unknown[] = [];
    const attestation = {
      identity: async ({ fmt }: IdentityRequest) => {
        formats.push(fmt);
        throw new Error('no authority here');
      },
    };
    const device = new Authenticator({ model, attestation });
    new CtapHid(device, { send: () => {} });
    await new Promise((resolve) => setImmediate(resolve));
    return formats;
  }

  it('has the certificate of U2F made before the first registration waits for it', async () => {
    expect(await asked('u2f-key')).toEqual(['fido-u2f']);
  });

  it('has none made that does not speak U2F, and survives an authority that fails', async () => {
    expect(await asked('windows-hello')).toEqual([]);
  });
});
