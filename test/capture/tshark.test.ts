/** Wireshark's own reading of our captures: Debian's tshark, with the dissector of examples/. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { recordTo } from '../../src/capture/recording.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

const missing = withoutTime ?? whyNot(['tshark'], () => runs('tshark', '--version'));

describe.skipIf(missing)(named('tshark', missing), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-tshark-'));
  const file = join(folder, 'key.pcapng');
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What tshark prints, with the dissector. */
  const tshark = (...args: readonly string[]): string => {
    const script = fileURLToPath(new URL('../../examples/wireshark/ctaphid.lua', import.meta.url));
    const given = ['-X', `lua_script:${script}`, '-r', file, ...args];
    const { stdout, stderr, status } = spawnSync('tshark', given, { encoding: 'utf8', maxBuffer: 1 << 26 });
    expect([status, stderr.split('\n').filter((line) => /lua|error/i.test(line))]).toEqual([0, []]);
    return stdout;
  };

  it('reads a registration that we recorded, in the words of CTAP', async () => {
    const recording = recordTo(file);
    const authenticator = recording.of(new Authenticator());
    const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
    const options = {
      rp: { name: 'Example', id: 'example.com' },
      user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
      challenge: 'Y2hhbGxlbmdl',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    };
    const { id } = await client.create(options);
    await client.create({ ...options, excludeCredentials: [{ type: 'public-key', id }] }).catch(() => {});
    await authenticator.transact(Uint8Array.of(6, 0xa2, 1, 2, 2, 1));
    recording.close();

    // As Wireshark's list has it; what is not ours (the descriptors) it knows itself.
    const list = tshark('-T', 'fields', '-e', '_ws.col.Protocol', '-e', '_ws.col.Info')
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(list.slice(0, 4).map(([protocol]) => protocol)).toEqual(['USB', 'USB', 'USB', 'USB']);
    expect(list.slice(4).every(([protocol]) => protocol === 'CTAPHID')).toBe(true);
    const lines = list.slice(4).map(([, info]) => info);
    expect(lines).toEqual(
      expect.arrayContaining([
        'INIT channel 00000001',
        'authenticatorGetInfo',
        'authenticatorGetInfo: CTAP2_OK',
        'authenticatorMakeCredential: CTAP2_OK',
        'authenticatorMakeCredential: CTAP2_ERR_CREDENTIAL_EXCLUDED',
      ]),
    );

    const frames = JSON.parse(
      tshark(
        '-T',
        'json',
        '--no-duplicate-keys',
        '-Y',
        'ctaphid.ctap.command == "authenticatorMakeCredential"',
      ),
    );
    const said = frames.map((frame: { _source: { layers: object } }) => JSON.stringify(frame._source.layers));
    const [asked, answered] = said;
    for (const word of [
      'rp: map',
      'id: \\\\"example.com\\\\"',
      'clientDataHash: h',
      'alg: -7',
      'type: \\\\"public-key',
    ])
      expect(asked).toMatch(new RegExp(word));
    for (const word of [
      '"ctaphid.ctap.status":"CTAP2_OK"',
      'fmt: ',
      'authData: h',
      'flags: UP UV AT',
      'signCount: \\d',
      'attStmt: map',
    ])
      expect(answered).toMatch(new RegExp(word));
    const pin = tshark(
      '-T',
      'json',
      '--no-duplicate-keys',
      '-Y',
      'ctaphid.ctap.command == "authenticatorClientPIN"',
    );
    expect(pin).toMatch(/subCommand: getPINRetries \(1\)/);
    expect(pin).toMatch(/pinRetries: 8/);

    // The vendor and product of the descriptors that begin the file.
    expect(tshark('-T', 'fields', '-e', 'usb.idVendor', '-e', 'usb.idProduct')).toMatch(/^0x1234\t0x5678$/m);
  });
});
