import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, hex } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import type { CarriedDevice } from '../../src/transport/device.ts';
import { MAX_RECORD, StdioControl, serveStdio, StdioTag as T } from '../../src/transport/stdio.ts';
import { settled } from './hid.ts';

const record = (tag: number, payload: Uint8Array = new Uint8Array()): Uint8Array => {
  const bytes = new Uint8Array(5 + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length + 1);
  bytes[4] = tag;
  bytes.set(payload, 5);
  return bytes;
};

interface Client {
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly clock: ManualClock;
  readonly user: ScriptedUser;
  readonly server: ReturnType<typeof serveStdio>;
  send(tag: number, payload?: Uint8Array): void;
  /** The next record, its tag and payload in hex. */
  next(): Promise<string>;
}

function client(device?: CarriedDevice): Client {
  const [input, output, clock, user] = [
    new PassThrough(),
    new PassThrough(),
    new ManualClock(),
    new ScriptedUser(),
  ];
  const server = serveStdio(device ?? new Authenticator({ user, clock }), { input, output, clock });
  let rest: Uint8Array = new Uint8Array();
  const next = async (): Promise<string> => {
    for (;;) {
      const length = rest.length >= 4 ? new DataView(rest.buffer, rest.byteOffset).getUint32(0) : undefined;
      if (length !== undefined && rest.length >= 4 + length) {
        const one = rest.slice(4, 4 + length);
        rest = rest.slice(4 + length);
        return `${hex(one.slice(0, 1))} ${hex(one.slice(1))}`;
      }
      const chunk = (output.read() as Uint8Array | null) ?? undefined;
      if (chunk === undefined) await new Promise((resolve) => output.once('readable', resolve));
      else rest = concat(rest, chunk);
    }
  };
  return {
    input,
    output,
    clock,
    user,
    server,
    send: (tag, payload) => input.write(record(tag, payload)),
    next,
  };
}

describe('a device at the end of two streams', () => {
  it('answers CTAP2 and U2F, in order', async () => {
    const { send, next } = client();
    send(T.CTAP2, Uint8Array.of(0x99));
    send(T.U2F, Uint8Array.of(0, 3, 0, 0));
    send(T.PING, Uint8Array.of(1, 2, 3));
    expect([await next(), await next(), await next()]).toEqual([
      '10 01',
      `03 ${hex(new TextEncoder().encode('U2F_V2'))}9000`,
      '01 010203',
    ]);
  });

  it('takes records in any pieces', async () => {
    const { input, next } = client();
    for (const byte of concat(record(T.CTAP2, Uint8Array.of(0x99)), record(T.PING))) {
      input.write(Uint8Array.of(byte));
      await settled();
    }
    expect([await next(), await next()]).toEqual(['10 01', '01 ']);
  });

  it('shows that it waits for its user, and can be canceled', async () => {
    const { send, next, user } = client();
    user.next({ presence: 'ignore' });
    send(T.CTAP2, Uint8Array.of(0x0b));
    expect(await next()).toBe('3b 02');
    send(T.CANCEL);
    expect([await next(), await next()]).toEqual(['3b 01', '10 2d']);
  });

  it('can be unplugged and plugged in again, whatever it is at', async () => {
    const { send, next, user, clock } = client();
    clock.advance(11_000);
    send(T.CTAP2, Uint8Array.of(0x07));
    expect(await next()).toBe('10 30');
    user.next({ presence: 'ignore' });
    send(T.CTAP2, Uint8Array.of(0x0b));
    expect(await next()).toBe('3b 02');
    send(T.CONTROL, Uint8Array.of(StdioControl.POWER_CYCLE));
    expect(await next()).toBe('40 01');
    send(T.CTAP2, Uint8Array.of(0x07));
    expect(await next()).toBe('10 00');
  });

  it.each([
    ['an unknown tag', 0x66, new Uint8Array(), '3f 01'],
    ['CTAP2 without a command', T.CTAP2, new Uint8Array(), '3f 03'],
    ['U2F without an APDU', T.U2F, new Uint8Array(), '3f 03'],
    ['a light where there is none', T.WINK, new Uint8Array(), '3f 01'],
    ['a control of the wrong length', T.CONTROL, new Uint8Array(2), '3f 03'],
    ['an unknown control', T.CONTROL, Uint8Array.of(9), '3f 02'],
  ])('refuses %s, and goes on', async (_, tag, payload, expected) => {
    const { send, next } = client();
    send(tag, payload);
    expect(await next()).toBe(expected);
    send(T.PING);
    expect(await next()).toBe('01 ');
  });

  it.each([0, MAX_RECORD + 1, 0xffffffff])('ends at a record that says it has %i bytes', async (length) => {
    const { input, next, server } = client();
    const head = new Uint8Array(4);
    new DataView(head.buffer).setUint32(0, length);
    input.write(head);
    expect(await next()).toBe('3f 03');
    await server.finished;
  });

  it('takes the longest record there is', async () => {
    const { send, next } = client();
    const payload = new Uint8Array(MAX_RECORD - 1).fill(7);
    send(T.PING, payload);
    expect(await next()).toBe(`01 ${hex(payload)}`);
  });

  it('ends when its client does, after the last answer', async () => {
    const { input, next, server } = client();
    input.end(concat(record(T.CTAP2, Uint8Array.of(0x99)), record(T.PING).slice(0, 3)));
    expect(await next()).toBe('10 01');
    await server.finished;
  });

  it('ends without an answer when it is closed', async () => {
    const { send, next, server, user, output } = client();
    user.next({ presence: 'ignore' });
    send(T.CTAP2, Uint8Array.of(0x0b));
    expect(await next()).toBe('3b 02');
    await server.close();
    expect(output.readableLength).toBe(0);
  });

  it('does not read on while its answers are not read', async () => {
    const { send, input, output } = client();
    for (let i = 0; i < 200; i++) send(T.PING, new Uint8Array(7000));
    await settled();
    await new Promise((resolve) => setImmediate(resolve));
    expect(output.readableLength).toBeLessThan(100_000);
    expect(input.readableLength + input.writableLength).toBeGreaterThan(1_000_000);
  });

  it('whose device fails says so', async () => {
    const { send, next } = client({
      transact: () => Promise.reject(new Error('out of order')),
      powerCycle: () => {},
    });
    send(T.CTAP2, Uint8Array.of(4));
    expect(await next()).toBe('3f 7f');
    send(T.U2F, Uint8Array.of(0, 3, 0, 0));
    expect(await next()).toBe('3f 01');
  });
});

describe('docs/stdio.md', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/stdio.md', import.meta.url)), 'utf8');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const code = (language: string): string =>
    page.match(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``))?.[1] ?? '';

  it.skipIf(!existsSync('/usr/bin/python3'))(
    'has a client in Python that runs as printed (needs /usr/bin/python3)',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'stuntkey-stdio-'));
      try {
        // The device's program resolves `stuntkey` as the package itself.
        writeFileSync(join(folder, 'client.py'), code('python'));
        const device = `import { Authenticator } from 'stuntkey'; import { serveStdio } from 'stuntkey/transport'; serveStdio(new Authenticator());`;
        const { stdout } = await promisify(execFile)(
          '/usr/bin/python3',
          [join(folder, 'client.py'), process.execPath, '--input-type=module', '-e', device],
          { cwd: root },
        );
        expect(stdout.trim()).toBe('status 0, versions U2F_V2 FIDO_2_0 FIDO_2_1 FIDO_2_3');
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('has a program for the device that ends with its client', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code('js')], { cwd: root });
    child.stdin.end(record(T.CTAP2, Uint8Array.of(0x99)));
    const out: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
    expect(hex(concat(...out))).toBe('000000021001');
  });
});
