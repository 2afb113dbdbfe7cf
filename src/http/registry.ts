/** Devices by name, each with a person and a store of its own: made when they are asked for, forgotten when nothing uses them. */
import { hex } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { timer } from '../base/timer.ts';
import { systemRandom } from '../crypto/random.ts';
import { HttpError } from './error.ts';
import type { House } from './house.ts';

export interface RegistryOptions {
  /** How many there are at most. */
  readonly most: number;
  /** Milliseconds after which one that nothing uses is forgotten. */
  readonly idle: number;
  readonly clock: Clock;
  /** Called when a device is made or forgotten. */
  readonly changed: (change: 'made' | 'forgotten', name: string) => void;
}

/** A request that can be ended. */
interface Abortable {
  abort(reason: unknown): void;
}

interface Tenant {
  readonly name: string;
  readonly house: House;
  /** What aborts the requests that are under way. */
  readonly uses: Set<Abortable>;
  /** When the last use ended, by the clock. */
  since: number;
}

/** A device in use. */
export interface Use {
  readonly house: House;
  /** The request is over. */
  done(): void;
}

export class Registry {
  readonly most: number;
  readonly idle: number;
  readonly #clock: Clock;
  readonly #changed: RegistryOptions['changed'];
  readonly #tenants = new Map<string, Tenant>();
  /** Those that nothing uses, the longest unused first. */
  readonly #idle = new Set<Tenant>();
  #stop: (() => void) | undefined;

  constructor({ most, idle, clock, changed }: RegistryOptions) {
    this.most = most;
    this.idle = idle;
    this.#clock = clock;
    this.#changed = changed;
  }

  /** @throws HttpError 409 or 429; whatever `make` throws, and then nothing is made */
  make(given: string | undefined, make: () => House): string {
    const name = given ?? hex(systemRandom(8, 'authenticator-name'));
    if (this.#tenants.has(name))
      throw new HttpError(
        409,
        'authenticator-exists',
        `name: expected one that no authenticator has, got ${name}: use it, or DELETE /authenticators/${name} first`,
      );
    if (this.#tenants.size >= this.most)
      throw new HttpError(
        429,
        'too-many-authenticators',
        `expected at most ${this.most} authenticators, got another: forget one (DELETE /authenticators/{name}); one that nothing uses is forgotten after ${this.idle / 60_000} minutes`,
      );
    const tenant: Tenant = { name, house: make(), uses: new Set(), since: this.#clock.now() };
    this.#tenants.set(name, tenant);
    this.#idle.add(tenant);
    this.#schedule();
    this.#changed('made', name);
    return name;
  }

  /** @throws HttpError 404 */
  use(name: string, abort: Abortable): Use {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) throw noSuch(name);
    tenant.uses.add(abort);
    this.#idle.delete(tenant);
    return {
      house: tenant.house,
      done: () => {
        tenant.uses.delete(abort);
        if (tenant.uses.size > 0 || this.#tenants.get(name) !== tenant) return;
        tenant.since = this.#clock.now();
        this.#idle.add(tenant);
        this.#schedule();
      },
    };
  }

  /** Its ceremonies end. @throws HttpError 404 */
  forget(name: string): void {
    const tenant = this.#tenants.get(name);
    if (tenant === undefined) throw noSuch(name);
    this.#drop(tenant);
  }

  list(): { readonly name: string; readonly house: House; readonly requests: number }[] {
    return [...this.#tenants.values()].map(({ name, house, uses }) => ({ name, house, requests: uses.size }));
  }

  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    for (const { house } of this.#tenants.values()) house.close();
    this.#tenants.clear();
    this.#idle.clear();
  }

  #drop(tenant: Tenant): void {
    const { name, house, uses } = tenant;
    this.#tenants.delete(name);
    this.#idle.delete(tenant);
    house.close();
    const reason = new HttpError(409, 'authenticator-forgotten', `the authenticator ${name} was forgotten`);
    for (const abort of uses) abort.abort(reason);
    this.#changed('forgotten', name);
  }

  #schedule(): void {
    if (this.#stop !== undefined) return;
    const [longest] = this.#idle;
    if (longest === undefined) return;
    const left = Math.max(1, longest.since + this.idle - this.#clock.now());
    this.#stop = timer(this.#clock, left, () => this.#sweep(), { background: true });
  }

  #sweep(): void {
    this.#stop = undefined;
    const now = this.#clock.now();
    for (const tenant of [...this.#idle]) {
      if (now - tenant.since < this.idle) break;
      this.#drop(tenant);
    }
    this.#schedule();
  }
}

function noSuch(name: string): HttpError {
  return new HttpError(
    404,
    'no-such-authenticator',
    `no authenticator has the name ${name.slice(0, 80)}: POST /authenticators makes one, and one that nothing uses is forgotten`,
  );
}
