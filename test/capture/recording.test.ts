import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, hex } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { allExchanges, type CapturedExchange } from '../../src/capture/exchanges.ts';
import { recordTo } from '../../src/capture/recording.ts';
import { replay } from '../../src/capture/replay.ts';
import type { RecordingOptions } from '../../src/capture/tape.ts';
import { exchangeText, exchangeTree } from '../../src/capture/tree.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { writeApdu } from '../../src/ctap/u2f.ts';
import { serveHttp } from '../../src/http/serve.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import type { CarriedDevice } from '../../src/transport/device.ts';
import { serveUdp } from '../../src/transport/udp.ts';
import { connectUdp } from '../../src/transport/udp-client.ts';
import { PATIENCE } from '../patience.ts';
import { slow } from '../slow.ts';

const folder = mkdtempSync(join(tmpdir(), 'stuntkey-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const origin = 'https://example.com';
const creation = (changes: object = {}) => ({
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada@example.com', displayName: 'Ada Lovelace' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  ...changes,
});

/** Records what is done with a device. */
async function recorded(
  work: (device: Authenticator) => Promise<unknown>,
  device = new Authenticator({ seed: 'a recording' }),
  options: RecordingOptions = {},
): Promise<string> {
  const file = join(folder, `${++files}.pcapng`);
  const recording = recordTo(file, options);
  await work(recording.of(device));
  recording.close();
  return file;
}

const read = (file: string) => allExchanges(createReadStream(file));
const names = (exchanges: readonly CapturedExchange[]): string[] =>
  exchanges.map(({ command, request }) => (command === 'CBOR' ? `CBOR ${request[0]}` : command));

describe('a recording', () => {
  it('has every request and its answer, byte for byte, where nothing is redacted', async () => {
    const clock = new ManualClock();
    const device = new Authenticator({ clock });
    let answer: Uint8Array | undefined;
    const file = await recorded(
      async (one) => {
        answer = await one.transact(Uint8Array.of(4));
        await one.transact(Uint8Array.of(0x99, 1, 2, 3));
      },
      device,
      { redact: false, clock },
    );
    const { exchanges, comments, cut } = await read(file);
    expect(names(exchanges)).toEqual(['INIT', 'CBOR 4', 'CBOR 153']);
    expect(exchanges[1]).toEqual({
      at: Date.UTC(2026, 0, 1),
      milliseconds: 0,
      device: '1.2',
      channel: 1,
      command: 'CBOR',
      request: Uint8Array.of(4),
      response: answer,
      error: undefined,
      statuses: [],
      cancelled: false,
    });
    expect(exchanges[2]?.response).toEqual(Uint8Array.of(1));
    expect(comments).toEqual(['recorded by stuntkey, with everything']);
    expect(cut).toBe(false);
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  });

  it('has what goes over a wire, each client on a channel of its own', async () => {
    const file = await recorded(async (device) => {
      const server = await serveUdp(device, { port: 0, messageTimeout: PATIENCE });
      for (let time = 0; time < 2; time++) {
        const authenticator = await connectUdp({ port: server.port, timeout: PATIENCE });
        await new WebAuthnClient({ origin, authenticator }).create(creation());
        await authenticator.close();
      }
      await server.close();
    });
    const { exchanges } = await read(file);
    expect(new Set(exchanges.map(({ channel }) => channel)).size).toBe(3);
    expect(names(exchanges).filter((name) => name === 'CBOR 1')).toHaveLength(2);
    expect(names(exchanges).filter((name) => name === 'INIT')).toHaveLength(2);
  });

  it('has what is asked through the HTTP door', async () => {
    const file = await recorded(async (device) => {
      const { url, token, close } = await serveHttp(device);
      const response = await fetch(`${url}/create`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ origin, options: creation() }),
      });
      expect(response.status).toBe(200);
      await close();
    });
    expect(names((await read(file)).exchanges)).toEqual(expect.arrayContaining(['INIT', 'CBOR 4', 'CBOR 1']));
  });

  it('is redacted unless told otherwise: names, PINs and what they open are not in it, and lengths stay', async () => {
    const pin = '1234';
    const work = async (authenticator: Authenticator): Promise<void> => {
      const user = authenticator.user as ScriptedUser;
      user.use({ pin });
      const client = new WebAuthnClient({ origin, authenticator, user });
      const { id } = await client.create(
        creation({
          authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
          extensions: {
            credBlob: Buffer.from('a secret blob').toString('base64url'),
            largeBlob: { support: 'required' },
            prf: {},
          },
        }),
      );
      const asked = { challenge: 'Y2hhbGxlbmdl', userVerification: 'required' as const };
      await client.get({
        ...asked,
        allowCredentials: [{ type: 'public-key', id }],
        extensions: {
          getCredBlob: true,
          prf: { eval: { first: Buffer.from('salt').toString('base64url') } },
        },
      });
      await client.get(asked);
    };
    // One session, kept twice.
    let redacted = '';
    const whole = await recorded(
      async (device) => {
        redacted = await recorded(work, device);
      },
      new Authenticator({ user: new ScriptedUser({ pin }), policy: { userVerification: 'none' } }),
      { redact: false },
    );
    const [one, other] = [await read(redacted), await read(whole)];
    const has = (reading: typeof one, text: string): boolean =>
      reading.exchanges.some(({ request, response }) =>
        Buffer.from(concat(request, response ?? new Uint8Array())).includes(text),
      );
    for (const secret of ['ada@example.com', 'Ada Lovelace', 'a secret blob'])
      expect([secret, has(other, secret), has(one, secret)]).toEqual([secret, true, false]);
    expect(one.exchanges.map(({ request, response }) => [request.length, response?.length])).toEqual(
      other.exchanges.map(({ request, response }) => [request.length, response?.length]),
    );
    const members = (exchange: CapturedExchange): string => JSON.stringify(exchangeTree(exchange));
    const token = one.exchanges.filter(({ request }) => request[0] === 6).map(members);
    expect(token.join()).toMatch(/"pinHashEnc":"h'0+'"/);
    expect(token.join()).toMatch(/"pinUvAuthToken":"h'0+'"/);
    expect(one.exchanges.map(members).join()).not.toMatch(/problem/);
    // What is not private is as it was.
    expect(members(one.exchanges.at(-1) as CapturedExchange)).toMatch(/"rpId":"example.com"/);
  });

  it('leaves nothing of a request that cannot be read but its length', async () => {
    const file = await recorded((device) => device.transact(Uint8Array.of(6, 0xff, 0xaa, 0xbb)));
    expect(hex((await read(file)).exchanges[1]?.request as Uint8Array)).toBe('06000000');
  });

  it('shows what a request waits for, and that its client gave it up', async () => {
    const user = new ScriptedUser();
    user.next({ presence: 'ignore' });
    const stop = new AbortController();
    const file = await recorded(
      (device) =>
        device.transact(Uint8Array.of(0x0b), {
          signal: stop.signal,
          keepalive: (status) => status === 2 && stop.abort(),
        }),
      new Authenticator({ user }),
    );
    const [, exchange] = (await read(file)).exchanges;
    expect(exchange).toMatchObject({ statuses: [2, 1], cancelled: true, response: Uint8Array.of(0x2d) });
  });

  it('has U2F’s messages, and an error where the device failed', async () => {
    const version = writeApdu({ cla: 0, ins: 3, p1: 0, p2: 0, data: new Uint8Array() });
    const file = await recorded(async (device) => device.transactU2f?.(version));
    const [init, exchange] = (await read(file)).exchanges;
    expect(exchangeTree(init as CapturedExchange)).toMatchObject({ response: { capabilities: ['CBOR'] } });
    expect(exchangeTree(exchange as CapturedExchange)).toMatchObject({
      request: { instruction: 'U2F_VERSION (0x03)' },
      response: { status: 'SW_NO_ERROR (0x9000)' },
    });
    const broken: CarriedDevice = { transact: () => Promise.reject(new Error('gone')), powerCycle() {} };
    const failed = join(folder, 'failed.pcapng');
    const recording = recordTo(failed);
    await expect(recording.of(broken).transact(Uint8Array.of(4))).rejects.toThrow('gone');
    recording.close();
    expect((await read(failed)).exchanges[1]).toMatchObject({ error: 0x7f, response: undefined });
  });

  it('tells requests of one caller apart that are under way at once', async () => {
    const file = await recorded((device) =>
      Promise.all([4, 0x99, 4].map((byte) => device.transact(Uint8Array.of(byte)))),
    );
    const asked = (await read(file)).exchanges.filter(({ command }) => command === 'CBOR');
    expect(asked.map(({ request, response }) => [request[0], response?.[0]]).sort()).toEqual([
      [0x99, 1],
      [4, 0],
      [4, 0],
    ]);
    expect(new Set(asked.map(({ channel }) => channel)).size).toBe(3);
  });

  it('writes messages together: soon, when many wait, and when it is told to', async () => {
    const clock = new ManualClock();
    const file = join(folder, 'together.pcapng');
    const recording = recordTo(file, { clock });
    const device = recording.of(new Authenticator());
    const size = (): number => statSync(file).size;
    const head = size();
    await device.transact(Uint8Array.of(4));
    expect(size()).toBe(head);
    clock.advance(50);
    const first = size();
    expect(first).toBeGreaterThan(head);
    await device.transact(Uint8Array.of(0x99));
    recording.flush();
    expect(size()).toBeGreaterThan(first);
    // No timer is due any more: it writes because of how much waits.
    const before = size();
    for (let time = 0; time < 36; time++) await device.transact(new Uint8Array(7609).fill(0x99));
    expect(size()).toBeGreaterThan(before);
    recording.close();
    const { exchanges } = await read(file);
    expect(names(exchanges).slice(0, 3)).toEqual(['INIT', 'CBOR 4', 'CBOR 153']);
    expect(exchanges).toHaveLength(39);
  });

  it('has the bytes of the moment at which they passed, whatever becomes of them', async () => {
    const file = join(folder, 'reused.pcapng');
    const recording = recordTo(file, { redact: false });
    const request = Buffer.from([0x99, 1, 2, 3]);
    const answer = await recording.of(new Authenticator()).transact(request);
    request.fill(0);
    answer.fill(0xff);
    recording.close();
    const { exchanges } = await read(file);
    expect(exchanges[1]).toMatchObject({
      request: Uint8Array.of(0x99, 1, 2, 3),
      response: Uint8Array.of(1),
    });
  });

  slow('is whole when the program ends without closing it', async () => {
    const file = join(folder, 'exit.pcapng');
    const program = `
      import { Authenticator } from 'stuntkey';
      import { recordTo } from 'stuntkey/capture';
      const device = recordTo(process.argv[1]).of(new Authenticator());
      for (const byte of [4, 0x99]) await device.transact(Uint8Array.of(byte));
      process.exit(7);`;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', program, file]);
    expect(status).toBe(7);
    expect(names((await read(file)).exchanges)).toEqual(['INIT', 'CBOR 4', 'CBOR 153']);
  });

  it('lets the device work on when the file cannot be written any more', async () => {
    const failures: string[] = [];
    const recording = recordTo('/dev/full', { onFailure: ({ message }) => failures.push(message) });
    expect((await recording.of(new Authenticator()).transact(Uint8Array.of(4)))[0]).toBe(0);
    recording.close();
    expect(failures).toEqual([expect.stringMatching(/ENOSPC/)]);
    expect(() => recordTo(join(folder, 'no/such/folder'))).toThrow(/expected a file to record into/);
  });

  it('is told to people a request at a time', async () => {
    const file = await recorded((device) => device.transact(Uint8Array.of(7)));
    const { exchanges } = await read(file);
    expect(exchangeText(2, exchanges[1] as CapturedExchange)).toMatch(
      /^2 {2}\d\d:\d\d:\d\d\.\d{3} {2}1\.2 {2}00000001 {2}CTAPHID_CBOR\n {2}request:\n {4}command: authenticatorReset \(0x07\)\n {2}response:\n {4}status: 0x00 CTAP2_OK/,
    );
  });
});

describe('a recording that is played again', () => {
  const session = async (authenticator: CarriedDevice & { user?: unknown }, challenge = 'Y2hhbGxlbmdl') => {
    const client = new WebAuthnClient({ origin, authenticator: authenticator as Authenticator });
    const { id } = await client.create(creation({ challenge }));
    const { id: again } = await client.get({ challenge, allowCredentials: [{ type: 'public-key', id }] });
    return [id, again];
  };

  it('answers as the device did, whatever the challenges are', async () => {
    let ids: string[] = [];
    const file = await recorded(async (device) => {
      ids = await session(device);
    });
    const refusals: string[] = [];
    const device = await replay(createReadStream(file), { onRefused: (line) => refusals.push(line) });
    expect(await session(device, 'YW5vdGhlciBjaGFsbGVuZ2U')).toEqual(ids);
    expect(refusals).toEqual([]);
    expect([device.refused, device.left]).toEqual([0, 0]);
  });

  it('reproduces a refusal', async () => {
    const twice = async (authenticator: CarriedDevice): Promise<unknown> => {
      const client = new WebAuthnClient({ origin, authenticator: authenticator as Authenticator });
      const { id } = await client.create(creation());
      return client
        .create(creation({ excludeCredentials: [{ type: 'public-key', id }] }))
        .catch((error: Error) => [error.name, error.message]);
    };
    let refused: unknown;
    const file = await recorded(async (device) => {
      refused = await twice(device);
    });
    expect(refused).toEqual(['InvalidStateError', expect.any(String)]);
    expect(await twice(await replay(createReadStream(file)))).toEqual(refused);
  });

  it('works with a PIN: what is made of it, and the platform’s key, may be others', async () => {
    const signedIn = async (authenticator: CarriedDevice): Promise<string> => {
      const user = new ScriptedUser({ pin: '1234' });
      const client = new WebAuthnClient({ origin, authenticator: authenticator as Authenticator, user });
      return (await client.create(creation({ authenticatorSelection: { userVerification: 'required' } }))).id;
    };
    for (const redact of [true, false]) {
      let id = '';
      const file = await recorded(
        async (device) => {
          id = await signedIn(device);
        },
        new Authenticator({ policy: { userVerification: 'none' } }),
        { redact },
      );
      expect(await signedIn(await replay(createReadStream(file)))).toBe(id);
    }
  });

  it('refuses what it was not asked, and says what that was and what it has', async () => {
    const file = await recorded((device) => session(device));
    const refusals: string[] = [];
    const device = await replay(createReadStream(file), { onRefused: (line) => refusals.push(line) });
    const client = new WebAuthnClient({ origin: 'https://other.example', authenticator: device });
    await expect(client.create(creation({ rp: { name: 'Other', id: 'other.example' } }))).rejects.toThrow();
    expect(device.refused).toBe(1);
    expect(refusals).toEqual([
      expect.stringMatching(
        /^asked \{"command":"authenticatorMakeCredential.*"other\.example".*; recorded \{"command":"authenticatorMakeCredential.*"example\.com"/,
      ),
    ]);
    // The refusal used nothing up.
    expect(await session(device)).toHaveLength(2);
    expect((await device.transact(Uint8Array.of(0x0b)))[0]).toBe(0x7f);
    expect(refusals.at(-1)).toMatch(/authenticatorSelection.*recorded nothing more$/);
  });

  it('compares names where they were kept', async () => {
    const asked = (name: string) => async (authenticator: CarriedDevice) => {
      const client = new WebAuthnClient({ origin, authenticator: authenticator as Authenticator });
      return client.create(creation({ user: { id: 'YWRh', name, displayName: name } })).then(
        () => 'made',
        () => 'refused',
      );
    };
    const redacted = await recorded(asked('ada'));
    const whole = await recorded(asked('ada'), undefined, { redact: false });
    expect(await asked('bob')(await replay(createReadStream(redacted)))).toBe('made');
    expect(await asked('bob')(await replay(createReadStream(whole)))).toBe('refused');
    expect(await asked('ada')(await replay(createReadStream(whole)))).toBe('made');
  });

  it('answers U2F, and polls as often as they were', async () => {
    const apdu = (fill: number): Uint8Array =>
      writeApdu({
        cla: 0,
        ins: 1,
        p1: 0,
        p2: 0,
        data: Uint8Array.from({ length: 64 }, (_, place) => (place < 32 ? fill : 7)),
      });
    const user = new ScriptedUser();
    user.next({ presence: 'decline' });
    let answers: string[] = [];
    const ask = async (device: CarriedDevice, fill: number): Promise<string[]> => [
      hex((await device.transactU2f?.(apdu(fill))) as Uint8Array),
      hex((await device.transactU2f?.(apdu(fill))) as Uint8Array),
    ];
    const file = await recorded(async (device) => {
      answers = await ask(device, 1);
    }, new Authenticator({ user }));
    expect(answers[0]).toBe('6985');
    const device = await replay(createReadStream(file));
    expect(await ask(device, 2)).toEqual(answers);
    expect(hex((await device.transactU2f?.(apdu(3))) as Uint8Array)).toBe('6f00');
  });

  it('says what is no recording of a key', async () => {
    const file = await recorded(async () => {});
    await expect(replay(createReadStream(file))).rejects.toMatchObject({ code: 'bad-capture' });
    const other = await recorded((device) => device.transact(Uint8Array.of(4)));
    await expect(replay(createReadStream(other), { device: '9.9' })).rejects.toThrow(
      /a key at 9.9, got those of 1.2/,
    );
  });
});
