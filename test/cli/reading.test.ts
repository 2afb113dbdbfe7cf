import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { slow } from '../slow.ts';
import { creation, ORIGIN, shell } from './command.ts';

const { run, done, file, folder } = shell();
const memory = ['--store', ':memory:'];
const AUTHENTICATOR_DATA = 'o3mm9u6vuaVeN4wRgDTidR5oL6ufLTCrE9ISVYbOGUcFAAAAAQ';

describe('decode', () => {
  it('reads a blob from an argument, a file or stdin; as base64url, hexadecimal, JSON or raw', async () => {
    const bytes = Buffer.from(AUTHENTICATOR_DATA, 'base64url');
    const outputs = [
      await done(['decode', AUTHENTICATOR_DATA]),
      await done(['decode', bytes.toString('hex')]),
      await done(['decode', file('blob.txt', `${AUTHENTICATOR_DATA}\n`)]),
      await done(['decode'], { input: bytes }),
      await done(['decode', '-'], { input: bytes.toString('base64') }),
    ];
    expect(new Set(outputs).size).toBe(1);
    expect(outputs[0]).toMatch(/^authenticator data\n[\s\S]*flags: UP UV \(0x05\)\n {2}signCount: 1\n$/);
  });

  slow('reads what create answered, and as JSON', async () => {
    const response = await done(['create', JSON.stringify(creation()), '--origin', ORIGIN, ...memory]);
    const { kind, value } = JSON.parse(await done(['decode', '--json'], { input: response }));
    expect([kind, value.response.clientDataJSON.origin]).toEqual(['registration response', ORIGIN]);
  });

  slow('goes by what it is told', async () => {
    const told = await done(['decode', '00', '--as', 'CTAP response', '--command', 'authenticatorReset']);
    expect(told).toMatch(/^CTAP response\n/);
    const mismatch = await run(['decode', AUTHENTICATOR_DATA, '--as', 'client data']);
    expect([mismatch.code, mismatch.stderr]).toEqual([2, expect.stringContaining('expected client data')]);
  });
});

describe('the authority and its metadata', () => {
  slow('are exported: a root that certified what the key attests with', async () => {
    const root = new X509Certificate(await done(['ca', 'export']));
    expect(root.verify(root.publicKey)).toBe(true);
    const intermediate = new X509Certificate(await done(['ca', 'export', '--intermediate']));
    expect(intermediate.checkIssued(root)).toBe(true);
    const { der } = JSON.parse(await done(['ca', 'export', '--json']));
    expect(Buffer.from(der, 'base64').equals(root.raw)).toBe(true);

    await done(['new', '--model', 'yubikey-5-nfc', '--store', `${folder}/key`]);
    const options = JSON.stringify(creation({ attestation: 'direct' }));
    const made = await done(['create', options, '--origin', ORIGIN, '--store', `${folder}/key`]);
    const attested = JSON.parse(await done(['decode', '--json'], { input: made }));
    expect(JSON.stringify(attested)).toContain('x5c');
  });

  slow('tell what has become of a model', async () => {
    const blob = await done([
      'mds',
      'export',
      '--status',
      'bitwarden=REVOKED',
      '--model',
      'bitwarden',
      '--number',
      '7',
    ]);
    const [, payload = ''] = blob.split('.');
    const { no, entries } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect([no, entries[0].statusReports[0].status, entries.length]).toEqual([7, 'REVOKED', 1]);
  });
});
