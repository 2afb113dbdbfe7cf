/**
 * Events as a stream of text (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation). Nothing is
 * queued for a reader: it has a place in the log, and what it is too slow for is dropped there and counted.
 */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import { timer } from '../base/timer.ts';
import { ALWAYS } from './answer.ts';
import type { DoorEvent, EventLog } from './events.ts';

/** Milliseconds between two signs of life, so that what lies between does not take the connection for dead. */
const HEARTBEAT = 15_000;

export interface EventStream {
  readonly log: EventLog;
  /** The number of the last event that the reader knows; undefined for what comes from now on. */
  readonly after: number | undefined;
  readonly clock: Clock;
  /** Calls back when the door closes. @returns what ends that */
  readonly whenClosing: (callback: () => void) => () => void;
}

const frame = (event: string, data: object, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

const frameOf = ({ number, event, at, data }: DoorEvent): string =>
  frame(event, { number, at, ...data }, number);

/** Writes until the reader goes away, the device does, or the door closes. */
export function streamEvents(
  response: ServerResponse,
  { log, after, clock, whenClosing }: EventStream,
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(200, { ...ALWAYS, 'content-type': 'text/event-stream' });
  let open = true;
  /** Whether the connection takes more. */
  let ready = true;
  // A number that this log has not come to is of another one, before the door was opened again: all of this one is new.
  let known = after === undefined ? log.last : after > log.last ? 0 : after;
  const ends: (() => void)[] = [];
  let stopHeart = (): void => {};

  const write = (text: string): void => {
    ready = response.write(text);
    if (!ready) response.once('drain', onDrain);
  };
  const pump = (): void => {
    while (open && ready) {
      const { missed, event } = log.following(known);
      if (missed > 0) {
        known += missed;
        write(frame('missed', { missed }));
      } else if (event !== undefined) {
        known = event.number;
        write(frameOf(event));
      } else break;
    }
    if (log.over) end();
  };
  const onDrain = (): void => {
    ready = true;
    pump();
  };
  const beat = (): void => {
    stopHeart = timer(
      clock,
      HEARTBEAT,
      () => {
        if (!open) return;
        if (ready) write(':\n\n');
        beat();
      },
      { background: true },
    );
  };
  const release = (): void => {
    open = false;
    stopHeart();
    for (const stop of ends.splice(0)) stop();
  };
  const end = (): void => {
    if (!open) return;
    release();
    response.end();
  };

  response.once('close', release);
  ends.push(log.listen(pump), whenClosing(end));
  write(frame('stream', { after: known, first: log.first, last: log.last }));
  beat();
  pump();
}
