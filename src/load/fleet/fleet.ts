/** A fleet in a runtime that has threads: what one process does for many people at once. */
import { onThreads, openCrew } from '#fleet-threads';
import { type Clock, systemClock, wallTime } from '../../base/clock.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type {
  Ceremony,
  Ended,
  Portion,
  Signed,
  SignRequest,
  ThreadFleet,
  ThreadOptions,
} from '../threads/types.ts';
import { checkIndex } from './derivation.ts';
import { lineOf } from './line.ts';
import type { FleetOptions } from './options.ts';
import { People } from './people.ts';

/** How many sign-ins, and how many lines, a thread gets at a time. */
const REQUESTS = 64;
const LINES = 512;

/** Threads of a fleet. */
export interface FleetCrew {
  /** A ceremony that is refused is an end, too. @throws StuntkeyError `thread-lost`, `no-threads` */
  ask(ceremony: Ceremony): Promise<Ended>;
  close(): Promise<void>;
}

/** People from a seed. {@link fleet} makes one. */
export class Fleet extends People {
  readonly #clock: Clock;
  /** What another thread needs; undefined if it cannot make the same fleet. */
  readonly #elsewhere: ThreadFleet | undefined;

  /** Use {@link fleet}. */
  constructor(options: FleetOptions) {
    super(options);
    this.#clock = options.clock ?? systemClock;
    const { seed, counter = 'zero', discoverable = true, repeatable = false } = options;
    const { rpId, origin, algorithm } = this;
    this.#elsewhere =
      options.user === undefined && options.policy === undefined
        ? { seed, rpId, origin, algorithm, counter, discoverable, repeatable }
        : undefined;
  }

  /**
   * Signs in a person for each request, on all cores: for computing responses before a load test. Requests are taken
   * as they are needed, a few hundred ahead, and results come in their order. A refused request is a result, too.
   *
   * @throws StuntkeyError `bad-options` for a fleet with a policy or user of its own, which cannot go to another thread, or
   *   for `threads`; `thread-lost`; `no-threads` elsewhere than in Node; the signal's reason
   *
   * @example
   * ```ts
   * import { fleet } from 'stuntkey/fleet';
   * const people = fleet({ seed: 'any text', rpId: 'example.com' });
   * const requests = [0, 1, 2].map((index) => ({ index, options: { challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' } }));
   * for await (const { index, response, refused } of people.signMany(requests)) console.log(index, response?.id ?? refused);
   * ```
   */
  async *signMany(
    requests: Iterable<SignRequest> | AsyncIterable<SignRequest>,
    options?: ThreadOptions,
  ): AsyncGenerator<Signed, void, undefined> {
    for await (const signed of onThreads(this.#onThread(), portions(requests, this.#clock), options)) {
      yield* signed as readonly Signed[];
    }
  }

  /**
   * What servers store of consecutive people, as lines of JSON, several in each text: `index`, `credentialId`, `publicKey` (COSE_Key),
   * `publicKeySpki`, `userHandle` (bytes in base64url) and `algorithm`. On all cores, as {@link signMany}.
   *
   * @throws StuntkeyError `bad-index`, and as {@link signMany}
   */
  async *lines(
    from: number,
    count: number,
    options?: ThreadOptions,
  ): AsyncGenerator<string, void, undefined> {
    checkIndex(from);
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new StuntkeyError('bad-options', `count: expected a number of people, got ${String(count)}`);
    }
    if (from > Number.MAX_SAFE_INTEGER - Math.max(count - 1, 0)) {
      throw new StuntkeyError(
        'bad-index',
        `expected people up to ${Number.MAX_SAFE_INTEGER}, got ${count} from ${from} on`,
      );
    }
    if (count > LINES) {
      yield* onThreads(this.#onThread(), rows(from, count), options) as AsyncGenerator<string>;
      return;
    }
    // For a few no thread is worth its start.
    options?.signal?.throwIfAborted();
    let lines = '';
    for (let i = 0; i < count; i++) lines += lineOf(this.record(from + i));
    if (lines !== '') yield lines;
  }

  /**
   * Worker threads that stay, for ceremonies of single people as they come.
   *
   * @internal
   * @throws StuntkeyError `bad-options` for a fleet with a policy or user of its own
   */
  crew(threads?: number): FleetCrew {
    return openCrew(this.#onThread(), () => wallTime(this.#clock), threads);
  }

  #onThread(): ThreadFleet {
    if (this.#elsewhere === undefined) {
      throw new StuntkeyError('bad-options', 'a policy or user of its own cannot go to another thread');
    }
    return this.#elsewhere;
  }
}

async function* portions(
  requests: Iterable<SignRequest> | AsyncIterable<SignRequest>,
  clock: Clock,
): AsyncGenerator<Portion> {
  const portion = (taken: SignRequest[]): Portion => ({
    kind: 'sign',
    wall: wallTime(clock),
    requests: taken,
  });
  let taken: SignRequest[] = [];
  for await (const request of requests) {
    taken.push(request);
    if (taken.length < REQUESTS) continue;
    yield portion(taken);
    taken = [];
  }
  if (taken.length > 0) yield portion(taken);
}

function* rows(from: number, count: number): Generator<Portion> {
  for (let done = 0; done < count; done += LINES) {
    yield { kind: 'derive', from: from + done, count: Math.min(LINES, count - done) };
  }
}

/**
 * People from a seed. Every process with the same seed has the same people: one can register person 7, and another can sign in as
 * person 7, though neither stores anything.
 *
 * @throws StuntkeyError `bad-options` or `bad-policy` that names the member, `bad-origin`
 *
 * @example
 * ```ts
 * import { fleet } from 'stuntkey/fleet';
 * const people = fleet({ seed: 'any text', rpId: 'example.com' });
 * const response = await people.person(999_999).get({ challenge: 'Y2hhbGxlbmdl', rpId: 'example.com' });
 * console.log(response.id.length); // 43
 * ```
 */
export function fleet(options: FleetOptions): Fleet {
  return new Fleet(options);
}
