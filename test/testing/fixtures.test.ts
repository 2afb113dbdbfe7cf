import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect } from 'vitest';
import { ScriptedUser } from '../../src/person/user.ts';
import { configure, stuntkey as current, type JestGlobals, setUp } from '../../src/testing/jest.ts';
import { stuntkey } from '../../src/testing/node-test.ts';
import { Stage } from '../../src/testing/stage.ts';
import { it } from '../../src/testing/vitest.ts';
import { named } from '../interop/debian.ts';
import { judgesFile, whyNoJudge } from '../judges/install.ts';
import { PATIENCE } from '../patience.ts';
import { slow, withoutTime } from '../slow.ts';

const creation = {
  rp: { name: 'Example' },
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  challenge: 'CQkJ',
  pubKeyCredParams: [],
};
// biome-ignore lint/suspicious/noExplicitAny: a page is not typed
const page = globalThis as any;

describe('the vitest fixture', () => {
  it('is a device, a person and a client', async ({ stuntkey }) => {
    const { id } = await stuntkey.client.create(creation);
    expect(stuntkey.authenticator.credentials.list()).toHaveLength(1);
    stuntkey.user.next({ presence: 'decline' });
    const options = { challenge: 'CQkJ', allowCredentials: [{ type: 'public-key', id }] };
    await expect(stuntkey.client.get(options)).rejects.toMatchObject({ name: 'NotAllowedError' });
    expect(page.PublicKeyCredential).toBeUndefined();
  });

  it('is new for every test', ({ stuntkey }) => {
    expect(stuntkey.authenticator.credentials.list()).toEqual([]);
  });

  it('furnishes the globals for whoever asks', ({ credentials }) => {
    expect(page.navigator.credentials).toBe(credentials);
  });

  it('furnishes them for nobody else', () => {
    expect(page.navigator?.credentials).toBeUndefined();
  });

  const passkeyProvider = it.extend({
    stuntkeyOptions: { device: { policy: { transports: ['internal'] } } },
  });
  passkeyProvider('takes options', async ({ stuntkey }) => {
    expect((await stuntkey.client.create(creation)).authenticatorAttachment).toBe('platform');
  });
});

describe('the fixture for node:test', () => {
  it('ends with its test', () => {
    const hooks: (() => void)[] = [];
    const stage = stuntkey({ after: (hook) => hooks.push(hook) }, { origin: 'https://login.example.com' });
    stage.install();
    expect(page.isSecureContext).toBe(true);
    for (const hook of hooks) hook();
    expect('isSecureContext' in page).toBe(false);
  });
});

// Hook by hook, with jest's globals stood in for; the example below runs in jest itself.
describe('the set-up file for jest', () => {
  const hooks: Record<'before' | 'after', () => void> = { before: () => {}, after: () => {} };
  const jest = (options: object): JestGlobals => ({
    beforeEach: (hook) => {
      hooks.before = hook;
    },
    afterEach: (hook) => {
      hooks.after = hook;
    },
    ...options,
  });
  afterEach(() => hooks.after());

  it('furnishes every test, with a device of its own', async () => {
    setUp(jest({}));
    hooks.before();
    const first = current();
    expect(page.navigator.credentials).toBeDefined();
    await first.client.create(creation);
    hooks.after();
    expect('PublicKeyCredential' in page).toBe(false);
    hooks.before();
    expect(current()).not.toBe(first);
  });

  it('takes options from the configuration, or from the file', async () => {
    const origins: unknown[] = [];
    const tell = async (): Promise<void> => {
      hooks.before();
      const { response } = await current().client.create(creation);
      origins.push(JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()).origin);
      hooks.after();
    };
    setUp(jest({ stuntkey: { origin: 'https://configured.example' } }));
    await tell();
    configure({ origin: 'https://file.example' });
    await tell();
    expect(origins).toEqual(['https://configured.example', 'https://file.example']);
  });

  it('has nothing outside of tests', () => {
    expect(current).toThrow(expect.objectContaining({ code: 'no-test' }));
  });
});

describe('a stage', () => {
  it('takes a person', async () => {
    const user = new ScriptedUser({ presence: 'decline' });
    const { client } = new Stage({ user, device: { seed: 'x' } });
    await expect(client.create(creation)).rejects.toMatchObject({ name: 'NotAllowedError' });
  });
});

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = 'node_modules/vitest/vitest.mjs';
/** For vitest and jest: their tests have seconds where nothing else is said. */
const PATIENT = ['--testTimeout', String(PATIENCE)];

/** What a program prints, however it ends. */
async function run(...args: string[]): Promise<string> {
  // A runner within a runner: what tells the inner one of the outer stays outside.
  const { NODE_TEST_CONTEXT: _, VITEST: __, ...env } = process.env;
  const ended = promisify(execFile)(process.execPath, args, { cwd: root, env });
  const { stdout, stderr } = await ended.catch((error) => error);
  return stdout + stderr;
}

describe('a test that fails', () => {
  /** One that goes well, one that is refused. */
  const body = `
    await client.create(${JSON.stringify(creation)});
    user.next({ presence: 'decline' });
    await client.create(${JSON.stringify(creation)});`;
  const jestBin = judgesFile('jest', 'jest/bin/jest.js');
  type Runner = readonly [string, string, (folder: string) => string[], string | undefined];
  const runners: readonly Runner[] = [
    [
      'node:test',
      `import test from 'node:test';
      import { stuntkey } from 'stuntkey/node-test';
      test('fails', async (t) => { const { client, user } = stuntkey(t); ${body}});
      test('quiet', async (t) => { const { client, user } = stuntkey(t, { traceFailures: false }); ${body}});
      test('passes', async (t) => { await stuntkey(t).client.create(${JSON.stringify(creation)}); });
      test('fails for another reason', async (t) => {
        await stuntkey(t).client.create(${JSON.stringify(creation)}); throw new Error('mine'); });`,
      (folder) => ['--test', folder],
      undefined,
    ],
    [
      'vitest',
      `import { test } from 'stuntkey/vitest';
      test('fails', async ({ stuntkey: { client, user } }) => {${body}});
      test.extend({ stuntkeyOptions: { traceFailures: false } })('quiet', async ({ stuntkey: { client, user } }) => {${body}});
      test('passes', async ({ stuntkey: { client } }) => { await client.create(${JSON.stringify(creation)}); });
      test('fails for another reason', async ({ stuntkey: { client } }) => {
        await client.create(${JSON.stringify(creation)}); throw new Error('mine'); });`,
      (folder) => [vitest, 'run', '--root', folder, ...PATIENT],
      withoutTime,
    ],
    [
      'jest',
      `import { configure, stuntkey } from 'stuntkey/jest';
      test('fails', async () => { const { client, user } = stuntkey(); ${body}});
      test('passes', async () => { await stuntkey().client.create(${JSON.stringify(creation)}); });
      test('fails for another reason', async () => {
        await stuntkey().client.create(${JSON.stringify(creation)}); throw new Error('mine'); });`,
      (folder) => [
        ...['--experimental-vm-modules', '--no-warnings', jestBin, ...PATIENT],
        ...['--config', `${folder}/jest.config.json`],
      ],
      withoutTime ?? whyNoJudge('jest'),
    ],
  ];

  describe.each(runners)('in %s', (_, code, args, missing) => {
    it.skipIf(missing)(
      named('prints what was refused, the reason and the way out first, unless told not to', missing),
      async () => {
        const folder = await mkdtemp(`${root}/.tmp-`);
        try {
          await writeFile(`${folder}/failing.test.js`, code);
          await writeFile(
            `${folder}/jest.config.json`,
            JSON.stringify({
              ...{ rootDir: root, roots: [folder], testMatch: ['**/failing.test.js'] },
              ...{ transform: {}, setupFilesAfterEnv: ['stuntkey/jest'] },
            }),
          );
          await writeFile(
            `${folder}/vitest.config.js`,
            'export default { test: { include: ["failing.test.js"] } };',
          );
          const output = await run(...args(folder));
          expect(output.match(/stuntkey: create at https:\/\/example\.com/g), output).toHaveLength(1);
          expect(output).toMatch(
            /refused: NotAllowedError: .*\n.*step: authenticatorMakeCredential .*\n.*reason: 0x27 .*\n.*wayOut: the person declined/,
          );
          expect(output).toMatch(/authenticatorGetInfo \(0x04\): U2F_V2, /);
          expect(output).toMatch(
            /stuntkey: 1 ceremony, none of them refused; traceFailures: 'all' prints them/,
          );
        } finally {
          await rm(folder, { recursive: true });
        }
      },
    );
  });

  it('prints all that happened where it is asked to', async () => {
    const stage = new Stage({ traceFailures: 'all' });
    await stage.client.create(creation);
    expect(stage.report()).toMatch(/^stuntkey: create at https:\/\/example\.com\n {2}options:/);
    stage.close();
  });
});

describe('the examples', () => {
  slow('for vitest passes', async () => {
    const config = 'examples/testing/vitest.config.js';
    expect(await run(vitest, 'run', '--config', config, '--reporter', 'json', ...PATIENT)).toMatch(
      /"numPassedTests":5,/,
    );
  });

  it('for node:test passes', async () => {
    expect(await run('--test', 'examples/testing/node-test.test.js')).toMatch(/^# pass 3$/m);
  });

  const withoutJest = withoutTime ?? whyNoJudge('jest');
  it.skipIf(withoutJest)(named('for jest passes', withoutJest), async () => {
    const jest = ['--experimental-vm-modules', '--no-warnings', judgesFile('jest', 'jest/bin/jest.js')];
    const output = await run(...jest, '--config', 'examples/testing/jest.config.js', '--json', ...PATIENT);
    expect(output).toMatch(/"numPassedTests":2,/);
    expect(output).toMatch(/"numFailedTests":0,/);
  });
});
