/** The command's own way to a browser, without a browser: WebSocket frames, and where browsers are looked for. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBidi, socketAt } from '../../src/browser/running/browser.ts';
import { findBrowsers, usualPlaces } from '../../src/browser/running/find.ts';
import { FrameReader, frameOf, Opcode } from '../../src/browser/running/frames.ts';
import { startBrowser } from '../../src/browser/running/start.ts';
import { WebSocketClient } from '../../src/browser/running/web-socket.ts';

/** A server's frame: that of a client without its mask. */
function serverFrame(opcode: number, payload: Uint8Array, last = true): Uint8Array {
  const masked = frameOf(opcode, payload, new Uint8Array(4));
  const start = masked.length - payload.length - 4;
  const frame = Buffer.concat([masked.subarray(0, start), payload]);
  frame[1] = (frame[1] as number) & 0x7f;
  if (!last) frame[0] = (frame[0] as number) & 0x7f;
  return frame;
}

describe('frames of a WebSocket', () => {
  it('are written as RFC 6455 has its example, and with lengths of one, two and eight bytes', () => {
    const hello = frameOf(Opcode.text, Buffer.from('Hello'), Uint8Array.of(0x37, 0xfa, 0x21, 0x3d));
    expect(Buffer.from(hello).toString('hex')).toBe('818537fa213d7f9f4d5158');
    for (const length of [0, 125, 126, 0xffff, 0x1_0000]) {
      const reader = new FrameReader();
      const payload = new Uint8Array(length).fill(7);
      expect(reader.push(serverFrame(Opcode.text, payload))).toEqual([
        { opcode: Opcode.text, payload: expect.objectContaining({ length }) },
      ]);
    }
  });

  it('are read in any pieces, and a ping may come between the parts of a message', () => {
    const bytes = Buffer.concat([
      serverFrame(Opcode.text, Buffer.from('Hel'), false),
      serverFrame(Opcode.ping, Buffer.from('?')),
      serverFrame(Opcode.continuation, Buffer.from('lo')),
    ]);
    const reader = new FrameReader();
    const read = [...bytes].flatMap((byte) => reader.push(Uint8Array.of(byte)));
    expect(read.map(({ opcode, payload }) => [opcode, Buffer.from(payload).toString()])).toEqual([
      [Opcode.ping, '?'],
      [Opcode.text, 'Hello'],
    ]);
  });

  it.each([
    ['with a mask', frameOf(Opcode.text, Buffer.from('x'), new Uint8Array(4)), /without extensions and mask/],
    ['with an extension', Uint8Array.of(0xc1, 0), /without extensions/],
    ['that begin in the middle', serverFrame(Opcode.continuation, Buffer.from('x')), /parts of one message/],
    ['without end', Uint8Array.of(0x81, 127, 0x7f, 0, 0, 0, 0, 0, 0, 0), /at most/],
  ])('%s are refused', (_, bytes, message) => {
    expect(() => new FrameReader().push(bytes)).toThrow(message);
  });
});

describe('a browser that runs', () => {
  let folder: string;
  let server: Server;
  let port: number;
  let version: object | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stuntkey-profiles-'));
    version = undefined;
    server = createServer((_, response) => {
      response.statusCode = version === undefined ? 404 : 200;
      response.end(JSON.stringify(version ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  it('is found by what it leaves in its profile, unless nothing listens there any more', async () => {
    await mkdir(join(folder, 'chromium'));
    await mkdir(join(folder, 'firefox', 'ada.default'), { recursive: true });
    await writeFile(join(folder, 'chromium', 'DevToolsActivePort'), `${port}\n/devtools/browser/1-2-3`);
    const places = {
      chromium: [join(folder, 'chromium'), join(folder, 'none')],
      firefox: [join(folder, 'firefox')],
      ports: [],
    };
    expect(await findBrowsers(places)).toEqual([`ws://127.0.0.1:${port}/devtools/browser/1-2-3`]);
    const bidi = join(folder, 'firefox', 'ada.default', 'WebDriverBiDiServer.json');
    await writeFile(bidi, JSON.stringify({ ws_host: '127.0.0.1', ws_port: port }));
    expect(await findBrowsers({ ...places, chromium: [] })).toEqual([`ws://127.0.0.1:${port}/session`]);
    await writeFile(bidi, 'nonsense');
    await writeFile(join(folder, 'chromium', 'DevToolsActivePort'), '9\n/devtools/browser/1-2-3');
    expect(await findBrowsers(places)).toEqual([]);
  });

  it('is not what merely listens at the usual port', async () => {
    const places = { chromium: [], firefox: [], ports: [port] };
    expect(await findBrowsers(places)).toEqual([]);
    version = { webSocketDebuggerUrl: `ws://127.0.0.1:${port}/devtools/browser/1` };
    expect(await findBrowsers(places)).toEqual([]);
    expect(await socketAt(`http://127.0.0.1:${port}`)).toBe(`ws://127.0.0.1:${port}/devtools/browser/1`);
    await expect(WebSocketClient.open(`ws://127.0.0.1:${port}/`)).rejects.toThrow(
      /expected a WebSocket.*got HTTP 200/,
    );
  });

  it('speaks WebDriver BiDi where it says nothing of its own protocol', async () => {
    const address = await socketAt(`http://127.0.0.1:${port}`);
    expect([address, isBidi(address)]).toEqual([`ws://127.0.0.1:${port}/session`, true]);
    expect(isBidi('ws://127.0.0.1:9222/devtools/browser/session')).toBe(false);
  });

  it('is looked for in the folders of this platform, whichever that is', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const { chromium, firefox, ports } = usualPlaces(platform, { APPDATA: '/a', LOCALAPPDATA: '/l' });
      expect([chromium.length > 2, firefox.length, ports]).toEqual([true, 1, [9222]]);
    }
  });
});

describe('a browser that is started', () => {
  it('says what it said when it ends at once, or is not there', async () => {
    const args = ['-e', 'console.error("no display"); process.exit(3)'];
    await expect(startBrowser({ browser: 'chromium', executable: '/nowhere/chromium' })).rejects.toThrow(
      /\/nowhere\/chromium: expected it to listen for remote debugging/,
    );
    await expect(startBrowser({ browser: 'firefox', executable: process.execPath, args })).rejects.toThrow(
      /expected it to listen for remote debugging, got its end/,
    );
  });
});
