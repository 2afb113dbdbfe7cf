/** The inspector's source, over a real door and over a device in the page: the same answers, the same refusals. */
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import { type PageDoor, pageDoor } from '../../src/http/in-page.ts';
import { Source } from '../../src/inspector/source.ts';
import { Session } from '../../src/inspector/state/session.ts';
import { httpWire } from '../../src/inspector/wire/http.ts';
import { inPageWire } from '../../src/inspector/wire/in-page.ts';
import type { Wire } from '../../src/inspector/wire/wire.ts';
import { openServer } from '../http/open-door.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  authenticatorSelection: { residentKey: 'required' },
};

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function device(): Authenticator {
  return new Authenticator({ user: new ScriptedUser(), model: 'yubikey-5-nfc' });
}

const wires: Readonly<Record<string, () => Promise<Wire>>> = {
  async 'over HTTP'() {
    return httpWire(await openServer({ tokenRights: ['keys'] }, device()));
  },
  async 'in the page'() {
    const door: PageDoor = pageDoor(device());
    ends.push(() => door.close());
    return inPageWire(door);
  },
};

/** Once it holds: cells tell of each change. */
function until(session: Session, holds: () => boolean): Promise<void> {
  const { credentials, traces, prompts, info, connection, person } = session;
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const look = (): void => {
      if (!holds()) return;
      for (const stop of stops) stop();
      resolve();
    };
    for (const cell of [credentials, traces, prompts, info, connection, person]) stops.push(cell.watch(look));
    look();
  });
}

describe.each(Object.entries(wires))('a session %s', (_, open) => {
  it('shows what happens as it happens, and answers a prompt', async () => {
    const wire = await open();
    const source = new Source(wire);
    const problems: unknown[] = [];
    const session = new Session(source, systemClock, (error) => problems.push(error));
    const following = session.follow();
    ends.push(async () => {
      session.stop();
      await following;
    });
    await until(session, () => session.info.value !== undefined && session.person.value !== undefined);
    expect(session.connection.value).toBe('live');
    expect(session.info.value?.device).toMatchObject({
      model: 'YubiKey 5 NFC, firmware 5.7',
      edition: '2.1',
      capacity: 100,
    });

    await source.changePerson({ presence: 'ask' });
    const work = wire.ask('POST', '/create', { origin, options: creation });
    await until(session, () => session.prompts.value.length === 1);
    const [prompt] = session.prompts.value;
    expect(prompt).toMatchObject({
      kind: 'presence',
      command: 'authenticatorMakeCredential',
      rpId: 'example.com',
    });
    const number = prompt?.prompt as number;
    await expect(source.answer(number, 'fail')).rejects.toMatchObject({ status: 400, code: 'bad-body' });
    await source.answer(number, 'approve');
    const { id } = (await work) as { id: string };
    await until(session, () => session.credentials.value?.length === 1 && session.traces.value.length === 1);
    await until(session, () => session.credentials.value?.[0]?.made !== undefined);
    expect(session.credentials.value?.[0]).toMatchObject({ id, userName: 'ada', signCount: 1 });
    expect(session.prompts.value).toEqual([]);
    await expect(source.answer(number, 'approve')).rejects.toMatchObject({ code: 'no-such-prompt' });

    await source.changeCredential(id, { userName: 'eve', signCount: 41 });
    await until(session, () => session.credentials.value?.[0]?.userName === 'eve');
    await source.deleteCredential(id);
    await until(session, () => session.credentials.value?.length === 0);
    await source.restoreCredential(id);
    await until(session, () => session.credentials.value?.[0]?.signCount === 41);

    await source.changePerson({ presence: 'decline' });
    await expect(wire.ask('POST', '/create', { origin, options: creation })).rejects.toMatchObject({
      status: 403,
      refused: { name: 'NotAllowedError' },
    });
    await until(session, () => session.traces.value.length === 2);
    const trace = await source.trace(session.traces.value[0]?.number as number);
    expect(trace.ceremony.exchanges.at(-1)).toMatchObject({
      protocol: 'CTAP2',
      bytes: { response: "h'27'" },
    });
    await source.loadTrace(trace);
    await until(session, () => session.traces.value[0]?.loaded === true);
    expect((await source.traces(2)).map(({ number }) => number)).toEqual([1]);
    expect(problems).toEqual([]);
  });
});

describe('a session', () => {
  it('finds the door again when it was closed and opened, and reads everything anew', async () => {
    const token = 'a-token-of-the-test';
    const first = await openServer({ token }, device());
    const session = new Session(new Source(httpWire({ url: first.url, token })), systemClock, () => {});
    const following = session.follow();
    ends.push(async () => {
      session.stop();
      await following;
    });
    await until(session, () => session.info.value !== undefined);
    await first.close(0);
    await until(session, () => session.connection.value === 'lost');
    await openServer({ token, port: first.port }, new Authenticator({ model: 'yubikey-bio' }));
    await until(session, () => session.info.value?.device.verification === 'fingerprint');
    expect(session.connection.value).toBe('live');
  });

  it('is not let in with another token, and says so', async () => {
    const server = await openServer({}, device());
    const session = new Session(
      new Source(httpWire({ url: server.url, token: 'another' })),
      systemClock,
      () => {},
    );
    await session.follow();
    expect(session.connection.value).toBe('denied');
  });
});
