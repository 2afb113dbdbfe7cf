import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CredentialImport, Credentials } from '../../src/authenticator/credentials.ts';
import type { PrivateKey } from '../../src/authenticator/private-key.ts';
import { equal, utf8 } from '../../src/base/bytes.ts';
import { StuntkeyError } from '../../src/base/stuntkey-error.ts';
import { CryptoError } from '../../src/crypto/error.ts';
import { bench, clientDataHash, statusOf } from './platform.ts';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const pem = (key: typeof p256): string => key.export({ format: 'pem', type: 'pkcs8' }) as string;
const der = (key: typeof p256): Uint8Array => key.export({ format: 'der', type: 'pkcs8' });
const jwk = (key: typeof p256): PrivateKey => key.export({ format: 'jwk' }) as PrivateKey;
const base = { rpId: 'example.com', userId: utf8('ada') };

describe('a credential from elsewhere', () => {
  it.each<[string, PrivateKey, number]>([
    ['PEM of P-256', pem(p256), -7],
    ['PKCS#8 of P-256', der(p256), -7],
    ['a JWK of P-256', jwk(p256), -7],
    ['PEM of P-384', pem(p384), -35],
    ['PEM of SEC 1', p256.export({ format: 'pem', type: 'sec1' }) as string, -7],
    ['PEM of Ed25519', pem(ed25519), -8],
    ['PEM of RSA', pem(rsa), -257],
  ])('asserts with its key: %s', async (_, privateKey, algorithm) => {
    const { authenticator, assert } = bench();
    const record = await authenticator.credentials.import({
      ...base,
      privateKey,
      userName: 'ada',
      signCount: 7,
    });
    expect(record.algorithm).toBe(algorithm);
    const { credential, user, authData } = await assert({ options: { uv: true }, clientDataHash });
    expect(equal(credential?.id as Uint8Array, record.id)).toBe(true);
    expect([record.userName, user?.id]).toEqual(['ada', base.userId]);
    expect(authData[36]).toBe(8);
  });

  it('without a user is not discoverable', async () => {
    const { authenticator, assert } = bench();
    const { id } = await authenticator.credentials.import({ rpId: 'example.com', privateKey: pem(p256) });
    expect(await statusOf(assert())).toBe('CTAP2_ERR_NO_CREDENTIALS');
    expect(await statusOf(assert({ allowList: [{ id, type: 'public-key' }] }))).toBe('CTAP2_OK');
  });

  const small = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey;
  const x25519 = generateKeyPairSync('x25519').privateKey;
  it.each<[string, CredentialImport, string, string]>([
    ['no PEM at all', { ...base, privateKey: 'hello' }, 'bad-key', 'PRIVATE KEY'],
    [
      'PEM of something else',
      { ...base, privateKey: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----' },
      'bad-key',
      'CERTIFICATE',
    ],
    [
      'PEM of OpenSSH',
      {
        ...base,
        privateKey: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      },
      'bad-key',
      'ssh-keygen -p -m PKCS8',
    ],
    ['a curve that there is no algorithm for', { ...base, privateKey: pem(x25519) }, 'bad-key', 'privateKey'],
    [
      'another curve than the algorithm’s',
      { ...base, privateKey: pem(p384), algorithm: -7 },
      'bad-key',
      'parameters',
    ],
    [
      'another kind of key than the algorithm’s',
      { ...base, privateKey: pem(rsa), algorithm: -8 },
      'bad-key',
      'privateKey',
    ],
    ['truncated PKCS#8', { ...base, privateKey: der(p256).slice(0, -9) }, 'bad-key', 'privateKey'],
    [
      'PKCS#8 with something behind it',
      { ...base, privateKey: Buffer.concat([der(p256), Buffer.of(0)]) },
      'bad-key',
      'privateKey',
    ],
    ['RSA of 512 bits', { ...base, privateKey: pem(small) }, 'bad-key', '512 bits'],
    [
      'a JWK with another alg',
      { ...base, privateKey: { ...(jwk(p256) as object), alg: 'ES384' } as PrivateKey },
      'bad-key',
      'privateKey',
    ],
    [
      'a JWK without its private part',
      { ...base, privateKey: { ...(jwk(p256) as object), d: undefined } as never },
      'bad-key',
      'd',
    ],
    [
      'a JWK whose halves do not fit',
      {
        ...base,
        privateKey: { ...(jwk(p256) as object), x: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' } as never,
      },
      'bad-key',
      'x',
    ],
    [
      'a user handle under another name',
      { ...base, userHandle: Uint8Array.of(1), privateKey: pem(p256) } as never,
      'bad-credential',
      'credential.userHandle: there is no such member; did you mean userId?',
    ],
    ['no RP ID', { ...base, rpId: '', privateKey: pem(p256) }, 'bad-credential', 'rpId'],
    [
      'a short ID',
      { ...base, id: new Uint8Array(15), privateKey: pem(p256) },
      'bad-credential',
      'id: expected 16 to 1023 bytes (a Uint8Array), got 15 bytes',
    ],
    ['a long ID', { ...base, id: new Uint8Array(1024), privateKey: pem(p256) }, 'bad-credential', 'id'],
    [
      'a long user handle',
      { ...base, userId: new Uint8Array(65), privateKey: pem(p256) },
      'bad-credential',
      'userId',
    ],
    [
      'discoverable without a user',
      { rpId: 'example.com', discoverable: true, privateKey: pem(p256) },
      'bad-credential',
      'userId',
    ],
    [
      'a counter that is none',
      { ...base, signCount: -1, privateKey: pem(p256) },
      'bad-credential',
      'signCount',
    ],
    [
      'backed up and not eligible',
      { ...base, backupState: true, privateKey: pem(p256) },
      'bad-credential',
      'backupState',
    ],
  ])('is refused with %s, and nothing is stored', async (_, given, code, names) => {
    const { authenticator } = bench();
    const error = await authenticator.credentials.import(given).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StuntkeyError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(names) });
    if (code === 'bad-key') expect((error as StuntkeyError).cause).toBeInstanceOf(CryptoError);
    expect(authenticator.credentials.list()).toEqual([]);
  });
});

describe('a credential that is looked for', () => {
  const id = 'kE7vU2Jd0w' as never;
  it.each([
    ['get', (credentials: Credentials) => credentials.get(id)],
    ['update', (credentials: Credentials) => credentials.update(id, { signCount: 7 })],
    ['delete', (credentials: Credentials) => credentials.delete(id)],
  ])('is not by the text of an ID, which %s refuses', async (_, look) => {
    const { credentials } = bench().authenticator;
    await expect((async () => look(credentials))()).rejects.toMatchObject({
      code: 'bad-credential',
      message: expect.stringContaining(
        "Buffer.from(id, 'base64url') makes them of a response's ID; got \"kE7vU2Jd0w\"",
      ),
    });
  });

  it('is changed in members that there are, alone', async () => {
    const { credentials } = bench().authenticator;
    const { id, signCount } = await credentials.import({ ...base, privateKey: pem(p256) });
    for (const [changes, message] of [
      [{ singCount: 7 }, 'changes.singCount: there is no such member; did you mean signCount?'],
      [{ signCount: -1 }, 'changes.signCount: expected a whole number from 0 to 4294967295, got -1'],
      [{ backupState: 'yes' }, 'changes.backupState: expected true or false, got "yes"'],
    ] as const)
      await expect(credentials.update(id, changes as never)).rejects.toThrow(message);
    expect(credentials.get(id)).toMatchObject({ signCount });
  });
});
