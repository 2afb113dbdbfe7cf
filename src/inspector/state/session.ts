/** What the inspector shows of one device, kept true by the door's events. */
import type { Clock } from '../../base/clock.ts';
import { timer } from '../../base/timer.ts';
import type { Credential, DeviceInfo, NamedDevice, Person, PinState, Prompt, TraceLine } from '../answers.ts';
import type { Source } from '../source.ts';
import { DoorError, type WireEvent } from '../wire/wire.ts';
import { again } from './again.ts';
import { Cell } from './cell.ts';
import { changed } from './credential-list.ts';

/** `denied`: the token is another. */
export type Connection = 'connecting' | 'live' | 'lost' | 'denied';

/** Milliseconds before the first attempt to connect again, and before any later one at most. */
const FIRST_WAIT = 300;
const LONGEST_WAIT = 5000;
/** Changed credentials that are fetched one by one; of more, the list is read anew. */
const MOST_FETCHED = 64;
/** Ceremonies that the page remembers. */
const MOST_TRACES = 10_000;

export class Session {
  readonly source: Source;
  readonly connection: Cell<Connection> = new Cell<Connection>('connecting');
  readonly devices: Cell<readonly NamedDevice[]> = new Cell<readonly NamedDevice[]>([]);
  readonly info: Cell<DeviceInfo | undefined> = new Cell<DeviceInfo | undefined>(undefined);
  readonly pin: Cell<PinState | undefined> = new Cell<PinState | undefined>(undefined);
  /** Undefined until the first of them are read. */
  readonly credentials: Cell<readonly Credential[] | undefined> = new Cell<readonly Credential[] | undefined>(
    undefined,
  );
  /** Whether more of them are being read. */
  readonly reading: Cell<boolean> = new Cell(false);
  /** The newest first. */
  readonly traces: Cell<readonly TraceLine[]> = new Cell<readonly TraceLine[]>([]);
  /** Undefined where the person cannot be told what to do. */
  readonly person: Cell<Person | undefined> = new Cell<Person | undefined>(undefined);
  readonly prompts: Cell<readonly Prompt[]> = new Cell<readonly Prompt[]>([]);
  readonly faultsWaiting: Cell<number> = new Cell(0);
  /** Changes when fingerprints do. */
  readonly fingerprints: Cell<number> = new Cell(0);
  readonly #clock: Clock;
  readonly #report: (error: unknown) => void;
  readonly #abort = new AbortController();
  readonly #stale = new Set<string>();

  /** @param report called with errors that no click has caused */
  constructor(source: Source, clock: Clock, report: (error: unknown) => void) {
    this.source = source;
    this.#clock = clock;
    this.#report = report;
  }

  /** Follows the door's events, and connects again when they end, until `stop`. */
  async follow(): Promise<void> {
    const { signal } = this.#abort;
    let after: number | undefined;
    let wait = FIRST_WAIT;
    while (!signal.aborted) {
      try {
        for await (const event of this.source.events(after, signal)) {
          if (event.event === 'stream') {
            // (The door may have been opened again, and have come to the same number.)
            this.reload();
            after = Number(event.data.after);
            wait = FIRST_WAIT;
            this.connection.set('live');
          } else if (event.event === 'missed') {
            after = (after ?? 0) + Number(event.data.missed);
            this.reload();
          } else {
            after = event.id ?? after;
            this.#apply(event);
          }
        }
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof DoorError && (error.status === 401 || error.status === 403)) {
          this.connection.set('denied');
          return;
        }
      }
      if (signal.aborted) return;
      this.connection.set('lost');
      await this.#pause(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Reads everything anew. */
  reload(): void {
    this.refreshDevice();
    this.refreshCredentials();
    this.refreshTraces();
    this.refreshPerson();
    this.refreshPrompts();
    this.refreshDevices();
    this.#load(async () => this.faultsWaiting.set(await this.source.waitingFaults()));
  }

  readonly refreshDevice: () => void = this.#coalesced(async () => {
    this.info.set(await this.source.info());
    this.pin.set(await this.source.pin());
  });

  readonly refreshDevices: () => void = this.#coalesced(async () => {
    this.devices.set(await this.source.devices());
  });

  readonly refreshTraces: () => void = this.#coalesced(async () => {
    let lines: readonly TraceLine[] = [];
    for (;;) {
      const more = await this.source.traces(lines.at(-1)?.number);
      lines = [...lines, ...more];
      this.traces.set(lines);
      if (more.length === 0 || lines.length >= MOST_TRACES) return;
    }
  });

  readonly refreshPerson: () => void = this.#coalesced(async () => {
    this.person.set(await this.source.person().catch(withoutScript));
  });

  readonly refreshPrompts: () => void = this.#coalesced(async () => {
    this.prompts.set((await this.source.prompts().catch(withoutScript)) ?? []);
  });

  readonly refreshCredentials: () => void = this.#coalesced(async () => {
    this.#stale.clear();
    this.reading.set(true);
    try {
      const list: Credential[] = [];
      for await (const page of this.source.credentials(this.#abort.signal)) {
        list.push(...page);
        // (The table is ordered anew each time: it grows in a few steps. What it has is not taken away while that is read anew.)
        const shown = this.credentials.value?.length ?? 0;
        if (list.length >= Math.max(1, shown * 2)) this.credentials.set([...list]);
      }
      this.credentials.set(list);
    } finally {
      this.reading.set(false);
    }
  });

  readonly #refreshStale: () => void = this.#coalesced(async () => {
    const ids = [...this.#stale];
    this.#stale.clear();
    if (ids.length > MOST_FETCHED) {
      this.refreshCredentials();
      return;
    }
    const changes = new Map<string, Credential | undefined>();
    for (const id of ids) changes.set(id, await this.source.credential(id).catch(withoutCredential));
    this.credentials.update((list) => changed(list ?? [], changes));
  });

  #apply({ event, data }: WireEvent): void {
    switch (event) {
      case 'ceremony':
        this.traces.update((lines) => [lineOf(data), ...lines].slice(0, MOST_TRACES));
        if (typeof data.credential === 'string') this.#touch([data.credential]);
        // A wrong PIN takes one of its attempts.
        if (data.refused !== undefined) this.refreshDevice();
        break;
      case 'credentials':
        if (data.whole === true) this.refreshCredentials();
        else this.#touch(data.ids as string[]);
        // (The device itself is not asked: a command between two others of a client would be in their way.)
        break;
      case 'user':
        this.refreshPerson();
        break;
      case 'prompt':
        this.#prompt(data);
        break;
      case 'fault':
        this.faultsWaiting.set(Number(data.waiting));
        break;
      case 'device':
        if (data.change === 'fingerprints') this.fingerprints.update((count) => count + 1);
        this.refreshDevice();
        break;
      case 'traces':
        if (data.change === 'cleared') this.traces.set([]);
        else this.refreshTraces();
        break;
      case 'authenticators':
        this.refreshDevices();
        break;
    }
  }

  #touch(ids: readonly string[]): void {
    for (const id of ids) this.#stale.add(id);
    this.#refreshStale();
  }

  #prompt(data: WireEvent['data']): void {
    const { change, number: _, at: __, ...prompt } = data;
    const others = this.prompts.value.filter((one) => one.prompt !== prompt.prompt);
    this.prompts.set(change === 'asked' ? [...others, prompt as unknown as Prompt] : others);
  }

  #coalesced(work: () => Promise<void>): () => void {
    const run = again(work);
    return () => this.#load(run);
  }

  #load(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      const lost = error instanceof DoorError && error.code === 'unreachable';
      if (!lost && !this.#abort.signal.aborted) this.#report(error);
    });
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = timer(this.#clock, milliseconds, resolve);
      this.#abort.signal.addEventListener(
        'abort',
        () => {
          stop();
          resolve();
        },
        { once: true },
      );
    });
  }
}

/** A line as `/traces` has it, out of the event that tells of the ceremony. */
function lineOf(data: WireEvent['data']): TraceLine {
  const { trace, at, ceremony, origin, rpId, source, refused } = data;
  const { name, reason } = (refused ?? {}) as { readonly name?: string; readonly reason?: string };
  return {
    number: Number(trace),
    at: Number(at),
    loaded: false,
    ceremony: ceremony === 'create' ? 'create' : 'get',
    origin: String(origin),
    ...(typeof rpId === 'string' && { rpId }),
    ...(typeof source === 'string' && { source }),
    ...(name !== undefined && { refused: name, reason: reason ?? '' }),
  };
}

function withoutScript(error: unknown): undefined {
  if (!(error instanceof DoorError && error.code === 'no-scripted-user')) throw error;
}

function withoutCredential(error: unknown): undefined {
  if (!(error instanceof DoorError && error.status === 404)) throw error;
}
