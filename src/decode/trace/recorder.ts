/** Records the calls of a client and the messages of its device, and puts together what belongs to one ceremony. */

import { equal, fromUtf8, isBytes, utf8 } from '../../base/bytes.ts';
import type { CancelSignal } from '../../base/canceler.ts';
import type { Clock } from '../../base/clock.ts';
import { overlaid } from '../../base/overlaid.ts';
import { decodeCbor } from '../../cbor/cbor.ts';
import type { CtapDevice } from '../../client/platform/device-link.ts';
import { sha256 } from '../../crypto/hash.ts';
import { CtapCommand } from '../../ctap/commands.ts';
import { copyOf } from './copy.ts';
import { type CeremonyRecord, ceremonyRecord, type Exchange, type Outcome } from './record.ts';
import { refusalOf } from './refusal.ts';

type Answer = Extract<Outcome, { credential: unknown }>['credential'];

/** A ceremony under way. */
interface Draft {
  readonly ceremony: 'create' | 'get';
  readonly options: unknown;
  readonly exchanges: Pending[];
  /** clientDataJSON, as text, and its hash, once that was asked for; undefined if the ceremony ended before it. */
  clientData: string | undefined;
  hash: Uint8Array | undefined;
}

/** An exchange that may be under way. */
interface Pending {
  readonly protocol: Exchange['protocol'];
  readonly request: Uint8Array;
  response: Uint8Array | undefined;
  failure: unknown;
  milliseconds: number;
  readonly begin: number;
  over: boolean;
}

export class Recorder {
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #trace: (record: CeremonyRecord) => void;
  readonly #drafts = new Set<Draft>();
  /** The last answer to getInfo: one that is the same is kept once. */
  #info: Uint8Array | undefined;

  constructor(origin: string, clock: Clock, trace: (record: CeremonyRecord) => void) {
    this.#origin = origin;
    this.#clock = clock;
    this.#trace = trace;
  }

  /** The same device, with its messages recorded. */
  device<Device extends CtapDevice>(device: Device): Device {
    const transact: CtapDevice['transact'] = (request, options) =>
      this.#exchange('CTAP2', request, () => device.transact(request, options));
    const transactU2f =
      device.transactU2f &&
      ((apdu: Uint8Array) =>
        this.#exchange('U2F', apdu, () => device.transactU2f?.(apdu) as Promise<Uint8Array>));
    return overlaid<CtapDevice>(device, { transact, transactU2f }) as Device;
  }

  /** Records a ceremony, and hands out the record when it has ended. */
  async ceremony<T extends Answer | null>(
    ceremony: 'create' | 'get',
    options: unknown,
    signal: CancelSignal | undefined,
    work: (collected: (clientDataJSON: Uint8Array) => void) => Promise<T>,
  ): Promise<T> {
    const draft: Draft = {
      ceremony,
      options: copyOf(unwrapped(options)),
      exchanges: [],
      clientData: undefined,
      hash: undefined,
    };
    this.#drafts.add(draft);
    const end = (outcome: Outcome): void => {
      this.#drafts.delete(draft);
      const { options, clientData } = draft;
      const exchanges = draft.exchanges.map((exchange) => this.#ended(exchange));
      this.#trace(
        ceremonyRecord({ ceremony, origin: this.#origin, options, exchanges, clientData, outcome }),
      );
    };
    let credential: T;
    try {
      credential = await work((clientDataJSON) => {
        draft.clientData = fromUtf8(clientDataJSON);
      });
    } catch (error) {
      end({ refused: refusalOf(ceremony, error, draft.exchanges, signal) });
      throw error;
    }
    end({ credential });
    return credential;
  }

  #exchange(
    protocol: Exchange['protocol'],
    request: Uint8Array,
    work: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const exchange: Pending = {
      protocol,
      request: request.slice(),
      response: undefined,
      failure: undefined,
      milliseconds: 0,
      begin: this.#now(),
      over: false,
    };
    for (const draft of this.#draftsOf(request)) draft.exchanges.push(exchange);
    const end = (): void => {
      exchange.milliseconds = this.#now() - exchange.begin;
      exchange.over = true;
    };
    const answered = (response: Uint8Array): void => {
      // (The client says what is wrong with any other answer.)
      if (isBytes(response)) exchange.response = this.#kept(request, response);
      else exchange.failure = response;
      end();
    };
    const failed = (error: unknown): void => {
      exchange.failure = error;
      end();
    };
    try {
      const answer = Promise.resolve(work());
      // (It is copied before the client has it, because this is asked for first.)
      answer.then(answered, failed);
      return answer;
    } catch (error) {
      failed(error);
      throw error;
    }
  }

  /** A copy: the device may use its buffer again. */
  #kept(request: Uint8Array, response: Uint8Array): Uint8Array {
    const info = request.length === 1 && request[0] === CtapCommand.authenticatorGetInfo;
    if (info && this.#info !== undefined && equal(this.#info, response)) return this.#info;
    const copy = response.slice();
    if (info) this.#info = copy;
    return copy;
  }

  /** A clock that fails does so where time matters; here time is only recorded. */
  #now(): number {
    try {
      const now: unknown = this.#clock.now();
      return typeof now === 'number' ? now : 0;
    } catch {
      return 0;
    }
  }

  /** An exchange as it is when its ceremony has ended. */
  #ended({ protocol, request, response, failure, milliseconds, begin, over }: Pending): Exchange {
    return {
      protocol,
      request,
      response,
      failure,
      milliseconds: over ? milliseconds : this.#now() - begin,
    };
  }

  /** The ceremonies that a request may be for. With several under way, the hash of their client data tells. */
  #draftsOf(request: Uint8Array): readonly Draft[] {
    const drafts = [...this.#drafts];
    if (drafts.length < 2) return drafts;
    const hash = clientDataHashOf(request);
    const own =
      hash &&
      drafts.filter((draft) => {
        const own = hashOf(draft);
        return own !== undefined && equal(own, hash);
      });
    return own !== undefined && own.length > 0 ? own : drafts;
  }
}

function hashOf(draft: Draft): Uint8Array | undefined {
  if (draft.clientData !== undefined) draft.hash ??= sha256(utf8(draft.clientData));
  return draft.hash;
}

/** Where the two commands have the hash of the client data. */
const HASH_KEYS: ReadonlyMap<number | undefined, number> = new Map([
  [CtapCommand.authenticatorMakeCredential, 1],
  [CtapCommand.authenticatorGetAssertion, 2],
]);

function clientDataHashOf(request: Uint8Array): Uint8Array | undefined {
  const key = HASH_KEYS.get(request[0]);
  if (key === undefined) return undefined;
  try {
    const body = decodeCbor(request.subarray(1));
    const hash = body instanceof Map ? body.get(key) : undefined;
    return isBytes(hash) ? hash : undefined;
  } catch {
    return undefined;
  }
}

function unwrapped(options: unknown): unknown {
  const { publicKey } = (options ?? {}) as { publicKey?: unknown };
  return publicKey ?? options;
}
