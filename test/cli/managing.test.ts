import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { models } from '../../src/authenticator/models/registry.ts';
import { programOf } from '../../src/cli/commands.ts';
import { PORTABLE_FORMATS } from '../../src/portable/convert.ts';
import { sampled, slow } from '../slow.ts';
import { creation, ORIGIN, request, shell } from './command.ts';

const { run, done, file, folder } = shell();
const store = (name: string): string[] => ['--store', `${folder}/key-${name}`];
const at = ['--origin', ORIGIN];
const create = (key: readonly string[], name = 'ada'): Promise<string> => {
  const user = { id: Buffer.from(name).toString('base64url'), name, displayName: name };
  return done(['create', JSON.stringify(creation({ user })), ...at, ...key]);
};
const lines = (text: string): string[] => text.trim().split('\n');

describe('new and info', () => {
  it('makes a key that is its owner’s alone, in the XDG folder, once', async () => {
    expect(await done(['new'])).toBe(`${folder}/data/stuntkey/key\n`);
    expect(statSync(`${folder}/data/stuntkey/key`).mode & 0o777).toBe(0o700);
    expect(statSync(`${folder}/data/stuntkey/key/data.mdb`).mode & 0o777).toBe(0o600);
    const again = await run(['new']);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('there is a key at')]);
  });

  slow('makes a key of a model, and tells of it', async () => {
    const key = store('model');
    await done(['new', '--model', 'bitwarden', ...key]);
    const info = JSON.parse(await done(['info', '--json', ...key]));
    expect(info).toMatchObject({
      model: 'bitwarden',
      aaguid: 'd548826e-79b4-db40-a3d8-11116f7e8349',
      transports: ['internal', 'hybrid'],
    });
    expect(await done(['info', ...key])).toMatch(/^model: bitwarden$/m);
  });

  slow('offers every model and every format that there is', async () => {
    const program = await programOf();
    const choicesOf = (path: readonly string[], flag: string): readonly string[] | undefined =>
      path
        .reduce((command, name) => command.commands.find((one) => one.name() === name) ?? command, program)
        .options.find(({ long }) => long === flag)?.argChoices;
    expect(choicesOf(['new'], '--model')).toEqual(Object.keys(models));
    expect(choicesOf(['credentials', 'export'], '--format')).toEqual(PORTABLE_FORMATS);
  });

  slow('shows algorithms and versions by name, and as numbers to programs', async () => {
    const key = store('names');
    await done(['new', '--model', 'yubikey-5-nfc', ...key]);
    const shown = await done(['info', ...key]);
    expect(shown).toMatch(/alg: ES256 \(-7\)/);
    expect(shown).toMatch(/^firmwareVersion: 5\.\d+\.\d+ \(\d+\)$/m);
    const { algorithms } = JSON.parse(await done(['info', '--json', ...key]));
    expect(algorithms).toContainEqual({ alg: -7, type: 'public-key' });
  });

  slow('takes a policy, under which the key then works', async () => {
    const key = store('policy');
    const policy = { algorithms: [-8], aaguid: '00000000-0000-0000-0000-000000000001' };
    await done(['new', '--policy', JSON.stringify(policy), ...key]);
    const { algorithms, aaguid } = JSON.parse(await done(['info', '--json', ...key]));
    expect([algorithms, aaguid]).toEqual([[{ alg: -8, type: 'public-key' }], policy.aaguid]);
  });
});

describe('credentials', () => {
  slow('are listed as a table, and as a line of JSON each', async () => {
    const key = store('listed');
    const ids: string[] = [];
    for (const name of ['ada', 'grace']) ids.push(JSON.parse(await create(key, name)).id);
    const table = lines(await done(['credentials', 'list', ...key]));
    expect(table[0]).toMatch(/^id +rp +user +name +alg +discoverable +counter$/);
    expect(table[1]).toBe(`${ids[0]}  example.com  ada    ada    ES256 (-7)  yes           0`);
    const json = lines(await done(['credentials', 'list', '--json', ...key])).map((line) => JSON.parse(line));
    expect(json.map(({ id }) => id)).toEqual(ids);
    expect(json[1]).toMatchObject({ rpId: 'example.com', userName: 'grace', signCount: 0 });
    expect(lines(await done(['credentials', 'list', '--json', '--limit', '1', ...key]))).toHaveLength(1);
    expect(await done(['credentials', 'list', '--rp-id', 'other.test', ...key])).toBe('');
  });

  slow('are shown, renamed and deleted by the beginning of their ID', async () => {
    const key = store('changed');
    const { id } = JSON.parse(await create(key));
    // (Behind --, as one ID in 64 begins with a dash.)
    const start = ['--', id.slice(0, 8)];
    await done(['credentials', 'rename', ...key, ...start, 'grace', 'Grace Hopper']);
    const shown = JSON.parse(await done(['credentials', 'show', '--json', ...key, ...start]));
    expect(shown).toMatchObject({ id, userName: 'grace', userDisplayName: 'Grace Hopper' });
    expect(JSON.stringify(shown)).not.toContain('privateKey');
    const unasked = await run(['credentials', 'delete', ...key, ...start]);
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('expected --yes')]);
    await done(['credentials', 'delete', '--yes', ...key, ...start]);
    const gone = await run(['get', JSON.stringify(request()), ...at, ...key]);
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('CTAP2_ERR_NO_CREDENTIALS')]);
  });

  it.each(sampled(['stuntkey', 'cdp', 'webdriver', 'playwright', 'jwk'], 5))(
    'travel as %s to another key, and sign in there',
    async (format) => {
      const [from, to] = [store(`from-${format}`), store(`to-${format}`)];
      const { id } = JSON.parse(await create(from));
      const exported = await run(['credentials', 'export', '--format', format, ...from]);
      expect(exported.code).toBe(0);
      const known = format === 'jwk' ? ['--rp-id', 'example.com', '--user-id', 'YWRh'] : [];
      const imported = ['credentials', 'import', '--format', format, ...known, ...to];
      expect(await done(imported, { input: exported.stdout })).toBe(`${id}\n`);
      expect(JSON.parse(await done(['get', JSON.stringify(request()), ...at, ...to])).id).toBe(id);
      const again = await run(imported, { input: exported.stdout });
      expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('already')]);
    },
  );

  slow('travel as a line of JSON each', async () => {
    const [from, to] = [store('from-lines'), store('to-lines')];
    for (const name of ['ada', 'grace']) await create(from, name);
    const exported = await done(['credentials', 'export', '--json', ...from]);
    expect(lines(exported)).toHaveLength(2);
    expect(lines(await done(['credentials', 'import', ...to], { input: exported }))).toHaveLength(2);
  });
});

describe('the whole key', () => {
  slow('travels as one file, its PIN and model with it', async () => {
    const from = store('whole');
    await done(['new', '--model', 'yubikey-5-nfc', ...from]);
    await create(from);
    await done(['pin', 'set', '--pin-file', file('pin', '123456'), ...from]);
    await done(['export', `${folder}/backup`, ...from]);
    expect(statSync(`${folder}/backup`).mode & 0o777).toBe(0o600);
    const to = store('restored');
    await done(['import', `${folder}/backup`, ...to]);
    const info = JSON.parse(await done(['info', '--json', ...to]));
    expect([info.model, info.options.clientPin]).toEqual(['yubikey-5-nfc', true]);
    await done(['pin', 'verify', '--pin-file', `${folder}/pin`, ...to]);
    expect(lines(await done(['credentials', 'list', '--json', ...to]))).toHaveLength(1);
  });

  slow('is reset, which leaves nothing', async () => {
    const key = store('reset');
    await create(key);
    await done(['pin', 'set', '--pin-file', file('pin', '123456'), ...key]);
    const unasked = await run(['reset', ...key]);
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('expected --yes')]);
    await done(['pin', 'remove-all-by-reset', '--yes', ...key]);
    expect(JSON.parse(await done(['info', '--json', ...key])).options.clientPin).toBe(false);
    expect(await done(['credentials', 'list', ...key])).toBe('');
  });
});

describe('the PIN', () => {
  slow('is set, verified and changed, and a wrong one costs an attempt', async () => {
    const key = store('pin');
    const [old, next, wrong] = [file('old', '123456\n'), file('next', '654321\n'), file('wrong', '000000\n')];
    await done(['pin', 'set', '--pin-file', old, ...key]);
    const twice = await run(['pin', 'set', '--pin-file', old, ...key]);
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('a PIN is set already')]);
    const refused = await run(['pin', 'verify', '--pin-file', wrong, ...key]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      'stuntkey: 0x31 CTAP2_ERR_PIN_INVALID: 7 attempts left\n',
    ]);
    await done(['pin', 'change', '--pin-file', old, '--new-pin-file', next, ...key]);
    await done(['pin', 'verify', '--pin-file', next, ...key]);
    await done(['pin', 'verify', ...key], { env: { STUNTKEY_PIN: '654321' } });
    const short = await run([
      'pin',
      'change',
      '--pin-file',
      next,
      '--new-pin-file',
      file('short', '12'),
      ...key,
    ]);
    expect([short.code, short.stderr]).toEqual([
      1,
      expect.stringContaining('CTAP2_ERR_PIN_POLICY_VIOLATION'),
    ]);
  });
});

describe('settings and fingerprints', () => {
  slow('are changed with the PIN, and refused without', async () => {
    const key = store('config');
    const pin = ['--pin-file', file('pin', '12345678')];
    await done(['pin', 'set', ...pin, ...key]);
    const without = await run(['config', 'always-uv', 'on', ...key]);
    expect(without.code).toBe(1);
    await done(['config', 'always-uv', 'on', ...pin, ...key]);
    await done(['config', 'always-uv', 'on', ...pin, ...key]);
    await done(['config', 'min-pin-length', '8', '--rp-id', 'example.com', ...pin, ...key]);
    await done(['config', 'long-touch-for-reset', ...pin, ...key]);
    expect(JSON.parse(await done(['info', '--json', ...key]))).toMatchObject({
      minPINLength: 8,
      longTouchForReset: true,
      options: { alwaysUv: true },
    });
    const enterprise = await run(['config', 'enterprise-attestation', ...pin, ...key]);
    expect([enterprise.code, enterprise.stderr]).toEqual([
      1,
      expect.stringContaining('CTAP1_ERR_INVALID_PARAMETER'),
    ]);
    await done(['config', 'force-pin-change', ...pin, ...key]);
    expect(JSON.parse(await done(['info', '--json', ...key])).forcePINChange).toBe(true);
  });

  slow('are enrolled, renamed and removed', async () => {
    const key = store('bio');
    const pin = ['--pin-file', file('pin', '123456')];
    await done(['new', '--model', 'yubikey-bio', ...key]);
    await done(['pin', 'set', ...pin, ...key]);
    const id = (await done(['fingerprints', 'enroll', '--name', 'left', ...pin, ...key])).trim();
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    await done(['fingerprints', 'rename', 'left', 'right', ...pin, ...key]);
    const listed = JSON.parse(await done(['fingerprints', 'list', '--json', ...pin, ...key]));
    expect(listed).toEqual({ id, name: 'right' });
    expect(JSON.parse(await done(['info', '--json', ...key])).options.bioEnroll).toBe(true);
    await done(['fingerprints', 'remove', 'right', '--yes', ...pin, ...key]);
    expect(await done(['fingerprints', 'list', ...pin, ...key])).toBe('');
    const absent = await run(['fingerprints', 'enrol', '--decline', ...pin, ...key]);
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('NO_USER_ACTIVITY')]);
  });
});
