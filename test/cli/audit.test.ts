import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStrictServer } from '../../examples/strict-server/http.js';
import { PATIENCE } from '../patience.ts';
import { sampled, slow, withoutTime } from '../slow.ts';
import { root, runCommand } from './command.ts';

/** Seconds for a ceremony that no busy machine needs. */
const PATIENT = ['--timeout', String(PATIENCE / 1000)];

/** Runs the command; what it prints, and its exit code. */
const stuntkey = (...args: string[]): ReturnType<typeof runCommand> =>
  runCommand(args, { folder: root, env: process.env, input: '' });

describe('stuntkey audit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-audit-'));
  let strict: Awaited<ReturnType<typeof startStrictServer>>;
  let weak: Awaited<ReturnType<typeof startStrictServer>>;
  beforeAll(async () => {
    [strict, weak] = await Promise.all([
      startStrictServer(),
      startStrictServer({ weak: ['signature', 'origin'] }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([strict.close(), weak.close()]);
    rmSync(folder, { recursive: true });
  });

  slow('lists the faults as one array', async () => {
    const { stdout, code } = await stuntkey('audit', '--list', '--json');
    const list = JSON.parse(stdout);
    expect(list.length).toBeGreaterThan(300);
    expect(list[0]).toMatchObject({
      id: 'registration-type-swapped',
      step: { section: '7.1', number: 7 },
      severity: 'high',
    });
    expect(code).toBe(0);
  });

  it('finds nothing wrong with a right server, and exits with 0', async () => {
    const { stdout, code } = await stuntkey(
      'audit',
      strict.origin,
      ...PATIENT,
      '--only',
      withoutTime === undefined ? 'type' : 'registration-type-swapped,authentication-type-swapped',
      '--trusts-authority',
    );
    expect(stdout).toMatch(/no finding in \d+ faults\n[\s\S]*not applicable; [\d.]+ s\n/);
    expect(code).toBe(0);
  });

  slow('audits a server whose callers are an app, with what lets the app use the RP ID', async () => {
    const origin = `android:apk-key-hash:${'A'.repeat(43)}`;
    const server = await startStrictServer({ origins: [origin] });
    const target = { namespace: 'android_app', sha256_cert_fingerprints: [Array(32).fill('00').join(':')] };
    const statement = { relation: ['delegate_permission/common.handle_all_urls'], target };
    const app = JSON.stringify({ assetLinks: { localhost: [statement] } });
    const only = ['--only', 'registration-origin-other-site,registration-origin-android-app'];
    try {
      const audit = ['audit', server.url, ...PATIENT, '--origin', origin, ...only];
      const { stdout, code } = await stuntkey(...audit, '--app', app);
      expect([stdout, code]).toEqual([expect.stringContaining('no finding in 2 faults'), 0]);
      const without = await stuntkey(...audit);
      expect(without.code).toBe(4);
      expect(without.stdout).toContain('app.assetLinks["localhost"]');
    } finally {
      await server.close();
    }
  });

  slow('waits for the next request as long as --rate asks, and comes to an end', async () => {
    const { stdout, code } = await stuntkey(
      'audit',
      strict.origin,
      ...PATIENT,
      '--only',
      'type',
      '--rate',
      '50',
    );
    expect([stdout, code]).toEqual([expect.stringContaining('no finding in'), 0]);
  });

  slow('names what a weak server lets in, and exits with 3', async () => {
    const { stdout, code } = await stuntkey(
      'audit',
      weak.origin,
      ...PATIENT,
      '--only',
      'signature-from-other-key,registration-origin-subdomain,authentication-rp-id-hash-zero',
    );
    expect(stdout).toMatch(/^HIGH +let in at sign-in: the signature of another key/m);
    expect(stdout).toContain(': registration-origin-subdomain');
    expect(stdout).toContain('without whoami, no finding is more than high');
    expect(stdout).not.toContain('rp-id-hash-');
    expect(code).toBe(3);
  });

  slow('sees who is signed in where it is told where to ask', async () => {
    const { stdout, code } = await stuntkey(
      ...['audit', weak.origin, ...PATIENT, '--whoami', '/whoami#/username', '--details'],
      ...['--only', 'signature-from-other-key'],
    );
    expect(stdout).toMatch(/^CRITICAL {2}1\n\n {2}signature-from-other-key {2}/m);
    expect(stdout).toContain('signed in to an account whose key was not used');
    expect(code).toBe(3);
  });

  slow('says that it could not finish by an exit code of its own', async () => {
    const { stdout, code } = await stuntkey('audit', 'http://localhost:9', '--only', 'type');
    expect([stdout, code]).toEqual([expect.stringContaining('no verdict: '), 4]);
  });

  slow('fails only for findings that are as severe as it is told', async () => {
    const low = await stuntkey(
      'audit',
      weak.origin,
      ...PATIENT,
      '--only',
      'registration-origin-case',
      '--fail-on',
      'high',
    );
    expect([low.code, low.stdout]).toEqual([0, expect.stringContaining('1 finding in 1 fault')]);
    expect(
      (
        await stuntkey(
          'audit',
          weak.origin,
          ...PATIENT,
          '--only',
          'registration-origin-case',
          '--fail-on',
          'low',
        )
      ).code,
    ).toBe(3);
    expect(
      (
        await stuntkey(
          'audit',
          weak.origin,
          ...PATIENT,
          '--only',
          'registration-origin-case',
          '--fail-on',
          'never',
        )
      ).code,
    ).toBe(0);
  });

  slow('writes reports for people and for CI, and forgives what is known', async () => {
    const file = (name: string): string => join(folder, name);
    const run = (...args: string[]) =>
      stuntkey(
        'audit',
        weak.origin,
        ...PATIENT,
        '--only',
        'registration-origin-subdomain,registration-origin-case',
        ...args,
      );
    const first = await run(
      ...['--html', file('a.html'), '--junit', file('a.xml'), '--sarif', file('a.sarif')],
      ...['--write-baseline', file('known.json'), '--json'],
    );
    expect([first.code, JSON.parse(first.stdout).outcome]).toEqual([3, 'complete']);
    expect(readFileSync(file('a.html'), 'utf8')).toContain('registration-origin-subdomain');
    expect(readFileSync(file('a.xml'), 'utf8')).toContain('<failure type="high"');
    expect(JSON.parse(readFileSync(file('a.sarif'), 'utf8')).version).toBe('2.1.0');
    const again = await run('--baseline', file('known.json'));
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringMatching(/^known findings: .*registration-origin-subdomain/m),
    ]);
    const { known } = JSON.parse(readFileSync(file('known.json'), 'utf8'));
    writeFileSync(file('known.json'), JSON.stringify({ version: 1, known: [...known.slice(0, -1), 'gone'] }));
    const more = await run('--baseline', file('known.json'));
    expect([more.code, more.stderr]).toEqual([3, expect.stringContaining('not found any more: gone')]);
  });

  slow.each([
    ['nothing.json', 'expected a file, got'],
    ['/dev/null', 'expected { "version": 1'],
  ])('refuses %s as a baseline before it asks anybody', async (baseline, message) => {
    const { stderr, code } = await stuntkey('audit', 'http://localhost:9', '--baseline', baseline);
    expect([stderr, code]).toEqual([expect.stringContaining(message), 2]);
  });

  it.each(
    sampled(
      [
        [['--html', '/nowhere/report.html'], 'expected a file that can be written, got /nowhere/report.html'],
        [['--only', 'origin', '--severity', 'critical'], 'expected at least one fault, got none'],
        [['--html', tmpdir()], `expected a file that can be written, got the folder ${tmpdir()}`],
        [['--resume', '/nowhere/state.json'], 'expected a file that can be written, got /nowhere/state.json'],
        [
          ['--whoami', '/me#user'],
          'whoami: expected a path, and a JSON Pointer behind #, such as /me#/user/id',
        ],
        [['--whoami', 'https://example.com/me'], 'whoami: expected a path of http://localhost:9'],
      ],
      3,
    ),
  )('refuses %j before it asks anybody', async (args, message) => {
    const { stderr, code } = await stuntkey('audit', 'http://localhost:9', ...args);
    expect([stderr, code]).toEqual([expect.stringContaining(message), 2]);
  });

  it('asks for leave to audit another machine, before it sends anything', async () => {
    const { stderr, code } = await stuntkey('audit', 'https://example.invalid');
    expect(stderr).toContain('https://example.invalid/ is not this machine');
    expect(stderr).toContain('--i-am-authorized');
    expect(code).toBe(1);
  });

  slow('takes a description, and says what is wrong with one', async () => {
    const file = join(folder, 'server.json');
    const ceremony = (path: string) => ({
      options: { path: `${path}/options`, body: { username: '{username}' } },
      result: { path: `${path}/result`, success: { pointer: '/status', equals: 'ok' } },
    });
    const description = {
      url: strict.origin,
      registration: ceremony('/attestation'),
      authentication: ceremony('/assertion'),
    };
    writeFileSync(file, JSON.stringify(description));
    expect(await stuntkey('audit', file, ...PATIENT, '--only', 'type')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('no finding in'),
    });
    writeFileSync(file, JSON.stringify({ ...description, url: undefined }));
    expect(await stuntkey('audit', file)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('url: expected a value, got none'),
    });
  });

  slow('looks for the paths of a server, and writes a description that is audited unchanged', async () => {
    const file = join(folder, 'found.json');
    const init = ['audit', 'init', strict.origin, '--output', file];
    const { stderr, code } = await stuntkey(...init);
    expect([code, stderr]).toEqual([0, expect.stringContaining('registration: attestation/options answers')]);
    expect(stderr).toContain(`written: ${file}`);
    const audit = await stuntkey('audit', file, ...PATIENT, '--only', 'type');
    expect([audit.code, audit.stdout]).toEqual([0, expect.stringContaining('no finding in')]);
    const again = await stuntkey(...init);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('--force overwrites it')]);
    const elsewhere = await stuntkey(
      'audit',
      'init',
      'https://example.invalid',
      '--output',
      join(folder, 'x.json'),
    );
    expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.stringContaining('--i-am-authorized')]);
  });

  slow('writes metadata to try a server by, and sees what a server makes of it', async () => {
    const metadata = join(folder, 'metadata');
    expect((await stuntkey('mds', 'trial', metadata)).code).toBe(0);
    const names = readdirSync(metadata);
    const read = (name: string): string => readFileSync(join(metadata, name), 'utf8');
    const server = await startStrictServer({
      metadata: {
        blobs: names.filter((name) => name.endsWith('.jwt')).map(read),
        revocationLists: names
          .filter((name) => name.startsWith('revoked-') && name.endsWith('.pem'))
          .map(read),
      },
    });
    const args = ['--trusts-authority', '--metadata-loaded', '--only', 'metadata', '--json'];
    const { stdout, code } = await stuntkey('audit', server.origin, ...PATIENT, ...args);
    await server.close();
    const { results } = JSON.parse(stdout) as { results: { fault: { id: string }; verdict: string }[] };
    expect([code, results.map(({ fault, verdict }) => `${fault.id} ${verdict}`)]).toEqual([
      0,
      [
        'metadata-good accepted',
        'metadata-status rejected',
        'metadata-signature rejected',
        'metadata-chain rejected',
        'metadata-revoked-intermediate rejected',
        'metadata-revoked-signer rejected',
      ],
    ]);
  });

  slow("plays FIDO's tests by their IDs, and exits with 3 where one fails", async () => {
    const profile = ['audit', '--profile', 'fido-server', ...PATIENT];
    const { stdout, code } = await stuntkey(...profile, weak.origin);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^Server-ServerAuthenticatorAssertionResponse-Resp-1: 20 passed, 2 failed$/m);
    expect(stdout).toMatch(/^ {2}F-19 failed: an empty signature$/m);
    expect(stdout).toMatch(/^ {2}F-20 failed: a signature that does not verify$/m);
  });

  slow('says whether a server is ready for ML-DSA, and exits with 3 where it is not', async () => {
    const profile = ['audit', '--profile', 'post-quantum', ...PATIENT];
    expect((await stuntkey(...profile, strict.origin)).code).toBe(0);
    const unready = await startStrictServer({ weak: ['options.post-quantum'] });
    try {
      const { stdout, code } = await stuntkey(...profile, unready.origin);
      expect(code).toBe(3);
      expect(stdout).toContain('options that ask for no algorithm of ML-DSA');
      expect(stdout).toContain('It is so in the options that');
    } finally {
      await unready.close();
    }
    // Of signatures, the server takes any.
    const { stdout } = await stuntkey(...profile, weak.origin, '--json');
    const findings = JSON.parse(stdout).results.filter(({ finding }: { finding: boolean }) => finding);
    expect(findings.map(({ fault }: { fault: { id: string } }) => fault.id)).toEqual(
      expect.arrayContaining(['signature-ml-dsa-cut', 'signature-ml-dsa-with-context']),
    );
  });

  slow('keeps what is known while it runs, and goes on from it', async () => {
    const file = join(folder, 'state.json');
    const { stdout } = await stuntkey('audit', 'http://localhost:9', '--resume', file, '--only', 'type');
    expect(stdout).toContain('no verdict: ');
    expect(
      (await stuntkey('audit', strict.origin, ...PATIENT, '--resume', file, '--only', 'type')).code,
    ).toBe(0);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, '{"version":1,"catalogue":"another","target":"x","results":[]}');
    const { stderr, code } = await stuntkey(
      'audit',
      strict.origin,
      ...PATIENT,
      '--resume',
      file,
      '--only',
      'type',
    );
    expect([stderr, code]).toEqual([expect.stringContaining('the state is of catalogue another'), 2]);
    expect(readFileSync(file, 'utf8')).toContain('another');
  });

  it.each(
    sampled(
      [
        [['audit'], 'expected a URL or a file, or --list'],
        [['audit', 'localhost:3000'], 'is http://localhost:3000 meant?'],
        [['audit', 'nothing.json'], 'target: expected a file, got nothing.json'],
        [['audit', 'http://localhost:9', '--only', 'nonsense'], 'no fault has the ID "nonsense"'],
        [['audit', 'http://localhost:9', '--rate', '-1'], 'expected a number above 0, got -1'],
      ],
      3,
    ),
  )('says what is wrong with %j', async (args, message) => {
    const { stderr, code } = await stuntkey(...args);
    expect([stderr, code]).toEqual([expect.stringContaining(message), 2]);
  });
});

describe('stuntkey create and get with --fault', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-fault-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const store = ['--store', join(folder, 'key'), '--origin', 'https://example.com', '--yes'];
  const creation = JSON.stringify({
    rp: { name: 'Example', id: 'example.com' },
    user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  });
  const request = JSON.stringify({ challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy', rpId: 'example.com' });
  const typeOf = (stdout: string): unknown =>
    JSON.parse(Buffer.from(JSON.parse(stdout).response.clientDataJSON, 'base64url').toString()).type;

  slow('have one thing wrong about them', async () => {
    const created = await stuntkey('create', creation, ...store, '--fault', 'registration-type-swapped');
    expect([typeOf(created.stdout), created.code]).toEqual(['webauthn.get', 0]);
    const { id } = JSON.parse(created.stdout);
    const asked = JSON.stringify({ ...JSON.parse(request), allowCredentials: [{ type: 'public-key', id }] });
    const got = await stuntkey('get', asked, ...store, '--fault', 'authentication-type-swapped');
    expect([typeOf(got.stdout), got.code]).toEqual(['webauthn.create', 0]);
    const wrong = await stuntkey('get', asked, ...store, '--fault', 'registration-type-swapped');
    expect([wrong.stderr, wrong.code]).toEqual([
      expect.stringContaining('--fault: expected a fault of get'),
      2,
    ]);
  });
});
