import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromBase64url } from '../../src/base/base64url.ts';
import { decodeCbor } from '../../src/cbor/cbor.ts';
import { fromCose } from '../../src/crypto/formats/cose.ts';
import { toPem } from '../../src/crypto/formats/pem.ts';
import { toSpki } from '../../src/crypto/formats/spki.ts';
import { AttestationAuthority, Authenticator, WebAuthnClient } from '../../src/entries/index.ts';
import { slow } from '../slow.ts';
import { runCommand } from './command.ts';

const origin = 'https://login.example.com';
const folder = mkdtempSync(join(tmpdir(), 'stuntkey-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stuntkey = (args: readonly string[], input = ''): ReturnType<typeof runCommand> =>
  runCommand(args, { folder, env: { ...process.env, NO_COLOR: '1' }, input });

/** A file with JSON, or a text, in it. */
function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const creation = {
  rp: { id: 'example.com', name: 'Example' },
  user: { id: 'dXNlcg', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdlLW9mLXJlZ2lzdHJhdGlvbg',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
  attestation: 'direct',
};
const request = { rpId: 'example.com', challenge: 'Y2hhbGxlbmdlLW9mLWF1dGhlbnRpY2F0aW9u' };

let registration: string;
let assertion: string;
let registered: string;
let root: string;
let key: string;
let options: string;
let login: string;

beforeAll(async () => {
  const authenticator = new Authenticator({ model: 'yubikey-5-nfc' });
  const client = new WebAuthnClient({ origin, authenticator });
  registration = file('registration.json', await client.create(creation));
  assertion = file('assertion.json', await client.get(request));
  root = file('root.pem', await new AttestationAuthority().rootPem());
  options = file('options.json', { publicKey: creation });
  login = file('login.json', request);
  const { stdout } = await stuntkey([
    'verify',
    registration,
    '--options',
    options,
    '--origin',
    origin,
    '--json',
  ]);
  registered = file('registered.json', stdout);
  key = JSON.parse(stdout).credential.publicKey;
});

describe('stuntkey verify', () => {
  it('goes through a registration check by check', async () => {
    const args = ['verify', registration, '--options', options, '--origin', origin, '--trust-anchor', root];
    const { code, stdout, stderr } = await stuntkey(args);
    expect(stderr).toBe('');
    expect(stdout).toContain("✓ 7.1 step 8   challenge is the options' challenge  registration.challenge\n");
    expect(stdout).toContain('✓ 7.1 step 24  the chain ends at a trust anchor');
    expect(stdout).toMatch(
      /\nthe registration verifies \(\d+ checks passed, \d+ skipped, 0 not reached\)\n$/,
    );
    expect(code).toBe(0);
  });

  it('says which check an origin fails, and exits with 3', async () => {
    const args = [
      'verify',
      '--options',
      options,
      '--origin',
      'https://example.com',
      '--rp-id',
      'example.com',
    ];
    const { code, stdout } = await stuntkey(args, readFileSync(registration, 'utf8'));
    expect(stdout).toContain(`✗ 7.1 step 9   origin is one that is expected  registration.origin
    expected https://example.com
    got      "https://login.example.com"
    https://www.w3.org/TR/webauthn-3/#sctn-validating-origin
the registration does not verify: registration.origin`);
    expect(stdout).not.toContain('step 10');
    expect(code).toBe(3);
  });

  slow('verifies an assertion with the record that a registration left', async () => {
    const args = [
      'verify',
      assertion,
      '--options',
      login,
      '--origin',
      origin,
      '--credential',
      registered,
      '--json',
    ];
    const { code, stdout } = await stuntkey([...args, '--user', 'dXNlcg']);
    expect(JSON.parse(stdout)).toMatchObject({
      ceremony: 'authentication',
      verified: true,
      credential: { userHandle: 'dXNlcg' },
    });
    expect(code).toBe(0);
    const other = await stuntkey([...args, '--user', 'b3RoZXI']);
    expect(JSON.parse(other.stdout)).toMatchObject({
      verified: false,
      failed: { name: 'authentication.credential.owner', number: 6 },
    });
    expect(other.code).toBe(3);
  });

  slow('verifies an assertion with a key alone, in any form', async () => {
    const { algorithm, public: raw } = fromCose(decodeCbor(fromBase64url(key)) as never);
    const spki = toSpki(algorithm, raw);
    const forms = [key, Buffer.from(spki).toString('base64url'), file('key.pem', toPem('PUBLIC KEY', spki))];
    for (const form of forms) {
      const args = ['verify', assertion, '--options', login, '--origin', origin, '--public-key', form];
      const { code, stdout } = await stuntkey(args);
      expect(stdout).toContain('- 7.2 step 19  backup eligibility (flag BE) is as at registration');
      expect(code).toBe(0);
    }
    const args = ['verify', assertion, '--options', login, '--origin', origin, '--public-key', key];
    const { code, stdout } = await stuntkey([...args, '--sign-count', '100']);
    expect(stdout).toContain('does not verify: authentication.counter');
    expect(code).toBe(3);
  });

  slow('leaves out a check that is switched off', async () => {
    const args = ['verify', registration, '--options', options, '--origin', 'https://example.com'];
    const { code } = await stuntkey([...args, '--rp-id', 'example.com', '--off', 'origin']);
    expect(code).toBe(0);
  });

  it.each([
    [[], "required option '--options <json>' not specified"],
    [
      ['--options', '{"pubKeyCredParams":[]}', '--origin', origin],
      'options.challenge: expected base64url without padding, got nothing',
    ],
    [['--options', '{"challenge":"AAAA"}', '--origin', origin], 'expected --credential or --public-key'],
    [
      ['--options', '{"pubKeyCredParams":[]}', '--origin', origin],
      'options.challenge: expected base64url without padding, got nothing',
    ],
    [
      ['--options', '{"challenge":"AAAA"}', '--origin', origin, '--public-key', '%%'],
      '--public-key: expected PEM, or a COSE key or SubjectPublicKeyInfo in base64url',
    ],
    [
      ['--options', '{"challenge":"AAAA"}', '--origin', origin, '--public-key', 'AAAA', '--sign-count', '-1'],
      '--public-key: expected',
    ],
    [['--options', '[]', '--origin', origin], 'options'],
  ])('refuses the command line %j', async (args, message) => {
    const { code, stdout, stderr } = await stuntkey(['verify', registration, ...args]);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  slow('refuses an unknown check, and trust anchors that are none', async () => {
    const args = ['verify', registration, '--options', options, '--origin', origin];
    const unknown = await stuntkey([...args, '--off', 'orign']);
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('got "orign"') });
    const anchors = await stuntkey([...args, '--trust-anchor', login]);
    expect(anchors).toMatchObject({ code: 2, stderr: expect.stringContaining('expected certificates') });
  });
});
