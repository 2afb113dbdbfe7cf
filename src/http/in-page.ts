/** The same routes without a network: a device in a page, for an inspector beside it. There is no token: only the page can ask. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { problemOf, type Shape } from '../base/shape.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import { isTooDeep } from './body.ts';
import { HttpError, toldOf } from './error.ts';
import type { DoorEvent } from './events.ts';
import { furnisher } from './furnish.ts';
import { House } from './house.ts';
import { Registry } from './registry.ts';
import { bodies } from './requests.ts';
import { type Route, Router, readQuery, type Shared } from './route.ts';
import { routesAt } from './routes/all.ts';
import { Visit } from './visit.ts';

/** What a request of the page is answered with. */
interface PageAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface PageDoor {
  /**
   * Refusals are answers, too: their body is what a client of HTTP would read.
   *
   * @param path with its query
   * @param page the origin that a browser would send, for the routes of pages (`/page/…`)
   */
  request(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    page?: string,
  ): Promise<PageAnswer>;
  /** Events behind a number, and then as they happen; undefined for what comes from now on. */
  events(path: string, after: number | undefined, signal: AbortSignal): AsyncIterable<PageEvent>;
  /** Keeps a ceremony that the device had in the page. */
  tell(ceremony: CeremonyRecord): void;
  close(): void;
}

/** `stream` and `missed` have no number. */
interface PageEvent {
  readonly event: string;
  readonly id?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface PageDoorOptions {
  readonly clock?: Clock;
  /** Ceremonies and events that are kept. Default: 1000 each. */
  readonly traces?: number;
  readonly events?: number;
}

export function pageDoor(
  authenticator: Authenticator,
  { clock = systemClock, traces = 1000, events = 1000 }: PageDoorOptions = {},
): PageDoor {
  const house = new House({ authenticator, clock, fetch: undefined, traces, events });
  const registry = new Registry({
    most: 100,
    idle: 30 * 60_000,
    clock,
    changed: (change, name) => house.events.add('authenticators', { change, name }),
  });
  const shared: Shared = {
    registry,
    rights: ['keys'],
    furnish: furnisher({ clock, fetch: undefined, traces, events }),
    fleet: undefined,
    whenClosing: () => () => {},
  };
  const router = new Router(routesAt(''));
  const reach = (path: string): House => {
    const name = /^\/authenticators\/([^/]+)\//.exec(path)?.[1];
    return name === undefined ? house : registry.use(name, new AbortController()).house;
  };
  return {
    async request(method, path, given, signal, page) {
      const visit = new Visit();
      const onAbort = (): void => visit.abort(signal?.reason);
      if (signal?.aborted) onAbort();
      signal?.addEventListener('abort', onAbort);
      try {
        const [bare = '', search = ''] = path.split(/\?(.*)/s, 2);
        const { route, params } = router.find(method, bare);
        const query = readQuery(route, search);
        const body = bodyFor(route, given);
        const asked = { params, query, body, lastEvent: undefined, visit, shared, page };
        const { status, body: answer } = await route.handle(reach(bare), asked);
        return { status, body: answer };
      } catch (error) {
        const { status, error: told } = toldOf(error);
        return { status, body: { error: told } };
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    },
    events: (path, after, signal) => follow(reach(path), after, signal),
    tell: (ceremony) => void house.ended(ceremony, 'page'),
    close() {
      registry.close();
      house.close();
    },
  };
}

/** Checked as what came over HTTP is. @throws HttpError 400 */
function bodyFor(route: Route, given: unknown): unknown {
  if (route.body === undefined) return undefined;
  const shape: Shape<unknown> = bodies[route.body];
  const read = isTooDeep(given) ? 'body: expected fewer levels, got more' : problemOf(shape, given, 'body');
  if (typeof read === 'string') throw new HttpError(400, 'bad-body', read);
  return read.value;
}

async function* follow(
  { events: log }: House,
  after: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<PageEvent> {
  let known = after === undefined ? log.last : after > log.last ? 0 : after;
  yield { event: 'stream', data: { after: known, first: log.first, last: log.last } };
  while (!signal.aborted) {
    const { missed, event } = log.following(known);
    known = event?.number ?? known + missed;
    if (missed > 0) yield { event: 'missed', data: { missed } };
    if (event !== undefined) yield eventOf(event);
    else if (log.over) return;
    else await more(log, signal);
  }
}

const eventOf = ({ number, event, at, data }: DoorEvent): PageEvent => ({
  event,
  id: number,
  data: { number, at, ...data },
});

/** Until the log has more, or nothing is wanted any more. */
function more(log: House['events'], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = log.listen(done);
    signal.addEventListener('abort', done, { once: true });
  });
}
