import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, vi } from 'vitest';
import { readTraceFile } from '../../src/decode/trace/read-file.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { stuntkey as current, furnish, type JestGlobals } from '../../src/testing/jest.ts';
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

  it('furnishes the globals for a test that asks for them', ({ credentials }) => {
    expect(page.navigator.credentials).toBe(credentials);
  });

  it('furnishes them for no other test', () => {
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

// Hook by hook, with stand-ins for jest's globals; the example below runs in jest itself.
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
    const { stuntkey } = furnish(jest({}), page);
    hooks.before();
    const first = stuntkey();
    expect(page.navigator.credentials).toBeDefined();
    await first.client.create(creation);
    hooks.after();
    expect('PublicKeyCredential' in page).toBe(false);
    hooks.before();
    expect(stuntkey()).not.toBe(first);
  });

  it('takes options from the configuration, or from the file', async () => {
    const configuration = { stuntkey: { origin: 'https://configured.example' } };
    const { stuntkey, configure } = furnish(jest(configuration), page);
    const origins: unknown[] = [];
    const tell = async (): Promise<void> => {
      hooks.before();
      const { response } = await stuntkey().client.create(creation);
      origins.push(JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString()).origin);
      hooks.after();
    };
    await tell();
    configure({ origin: 'https://file.example' });
    await tell();
    expect(origins).toEqual(['https://configured.example', 'https://file.example']);
  });

  it('is one for a test file, for every module that asks for it', () => {
    const globals = jest({});
    expect(furnish(globals, page)).toBe(furnish(globals, page));
  });

  it.each([
    [{ orgin: 'https://example.com' }, 'orgin: there is no such member; did you mean origin?'],
    [{ device: { polcy: {} } }, 'device.polcy: there is no such member; did you mean policy?'],
    [{ device: { user: new ScriptedUser() } }, 'device.user: there is no such member'],
    [{ user: {} }, 'user: expected a person who can be told what to do'],
    [{ traceFailures: 'some' }, 'traceFailures: expected true, false or \'all\', got "some"'],
    [null, "expected options, such as { origin: 'https://example.com' }, got null"],
    [{ model: 'yubikey-5-nfc' }, 'model: expected as an option of the device: { device: { model: … } }'],
    [
      { device: new Authenticator() },
      "device: expected what the device is made with, such as { model: 'yubikey-5-nfc' }, got an Authenticator",
    ],
  ])('refuses %j where it is handed in', (options, message) => {
    const { configure } = furnish(jest({}), page);
    expect(() => configure(options as never)).toThrow(
      expect.objectContaining({ code: 'bad-options', message: expect.stringContaining(message) }),
    );
    expect(() => new Stage(options as never)).toThrow(message);
  });

  it('has nothing outside of tests, and says what is wrong with the call', () => {
    const { stuntkey } = furnish(jest({}), page);
    expect(() => stuntkey()).toThrow('configure({ … }) can be called before');
    expect(() => (stuntkey as (options: object) => Stage)({})).toThrow('configure({ … }) sets options');
    expect(() => (stuntkey as unknown as Stage).user).toThrow('stuntkey().user');
    // As in setupFiles, where jest has no hooks yet.
    expect(() => current()).toThrow('in setupFilesAfterEnv');
  });
});

describe('the fixture for node:test, without its context', () => {
  it('says what is wanted', () => {
    expect(() => stuntkey({ origin: 'https://example.com' } as never)).toThrow(
      expect.objectContaining({
        code: 'bad-options',
        message: expect.stringMatching(/^stuntkey: expected what node:test gives to a test: stuntkey\(t\)/),
      }),
    );
  });
});

describe('under fake timers, which never go off', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('of vitest a suite gets its credential, in Node and in a page', async ({ stuntkey }) => {
    vi.useFakeTimers({ now: 0 });
    const { id } = await stuntkey.client.create({ ...creation, timeout: 1000 });
    const options = { challenge: 'CQkJ', allowCredentials: [{ type: 'public-key', id }] };
    expect((await stuntkey.client.get(options)).id).toBe(id);
    stuntkey.install();
    const publicKey = {
      ...creation,
      user: { ...creation.user, id: new Uint8Array(1) },
      challenge: new Uint8Array(16),
    };
    expect((await page.navigator.credentials.create({ publicKey })).type).toBe('public-key');
  });
});

describe('a stage', () => {
  it('has an install that can be taken out of it', () => {
    const stage = new Stage();
    const { install } = stage;
    const target = {};
    install(target);
    expect(target).toHaveProperty('PublicKeyCredential');
    stage.close();
    expect(target).not.toHaveProperty('PublicKeyCredential');
  });

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
          const pages = [...output.matchAll(/stuntkey: to look at: (\S+\.html)/g)].map(
            ([, page = '']) => page,
          );
          expect(pages, output).toEqual([expect.stringMatching(/\/fails-\d+-1\.html$/)]);
          const { title, traces } = readTraceFile(await readFile(pages[0] as string, 'utf8'));
          expect([title, traces.map(({ ceremony }) => Object.keys(ceremony.outcome as object)[0])]).toEqual([
            'fails',
            ['credential', 'refused'],
          ]);
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

  const withoutMocha = withoutTime ?? whyNoJudge('mocha');
  it.skipIf(withoutMocha)(
    named('for mocha passes, and a suite under sinon’s fake timers', withoutMocha),
    async () => {
      const mocha = [
        judgesFile('mocha', 'mocha/bin/mocha.js'),
        '--reporter',
        'json',
        '--timeout',
        String(PATIENCE),
      ];
      const files = ['examples/testing/mocha.test.js', 'test/judges/mocha/fake-timers.test.js'];
      const output = await run(...mocha, ...files);
      expect(output).toMatch(/"passes": 3,/);
      expect(output).toMatch(/"failures": 0,/);
    },
  );
});

describe.each(['jest', 'jest-30'])('%s in CommonJS, as it is out of the box', (judge) => {
  const missing = withoutTime ?? whyNoJudge(judge);
  /** @param node how Node is started */
  async function jested(...node: string[]): Promise<string> {
    const folder = await mkdtemp(`${root}/.tmp-`);
    try {
      await writeFile(
        `${folder}/plain.test.cjs`,
        `const { configure, stuntkey } = require('stuntkey/jest');
        beforeAll(() => configure({ origin: 'https://login.example.com' }));
        test('has a device, and a page', async () => {
          expect(isSecureContext).toBe(true);
          const { user, authenticator } = stuntkey();
          const publicKey = { rp: { name: 'E' }, user: { id: new Uint8Array(1), name: 'a', displayName: 'A' },
            challenge: new Uint8Array(16), pubKeyCredParams: [{ type: 'public-key', alg: -7 }] };
          expect(await navigator.credentials.create({ publicKey })).toBeInstanceOf(PublicKeyCredential);
          user.next({ presence: 'decline' });
          await expect(navigator.credentials.create({ publicKey })).rejects.toThrow('not allowed');
          expect(authenticator.credentials.list()).toMatchObject([{ rpId: 'login.example.com' }]);
        });
        test('is new for every test, under fake timers, too', async () => {
          jest.useFakeTimers();
          const { client, authenticator } = stuntkey();
          expect(authenticator.credentials.list()).toEqual([]);
          expect((await client.create(${JSON.stringify({ ...creation, timeout: 1000 })})).type).toBe('public-key');
          jest.useRealTimers();
        });
        test('says what is misspelled', () => {
          expect(() => configure({ orgin: 'https://example.com' })).toThrow('did you mean origin?');
        });`,
      );
      await writeFile(
        `${folder}/jest.config.json`,
        JSON.stringify({
          ...{ rootDir: root, roots: [folder], testMatch: ['**/plain.test.cjs'] },
          ...{ transform: {}, setupFilesAfterEnv: ['stuntkey/jest'] },
        }),
      );
      const bin = judgesFile(judge, 'jest/bin/jest.js');
      return await run(...node, bin, '--config', `${folder}/jest.config.json`, '--json', ...PATIENT);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it.skipIf(missing)(named('has the fixture by one line of its configuration', missing), async () => {
    const output = await jested();
    expect(output).toMatch(/"numPassedTests":3,/);
    expect(output).toMatch(/"numFailedTests":0,/);
  });

  it.skipIf(missing)(
    named('is told the line to add where Node does not require ES modules', missing),
    async () => {
      const output = await jested('--no-experimental-require-module');
      expect(output).toMatch(
        /stuntkey\/jest: this Node \(v[\d.]+\) does not require ES modules; run NODE_OPTIONS=--experimental-require-module npx jest/,
      );
    },
  );
});
