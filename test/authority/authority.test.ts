import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AttestationAuthority, type AuthorityOptions } from '../../src/authority/authority.ts';
import { hex } from '../../src/base/bytes.ts';
import { simpleWebAuthn } from '../interop/attestation/judges.ts';
import { registration, WAYS } from '../interop/attestation/registrations.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { trustOnly } from '../interop/trusted-roots.ts';

trustOnly(() => new AttestationAuthority().rootPem());

const aaguid = new Uint8Array(16).fill(7);
const packed = { fmt: 'packed', aaguid, batch: 1 };
const chainOf = async (authority: AttestationAuthority, more = {}): Promise<X509Certificate[]> =>
  (await authority.identity({ ...packed, ...more })).certificates.map((der) => new X509Certificate(der));

describe('an attestation authority', () => {
  it('has a chain from leaf to root, and "stuntkey test" in every name', async () => {
    const authority = new AttestationAuthority();
    const [leaf, intermediate] = (await chainOf(authority)) as [X509Certificate, X509Certificate];
    const root = new X509Certificate(await authority.root());
    expect(leaf.checkIssued(intermediate) && leaf.verify(intermediate.publicKey)).toBe(true);
    expect(intermediate.checkIssued(root) && intermediate.verify(root.publicKey)).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect([leaf.ca, intermediate.ca, root.ca]).toEqual([false, true, true]);
    for (const { subject } of [leaf, intermediate, root]) expect(subject).toContain('stuntkey test');
    expect(leaf.subject).toContain('OU=Authenticator Attestation');
  });

  it('follows from its seed, in every process, and from its seed alone', async () => {
    const bytesOf = async (options?: AuthorityOptions): Promise<string[]> =>
      (await new AttestationAuthority(options).identity(packed)).certificates.map(hex);
    expect(await bytesOf()).toEqual(await bytesOf());
    expect(await bytesOf({ seed: 'stuntkey test: another' })).not.toEqual(await bytesOf());
  });

  it('has another leaf for each model and each batch, and no serial number twice', async () => {
    const authority = new AttestationAuthority();
    const leaves = await Promise.all(
      [{}, { batch: 2 }, { aaguid: new Uint8Array(16) }, { deviceSerialNumber: 'stuntkey test 1' }].map(
        async (more) => (await chainOf(authority, more))[0] as X509Certificate,
      ),
    );
    expect(new Set(leaves.map(({ publicKey }) => publicKey.export({ format: 'jwk' }).x)).size).toBe(4);
    expect(new Set(leaves.map(({ serialNumber }) => serialNumber)).size).toBe(4);
  });

  it('names one device for an enterprise, in a chain of one', async () => {
    const chain = await chainOf(new AttestationAuthority(), { deviceSerialNumber: 'stuntkey test 4711' });
    expect(chain).toHaveLength(1);
    expect(chain[0]?.subject).toContain('stuntkey test 4711');
  });

  it('can be handed in: a root of one’s own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-root-'));
    try {
      const openssl = (...args: string[]): string =>
        execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' }).toString();
      openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'sec1.pem');
      const privateKey = openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'sec1.pem');
      writeFileSync(join(folder, 'key.pem'), privateKey);
      const subject = ['-subj', '/CN=stuntkey test own root/O=stuntkey', '-days', '3650'];
      const certificate = openssl('req', '-x509', '-new', '-key', 'key.pem', '-sha256', ...subject);
      const authority = new AttestationAuthority({ root: { certificate, privateKey } });
      const root = new X509Certificate(certificate);
      const [, intermediate] = (await chainOf(authority)) as [X509Certificate, X509Certificate];
      expect(intermediate.checkIssued(root) && intermediate.verify(root.publicKey)).toBe(true);

      const other = openssl('ecparam', '-name', 'secp384r1', '-genkey', '-noout');
      const bad = async (given: AuthorityOptions['root']): Promise<unknown> =>
        new AttestationAuthority({ ...(given && { root: given }) }).root().catch((error: unknown) => error);
      for (const [given, names] of [
        [{ certificate: 'nothing', privateKey }, 'CERTIFICATE'],
        [{ certificate, privateKey: 'nothing' }, 'PRIVATE KEY'],
        [{ certificate, privateKey: other }, 'PRIVATE KEY'],
        [{ certificate: certificate.replace(/\n[^\n]{20}/, '\n'), privateKey }, 'root'],
      ] as const) {
        expect(await bad(given)).toMatchObject({
          code: 'bad-authority',
          message: expect.stringContaining(names),
        });
      }
      const stranger = openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256');
      expect(await bad({ certificate, privateKey: stranger })).toMatchObject({
        message: expect.stringContaining('expected the key of the certificate'),
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a chain that is wrong on purpose', () => {
  it.each([
    ['expired', 'packed, x5c'],
    ['not-yet-valid', 'packed, x5c'],
    ['wrong-aaguid', 'packed, x5c'],
    ['self-made', 'packed, x5c'],
    ['expired', 'tpm'],
    ['wrong-aaguid', 'tpm'],
    ['self-made', 'fido-u2f'],
    ['expired', 'android-key'],
    ['self-made', 'apple'],
  ] as const)('%s, in %s, is refused by who verifies it', async (flaw, way) => {
    const policy = WAYS[way] ?? {};
    await simpleWebAuthn(await registration(-7, policy), -7);
    const attestation = new AttestationAuthority({ flaw });
    await expect(simpleWebAuthn(await registration(-7, policy, { attestation }), -7)).rejects.toThrow();
  });

  const withoutOpenSsl = whyNot(['openssl'], () => runs('openssl', 'version'));
  it.skipIf(withoutOpenSsl)(
    named('revoked, is refused by OpenSSL with the list', withoutOpenSsl),
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'stuntkey-crl-'));
      const verdict = async (authority: AttestationAuthority): Promise<string> => {
        const [leaf, intermediate] = (await chainOf(authority)) as [X509Certificate, X509Certificate];
        writeFileSync(join(folder, 'root.pem'), await authority.rootPem());
        writeFileSync(join(folder, 'intermediate.pem'), intermediate.toString());
        writeFileSync(join(folder, 'leaf.pem'), leaf.toString());
        writeFileSync(join(folder, 'crl.pem'), await authority.revocationList([aaguid]));
        const args = [
          '-crl_check',
          '-CRLfile',
          'crl.pem',
          '-CAfile',
          'root.pem',
          '-untrusted',
          'intermediate.pem',
        ];
        try {
          return execFileSync('openssl', ['verify', ...args, 'leaf.pem'], {
            cwd: folder,
            stdio: 'pipe',
          }).toString();
        } catch (error) {
          return String((error as { stderr: Buffer }).stderr);
        }
      };
      try {
        expect(await verdict(new AttestationAuthority())).toContain('leaf.pem: OK');
        expect(await verdict(new AttestationAuthority({ flaw: 'revoked' }))).toContain('certificate revoked');
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('says where revocations are published, where it is told to', async () => {
    const crlUrl = 'http://127.0.0.1/stuntkey-test.crl';
    const [leaf] = await chainOf(new AttestationAuthority({ crlUrl }));
    expect(Buffer.from(leaf?.raw ?? []).includes(crlUrl)).toBe(true);
  });
});
