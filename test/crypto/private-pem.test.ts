/** Private keys as OpenSSL writes them. */
import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { fromAnyPkcs8, toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { pkcs8FromPem } from '../../src/crypto/formats/private-pem.ts';
import { named, runs, whyNot } from '../interop/debian.ts';

const withoutOpenssl = whyNot(['openssl'], () => runs('openssl', 'version'));

describe('a private key in PEM', () => {
  const ec = (namedCurve: string): string =>
    generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'sec1', format: 'pem' }).toString();
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

  it.each([
    ['SEC1 of P-256', ec('P-256')],
    ['SEC1 of P-384', ec('P-384')],
    ['SEC1 of P-521', ec('P-521')],
    ['SEC1 of secp256k1', ec('secp256k1')],
    ['PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['PKCS#8', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
  ])('as %s is the same key', (_, pem) => {
    const read = fromAnyPkcs8(pkcs8FromPem(pem));
    const theirs = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
    expect(toPkcs8(read)).toEqual(new Uint8Array(theirs));
  });

  it.each([
    [
      'encrypted as PKCS#8',
      rsa.privateKey
        .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      /openssl pkey -in key\.pem -out plain\.pem/,
    ],
    [
      'encrypted as before',
      rsa.privateKey
        .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
        .toString(),
      /openssl pkey/,
    ],
    [
      'of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
      /ssh-keygen/,
    ],
    ['of DSA', '-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----', /no authenticator/],
    ['of nothing', 'hello', /no PEM/],
    [
      'of a curve without a name',
      '-----BEGIN EC PRIVATE KEY-----\nMAcCAQEEAgEC\n-----END EC PRIVATE KEY-----',
      /parameters/,
    ],
  ])('%s is refused with the way out', async (_, pem, message) => {
    const importing = new Authenticator().credentials.import({ rpId: 'example.com', privateKey: pem });
    await expect(importing).rejects.toMatchObject({
      code: 'bad-key',
      message: expect.stringMatching(message),
    });
  });
});

describe.skipIf(withoutOpenssl)(named('OpenSSL', withoutOpenssl), () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stuntkey-pem-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const openssl = (...options: string[]): string =>
    execFileSync('openssl', options, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

  it('writes keys in its old formats that are read, parameters before them', () => {
    const texts = [
      openssl('ecparam', '-name', 'prime256v1', '-genkey'),
      openssl('genrsa', '-traditional', '2048'),
      openssl('genpkey', '-algorithm', 'ed25519'),
    ];
    for (const text of texts) {
      const read = fromAnyPkcs8(pkcs8FromPem(text));
      const theirs = createPrivateKey(text).export({ type: 'pkcs8', format: 'der' });
      expect(toPkcs8(read)).toEqual(new Uint8Array(theirs));
    }
  });

  it('converts what is refused by the command that the refusal names', () => {
    const text = openssl('genpkey', '-algorithm', 'ed25519', '-aes256', '-pass', 'pass:x');
    writeFileSync(join(folder, 'key.pem'), text);
    let message = '';
    try {
      pkcs8FromPem(text);
    } catch (error) {
      ({ message } = error as Error);
    }
    const [, command = ''] = /this converts it: openssl (.*)$/.exec(message) ?? [];
    openssl(...command.split(' '), '-passin', 'pass:x');
    expect(fromAnyPkcs8(pkcs8FromPem(openssl('pkey', '-in', 'plain.pem'))).algorithm).toBe(-8);
  });
});
