/** A device behind the door, its person, and what the door keeps of both. */
import type { Fault } from '../audit/fault.ts';
import type { Given } from '../audit/forge/draft.ts';
import type { FaultyAuthenticator } from '../audit/forge/faulty.ts';
import type { Authenticator } from '../authenticator/authenticator.ts';
import { base64url } from '../base/base64url.ts';
import type { Clock } from '../base/clock.ts';
import type { ClientAuthenticator } from '../client/client.ts';
import { commandName } from '../ctap/commands.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import type { TreeObject } from '../decode/tree.ts';
import { ScriptedUser, type UserPrompt } from '../person/user.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import { Clients } from './clients.ts';
import { EventLog } from './events.ts';
import { type CeremonySource, isRecord, rpIdIn, type Trace, Traces } from './traces.ts';
import { Undo } from './undo.ts';
import { Uses } from './uses.ts';

export interface HouseOptions {
  readonly authenticator: Authenticator;
  /** The same device, if another module sets its faults, too. */
  readonly faulty?: FaultyAuthenticator | undefined;
  readonly clock: Clock;
  readonly fetch: Fetch | undefined;
  /** How many ceremonies, and how many events, are kept. */
  readonly traces: number;
  readonly events: number;
}

/** Credentials whose IDs an event names; of more it says only that they changed. */
const MOST_NAMED = 64;

export class House {
  readonly authenticator: Authenticator;
  /** The person, where it is one that can be told what to do. */
  readonly user: ScriptedUser | undefined;
  /** Of the pages that ask. */
  readonly clients: Clients;
  readonly traces: Traces;
  readonly events: EventLog;
  readonly undo: Undo;
  /** When credentials were made and used. */
  readonly uses: Uses;
  readonly clock: Clock;
  readonly fetch: Fetch | undefined;
  #faulty: FaultyAuthenticator | undefined;
  /** How many faults the last event said. */
  #faultsTold = 0;
  readonly #ends: (() => void)[] = [];

  constructor({ authenticator, faulty, clock, fetch, traces, events }: HouseOptions) {
    this.authenticator = authenticator;
    void authenticator.warmUp({ u2f: false });
    this.user = authenticator.user instanceof ScriptedUser ? authenticator.user : undefined;
    this.clients = new Clients({
      clock,
      fetch,
      ended: (ceremony, source) => this.ended(ceremony, source).number,
    });
    this.traces = new Traces(traces, clock);
    this.events = new EventLog(events, clock);
    this.undo = new Undo(clock);
    this.uses = new Uses(clock);
    this.clock = clock;
    this.fetch = fetch;
    this.#faulty = faulty;
    const unwatch = authenticator.credentials.watch((ids, whole) => {
      this.undo.drop();
      const named = ids.length > MOST_NAMED ? [] : ids.map(base64url);
      this.events.add('credentials', { ids: named, whole: whole || ids.length > MOST_NAMED });
    });
    this.#ends.push(unwatch);
    const { waiting } = this.user ?? {};
    if (waiting !== undefined)
      this.#ends.push(
        waiting.watch((change, { number, prompt }) =>
          this.events.add('prompt', { change, ...promptJson(number, prompt) }),
        ),
      );
  }

  /** What answers the next ceremony. */
  get device(): ClientAuthenticator {
    return this.#faulty !== undefined && this.#faulty.queued > 0 ? this.#faulty : this.authenticator;
  }

  /** Faults that wait for their ceremony. */
  get faults(): number {
    return this.#faulty?.queued ?? 0;
  }

  /** The next ceremony of the fault's kind has it. */
  async nextFault(fault: Fault, given: Given): Promise<void> {
    const { faulty } = await import('../audit/forge/faulty.ts');
    this.#faulty ??= faulty(this.authenticator);
    this.#faulty.next(fault, given);
    this.#tellFaults({ fault: fault.id });
  }

  forgetFaults(): void {
    this.#faulty?.reset();
    this.#tellFaults();
  }

  /** Keeps a ceremony, and tells of it. */
  ended(record: Trace['ceremony'], source: CeremonySource): Trace {
    const trace = this.traces.add(record, source);
    if (isRecord(record)) this.uses.note(record);
    const outcome = isRecord(record) ? outcomeOf(record) : outcomeInTree(record);
    this.events.add('ceremony', { trace: trace.number, source, ...rpIdIn(record), ...outcome });
    if (this.faults !== this.#faultsTold) this.#tellFaults();
    return trace;
  }

  #tellFaults(more: { readonly fault?: string } = {}): void {
    this.#faultsTold = this.faults;
    this.events.add('fault', { ...more, waiting: this.#faultsTold });
  }

  /** Ends what reads, and watches no more. The device can be used on. */
  close(): void {
    for (const end of this.#ends) end();
    this.undo.drop();
    this.events.end();
  }
}

function outcomeOf({ ceremony, origin, outcome }: CeremonyRecord): Readonly<Record<string, unknown>> {
  if ('refused' in outcome) {
    const { name, step, reason, wayOut } = outcome.refused;
    return { ceremony, origin, refused: { name, step, reason, ...(wayOut !== undefined && { wayOut }) } };
  }
  return { ceremony, origin, credential: outcome.credential?.id ?? null };
}

/** The same of a ceremony in JSON: there the name of an error is before its message. */
function outcomeInTree({ ceremony, origin, outcome }: TreeObject): Readonly<Record<string, unknown>> {
  const { refused, step, reason, wayOut, credential } = outcome as TreeObject;
  if (typeof refused === 'string') {
    const [name] = refused.split(':', 1);
    return { ceremony, origin, refused: { name, step, reason, ...(wayOut !== undefined && { wayOut }) } };
  }
  const id = (credential as TreeObject | null)?.id;
  return { ceremony, origin, credential: typeof id === 'string' ? id : null };
}

/** A prompt as answers and events have it. */
export function promptJson(number: number, prompt: UserPrompt): Readonly<Record<string, unknown>> {
  const { kind, command, rpId, holdFor } = prompt;
  const name = commandName(command);
  return {
    prompt: number,
    kind,
    ...(name !== undefined && { command: name }),
    ...(rpId !== undefined && { rpId }),
    ...(holdFor !== undefined && { holdFor }),
  };
}
