import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { named, runs, whyNot } from '../interop/debian.ts';
import { sampled, slow } from '../slow.ts';
import { counterOf, creation, ORIGIN, request, shell } from './command.ts';

const { run, done, file, folder } = shell();
const store = (name: string): string[] => ['--store', `${folder}/key-${name}`];
const at = ['--origin', ORIGIN];

describe('a key that lives in a folder', () => {
  it('is made by one process, signs in the next, and its counter goes on', async () => {
    const registration = JSON.parse(await done(['create', ...at], { input: JSON.stringify(creation()) }));
    expect(registration).toMatchObject({ type: 'public-key', response: { transports: ['usb'] } });
    const counters: number[] = [];
    for (let i = 0; i < 3; i++) {
      const response = await done(['get', ...at], { input: JSON.stringify(request()) });
      expect(JSON.parse(response).id).toBe(registration.id);
      counters.push(counterOf(response));
    }
    expect(counters).toEqual([1, 2, 3]);
  });

  slow('takes options as an argument, from a file, from stdin, and as a server wraps them', async () => {
    const wrapped = JSON.stringify({ publicKey: creation() });
    const given = [
      await run(['create', wrapped, ...at, ...store('argument')]),
      await run(['create', file('options.json', creation()), ...at, ...store('file')]),
      await run(['create', '-', ...at, ...store('stdin')], { input: wrapped }),
    ];
    expect(given.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(given[0]?.stderr).toBe(`made a new key at ${folder}/key-argument\n`);
  });

  it('reads origin and store from the environment', async () => {
    const env = { STUNTKEY_ORIGIN: ORIGIN, STUNTKEY_STORE: ':memory:' };
    const { code, stderr } = await run(['create', JSON.stringify(creation())], { env });
    expect([code, stderr]).toEqual([0, '']);
  });

  it('is refused what a browser refuses, by the name of the error', async () => {
    const options = JSON.stringify(creation());
    const other = await run(['create', options, '--origin', 'https://other.test', '--store', ':memory:']);
    expect([other.code, other.stdout]).toEqual([1, '']);
    expect(other.stderr).toMatch(/^stuntkey: SecurityError: .*"example\.com"\.\n$/);
    const declined = await run(['create', options, ...at, '--decline', '--store', ':memory:']);
    expect([declined.code, declined.stderr]).toEqual([
      1,
      'stuntkey: NotAllowedError: The operation either timed out or was not allowed. (0x27 CTAP2_ERR_OPERATION_DENIED): the person declined, or was not recognized: have them approve\n',
    ]);
    const json = await run(['create', options, ...at, '--decline', '--json', '--store', ':memory:']);
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: 'NotAllowedError',
      causes: ['0x27 CTAP2_ERR_OPERATION_DENIED'],
      wayOut: 'the person declined, or was not recognized: have them approve',
    });
  });

  slow('asks for its PIN, once, and says how many attempts are left', async () => {
    const key = store('with-pin');
    const pin = ['--pin-file', file('pin', '123456\n')];
    await done(['new', '--model', 'yubikey-5-nfc', ...key]);
    await done(['pin', 'set', ...pin, ...key]);
    const options = (verification: string): string =>
      JSON.stringify(creation({ authenticatorSelection: { userVerification: verification } }));
    const { id } = JSON.parse(await done(['create', options('required'), ...at, ...pin, ...key]));
    const allowed = { allowCredentials: [{ type: 'public-key', id }], userVerification: 'required' };
    const signIn = ['get', JSON.stringify(request(allowed)), ...at, ...key];
    const flags = Buffer.from(
      JSON.parse(await done([...signIn, ...pin])).response.authenticatorData,
      'base64url',
    )[32];
    expect(flags).toBe(0x05);

    const wrong = await run([...signIn, '--pin-file', file('wrong', '000000')]);
    expect([wrong.code, wrong.stderr]).toEqual([
      1,
      expect.stringContaining('CTAP2_ERR_PIN_INVALID: 7 attempts left'),
    ]);
    const fromStdin = await run([...signIn, '--pin-file', '-'], { input: '123456\n' });
    expect(fromStdin.code).toBe(0);
    const without = await run(signIn);
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('NotAllowedError')]);
  });

  slow('has several accounts, of which one is picked by name or place', async () => {
    const key = store('accounts');
    for (const name of ['ada', 'grace']) {
      const user = { id: Buffer.from(name).toString('base64url'), name, displayName: name };
      await done(['create', JSON.stringify(creation({ user })), ...at, ...key]);
    }
    const signIn = ['get', JSON.stringify(request()), ...at, ...key];
    const handle = async (...account: string[]): Promise<string> =>
      Buffer.from(
        JSON.parse(await done([...signIn, ...account])).response.userHandle,
        'base64url',
      ).toString();
    expect(await handle()).toBe('grace');
    expect(await handle('--account', 'ada')).toBe('ada');
    expect(await handle('--account', '2')).toBe('ada');
    const unknown = await run([...signIn, '--account', 'joan']);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringMatching(/expected one of grace; ada, got joan/),
    ]);
  });
});

const withoutTools = whyNot(['fido2-tools'], () => runs('which', 'fido2-cred', 'fido2-assert'));

/** What fido2-tools say: whether they accept. */
function accepts(tool: string, args: readonly string[], input: string): boolean {
  return spawnSync(tool, args, { input, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0;
}

/** The same with one byte of a line (base64) changed. */
function changed(text: string, line: number): string {
  const lines = text.split('\n');
  const bytes = Buffer.from(lines[line] ?? '', 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  lines[line] = bytes.toString('base64');
  return lines.join('\n');
}

describe.skipIf(withoutTools)(named('in the format of fido2-tools', withoutTools), () => {
  it.each(
    sampled(
      [
        ['es256', -7, []],
        ['eddsa', -8, []],
        ['rs256', -257, ['--policy', '{"algorithms":[-257]}']],
      ] as const,
      3,
    ),
  )('%s credentials and assertions are accepted, and refused when changed', async (type, alg, model) => {
    const key = store(type);
    await done(['new', ...model, ...key]);
    const format = ['--format', 'fido2-tools'];
    const options = JSON.stringify(creation({ pubKeyCredParams: [{ type: 'public-key', alg }] }));
    const made = await done(['create', options, ...at, ...key, ...format]);
    const { status, stdout } = spawnSync('fido2-cred', ['-V', type], { input: made, encoding: 'utf8' });
    expect(status).toBe(0);
    expect(accepts('fido2-cred', ['-V', type], changed(made, 0))).toBe(false);

    const [, ...pem] = stdout.split('\n');
    const publicKey = file(`${type}.pem`, pem.join('\n'));
    const signed = await done(['get', JSON.stringify(request()), ...at, ...key, ...format]);
    const verify = ['-V', publicKey, type];
    expect(accepts('fido2-assert', verify, signed)).toBe(true);
    expect(accepts('fido2-assert', verify, changed(signed, 0))).toBe(false);
    expect(accepts('fido2-assert', verify, changed(signed, 2))).toBe(false);
  });
});
