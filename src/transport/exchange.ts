/** One request at a time to a carried device, with the signs of life that its client is owed meanwhile. */
import type { Clock } from '../base/clock.ts';
import type { CarriedDevice } from './device.ts';

/** At least so often a client is told that its request is alive: milliseconds (CTAP 2.3 section 11.2.9.2.3). */
const KEEPALIVE_INTERVAL = 100;

/** A request, and where its answer goes. */
export interface Request {
  readonly kind: 'ctap2' | 'u2f';
  readonly message: Uint8Array;
  /** Which caller asks; undefined where the carrier has one alone. */
  readonly channel?: string;
  /** Called once, unless the request is abandoned; `undefined` when the device failed to answer. */
  answer(response: Uint8Array | undefined): void;
  /** 1 processing, 2 user presence needed. CTAP1 requests get none: their clients ask again and again instead. */
  keepalive(status: 1 | 2): void;
}

interface Running extends Request {
  readonly controller: AbortController;
  status: 1 | 2;
}

/**
 * The device works on one request. One that was abandoned may take its time to end; until then the next one waits, and it
 * alone, so that nothing piles up behind a device that hangs.
 */
export class Exchange {
  readonly #device: CarriedDevice;
  readonly #clock: Clock;
  readonly #transport: { readonly transport?: string };
  #running: Running | undefined;
  #deviceWorks = false;
  #stopTicking: () => void = () => {};

  /** @param transport how requests come, where the device has to know */
  constructor(device: CarriedDevice, clock: Clock, transport?: string) {
    this.#device = device;
    this.#clock = clock;
    this.#transport = transport === undefined ? {} : { transport };
    // The device warms up in the background. A failure here comes again in the request that waits for it.
    void (async () => device.warmUp?.())().catch(() => {});
  }

  /** Whether a request waits for its answer. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Begins a request. To be called only when not busy. */
  start(request: Request): void {
    const running: Running = {
      kind: request.kind,
      message: request.message,
      ...(request.channel !== undefined && { channel: request.channel }),
      answer: (response) => request.answer(response),
      keepalive: (status) => request.keepalive(status),
      controller: new AbortController(),
      status: 1,
    };
    this.#running = running;
    if (running.kind === 'ctap2') this.#tick(running);
    if (!this.#deviceWorks) void this.#hand(running);
  }

  /** The client does not want to wait any longer: the request ends with 0x2D. CTAP1 requests are not canceled. */
  cancel(): void {
    if (this.#running?.kind === 'ctap2') this.#running.controller.abort();
  }

  /** Has the device blink. The client asked for a light, not for news of it: what goes wrong is not told. */
  wink(): void {
    void (async () => this.#device.wink?.())().catch(() => {});
  }

  /** Ends the request without an answer. */
  abandon(): void {
    const running = this.#running;
    this.#settle();
    running?.controller.abort();
  }

  #settle(): void {
    this.#stopTicking();
    this.#running = undefined;
  }

  #tick(running: Running): void {
    const tick = (): void => {
      running.keepalive(running.status);
      this.#tick(running);
    };
    // What the device waits for has timers of its own: news of it keeps no process.
    this.#stopTicking = this.#clock.after(KEEPALIVE_INTERVAL, tick, { background: true });
  }

  #statusChanged(running: Running, status: 1 | 2): void {
    if (running !== this.#running || running.status === status) return;
    running.status = status;
    this.#stopTicking();
    running.keepalive(status);
    this.#tick(running);
  }

  async #hand(running: Running): Promise<void> {
    this.#deviceWorks = true;
    const response = await this.#ask(running);
    this.#deviceWorks = false;
    if (running === this.#running) {
      this.#settle();
      running.answer(response);
    } else if (this.#running !== undefined) {
      void this.#hand(this.#running);
    }
  }

  async #ask(running: Running): Promise<Uint8Array | undefined> {
    const { kind, message, channel } = running;
    const { signal } = running.controller;
    const keepalive = (status: 1 | 2): void => this.#statusChanged(running, status);
    try {
      return kind === 'ctap2'
        ? await this.#device.transact(message, {
            signal,
            keepalive,
            ...(channel !== undefined && { channel }),
            ...this.#transport,
          })
        : await this.#device.transactU2f?.(message, { signal, ...this.#transport });
    } catch {
      // A device answers whatever it is given; one that rejects has a fault of its own, which its client must survive.
      return undefined;
    }
  }
}
