import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../src/entries/index.ts';
import { streamEvents } from '../../src/http/event-stream.ts';
import { EventLog } from '../../src/http/events.ts';
import { slow } from '../slow.ts';
import { type EventRead, eventIn } from './client.ts';
import { openDoor } from './open-door.ts';

const origin = 'https://example.com';
const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

/** A response whose connection takes as much as the test says. */
class Connection extends EventEmitter {
  readonly destroyed = false;
  readonly headersSent = false;
  text = '';
  ended = false;
  full = false;
  writeHead(): void {}
  write(text: string): boolean {
    this.text += text;
    return !this.full;
  }
  end(): void {
    this.ended = true;
    this.emit('close');
  }
  /** What came, in order. */
  get events(): EventRead[] {
    return this.text.split('\n\n').flatMap((one) => eventIn(one.split('\n')) ?? []);
  }
}

function stream(log: EventLog, clock: ManualClock, after?: number) {
  const connection = new Connection();
  const closing = new Set<() => void>();
  streamEvents(connection as unknown as ServerResponse, {
    log,
    after,
    clock,
    whenClosing(callback) {
      closing.add(callback);
      return () => closing.delete(callback);
    },
  });
  return { connection, closing };
}

const numbers = (events: readonly EventRead[]) => events.map(({ id, data }) => id ?? data);

describe('a stream of events', () => {
  const clock = new ManualClock();
  const filled = (most: number, count: number): EventLog => {
    const log = new EventLog(most, clock);
    for (let n = 0; n < count; n++) log.add('user', { change: 'next' });
    return log;
  };

  it('begins with what comes from now on, or behind a number, as far as that is kept', () => {
    const log = filled(3, 5);
    const [now, all, some, gone] = [undefined, 0, 4, 99].map((after) => stream(log, clock, after).connection);
    log.add('user', {});
    expect(numbers(now?.events ?? [])).toEqual([{ after: 5, first: 3, last: 5 }, 6]);
    expect(numbers(all?.events ?? [])).toEqual([{ after: 0, first: 3, last: 5 }, { missed: 2 }, 3, 4, 5, 6]);
    expect(numbers(some?.events ?? [])).toEqual([{ after: 4, first: 3, last: 5 }, 5, 6]);
    // A number of a door that was open before: all of this one is new.
    expect(numbers(gone?.events ?? [])).toEqual([{ after: 0, first: 3, last: 5 }, { missed: 2 }, 3, 4, 5, 6]);
  });

  it('keeps nothing for a reader who is too slow, and says how much it missed', () => {
    const log = new EventLog(10, clock);
    const { connection } = stream(log, clock, 0);
    connection.full = true;
    for (let n = 0; n < 1000; n++) log.add('user', {});
    // One event told the stream that the connection is full; nothing was written after it.
    expect(numbers(connection.events)).toEqual([{ after: 0, first: 1, last: 0 }, 1]);
    connection.full = false;
    connection.emit('drain');
    const rest = Array.from({ length: 10 }, (_, n) => 991 + n);
    expect(numbers(connection.events).slice(2)).toEqual([{ missed: 989 }, ...rest]);
  });

  it('shows that it lives, but not to a connection that takes no more', () => {
    const own = new ManualClock();
    const log = new EventLog(10, own);
    const { connection } = stream(log, own);
    const before = connection.text.length;
    own.advance(45_000);
    expect(connection.text.slice(before)).toBe(':\n\n:\n\n:\n\n');
    connection.full = true;
    log.add('user', {});
    const full = connection.text.length;
    own.advance(60_000);
    expect(connection.text.length).toBe(full);
    connection.emit('close');
    log.add('user', {});
    expect(connection.text.length).toBe(full);
  });

  it('ends when the device is gone, or the door closes', () => {
    const log = filled(3, 1);
    const [one, other] = [stream(log, clock), stream(log, clock)];
    for (const callback of one.closing) callback();
    expect([one.connection.ended, one.closing.size, other.connection.ended]).toEqual([true, 0, false]);
    log.end();
    expect([other.connection.ended, other.closing.size]).toEqual([true, 0]);
  });
});

describe('GET /events', () => {
  it('tells of ceremonies, of the person, of credentials and of the device, without secrets', async () => {
    const { client, call } = await openDoor();
    const events = await client.events('/events?after=0');
    expect(await events.next()).toMatchObject({ event: 'stream', data: { after: 0, last: 0 } });
    await call('PUT', '/user', { pin: '123456' });
    const { json } = await call('POST', '/create', { origin, options: creation });
    await call('POST', '/get', { origin, options: { challenge: 'Y2hhbGxlbmdl' } });
    await call('POST', '/power-cycle');
    const told: (EventRead | undefined)[] = [];
    for (let n = 0; n < 5; n++) told.push(await events.next());
    expect(told.map((one) => [one?.id, one?.event])).toEqual([
      [1, 'user'],
      [2, 'credentials'],
      [3, 'ceremony'],
      [4, 'ceremony'],
      [5, 'device'],
    ]);
    expect(told[1]?.data).toMatchObject({ ids: [json.id], whole: false });
    expect(told[2]?.data).toMatchObject({ ceremony: 'create', origin, trace: 1, credential: json.id });
    expect(told[3]?.data).toMatchObject({ trace: 2, refused: { name: 'NotAllowedError' } });
    expect(JSON.stringify(told)).not.toContain('123456');
    events.close();
  });

  it('goes on where a reader stopped, by the header, too', async () => {
    const { client, call } = await openDoor();
    for (const _ of [1, 2, 3]) await call('POST', '/power-cycle');
    for (const events of [
      await client.events('/events?after=1'),
      await client.events('/events', { 'last-event-id': '1' }),
    ]) {
      const told = [await events.next(), await events.next(), await events.next()];
      expect(told.map((one) => one?.id)).toEqual([undefined, 2, 3]);
      events.close();
    }
    const bad = await client.raw('GET', '/events', { ...client.headers, 'last-event-id': 'yesterday' });
    expect([bad.status, bad.json.error.code]).toEqual([400, 'bad-query']);
  });

  it('ends when the door closes, and does not keep it open', async () => {
    const { client, server } = await openDoor();
    const events = await client.events('/events');
    await events.next();
    await server.close(60_000);
    expect(await events.next()).toBeUndefined();
  });

  slow('is read by a thousand at once, each of whom is told, and all of whom a stop ends', async () => {
    const { client, call, server } = await openDoor();
    const readers = await Promise.all(Array.from({ length: 1000 }, () => client.events('/events')));
    await Promise.all(readers.map((reader) => reader.next()));
    await call('POST', '/power-cycle');
    const told = await Promise.all(readers.map((reader) => reader.next()));
    expect(told.every((one) => one?.id === 1)).toBe(true);
    const closed = server.close(60_000);
    expect(new Set(await Promise.all(readers.map((reader) => reader.next())))).toEqual(new Set([undefined]));
    await closed;
  });
});
