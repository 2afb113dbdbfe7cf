/** The Ruby client, by Debian's Ruby, minitest and RSpec. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { folderOf, followed, ran, STUNTKEY_COMMAND } from './readme.ts';

const client = folderOf('ruby');
const withoutRuby = withoutTime ?? whyNot(['ruby'], () => runs('ruby', '-e', 'exit RUBY_VERSION >= "3.0"'));
const withoutMinitest =
  withoutRuby ?? whyNot(['ruby-minitest'], () => runs('ruby', '-e', 'require "minitest"'));
const withoutRspec = withoutRuby ?? whyNot(['ruby-rspec'], () => runs('rspec', '--version'));

describe.skipIf(withoutRuby)(named('the Ruby client', withoutRuby), () => {
  it('does in its README what it says, from an empty folder', async () => {
    const { stderr, printed, promised } = await followed('ruby');
    expect(promised).toEqual(['true', 'NotAllowedError CTAP2_ERR_OPERATION_DENIED']);
    expect([stderr, printed]).toEqual(['', promised]);
  });

  it('loads without a warning and without a gem; its door ends with the program', async () => {
    const code = [
      'key = Stuntkey.start.authenticator',
      'GC.start',
      'key.info',
      'puts Stuntkey.server.door.url',
    ].join('\n');
    // (The door has our stderr: this waits until it is gone, too.)
    const args = ['-w', '--disable-gems', '-r', './stuntkey.rb', '-e', code];
    const told = await ran('ruby', args, client, { STUNTKEY_COMMAND });
    expect([told.stderr, told.code]).toEqual(['', 0]);
    await expect(fetch(told.stdout.trim())).rejects.toThrow('fetch failed');
  });
});

describe.skipIf(withoutMinitest)(named('the Ruby client in minitest', withoutMinitest), () => {
  it('passes its own tests', async () => {
    const { stdout } = await ran('ruby', ['-w', 'tests/stuntkey_test.rb'], client, { STUNTKEY_COMMAND });
    expect(stdout).toMatch(/^12 runs, \d+ assertions, 0 failures, 0 errors, 0 skips$/m);
  });
});

/** What the README's examples call a server of one's own. */
const MY_SERVER = `
def my_server = Struct.new(:registration_options).new({
  rp: { name: "Example" }, user: { id: "YWRh", name: "ada", displayName: "Ada" }, challenge: "Y2hhbGxlbmdl",
  pubKeyCredParams: [{ type: "public-key", alg: -7 }]
})
`;

/** The README's example of a framework, as a file that this framework runs. */
function exampleFor(marker: string): string {
  const blocks = readFileSync(join(client, 'README.md'), 'utf8').matchAll(/```ruby\n([\s\S]*?)```/g);
  const code = [...blocks].map(([, text = '']) => text).find((text) => text.includes(marker)) ?? '';
  const file = join(mkdtempSync(join(tmpdir(), 'stuntkey-')), 'login_test.rb');
  writeFileSync(file, `require ${JSON.stringify(`${client}stuntkey`)}\n${MY_SERVER}${code}`);
  return file;
}

describe.skipIf(withoutMinitest)(named('its example for minitest', withoutMinitest), () => {
  it('passes', async () => {
    const { stdout } = await ran('ruby', ['-r', 'minitest/autorun', exampleFor('Minitest::Test')], client, {
      STUNTKEY_COMMAND,
    });
    expect(stdout).toMatch(/^1 runs, 1 assertions, 0 failures, 0 errors, 0 skips$/m);
  });
});

describe.skipIf(withoutRspec)(named('its example for RSpec', withoutRspec), () => {
  it('passes', async () => {
    const { stdout } = await ran('rspec', [exampleFor('RSpec.describe')], client, { STUNTKEY_COMMAND });
    expect(stdout).toMatch(/^1 example, 0 failures$/m);
  });
});
