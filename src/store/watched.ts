/** A store that calls listeners with the changes of each stored transaction, of this device, another one on the same store, or another process. */
import { fromBinaryString, toBinaryString } from '../base/bytes.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { DeviceState } from './device-state.ts';
import type { CredentialRecord } from './record.ts';
import type { Store, StoreReader, StoreTransaction } from './store.ts';

/**
 * Called with the IDs of credentials that were added, changed or removed.
 *
 * @param whole more changed than is remembered: `ids` are then the IDs of all credentials that exist now; credentials with other IDs are gone
 */
export type StoreListener = (ids: readonly Uint8Array[], whole: boolean) => void;

/** How often a store that several processes share is looked at while there is a listener, in milliseconds. */
const LOOK_EVERY = 100;

export class WatchedStore implements Store {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #watchers: Watchers;

  constructor(store: Store, clock: Clock = systemClock) {
    this.#store = store;
    this.#clock = clock;
    this.#watchers = Watchers.of(store);
  }

  read<T>(work: (reader: StoreReader) => T): T {
    const result = this.#store.read(work);
    if (!(result instanceof Promise)) return result;
    result.catch(() => {});
    throw new TypeError('Store.read: expected a value, got a promise');
  }

  transaction<T>(work: (transaction: StoreTransaction) => T): T | Promise<T> {
    if (this.#watchers.none) return this.#store.transaction(work);
    const changed = new Set<string>();
    const result = this.#store.transaction((transaction) => work(new Noting(transaction, changed)));
    if (!(result instanceof Promise)) {
      this.#watchers.changedHere(changed);
      return result;
    }
    return result.then((value) => {
      this.#watchers.changedHere(changed);
      return value;
    });
  }

  /** @returns a function that removes the listener */
  watch(listener: StoreListener): () => void {
    return this.#watchers.add(listener, this.#clock);
  }

  /** Calls the listeners with changes of other processes now, instead of at the next look. */
  lookAround(): void {
    if (!this.#watchers.none) this.#watchers.look();
  }
}

/** The listeners of a store, over all its devices. */
class Watchers {
  static readonly #all = new WeakMap<Store, Watchers>();
  readonly #store: Store;
  readonly #listeners = new Set<StoreListener>();
  /** The last transaction that listeners were called for. */
  #seen = 0;
  #stop: (() => void) | undefined;

  private constructor(store: Store) {
    this.#store = store;
  }

  static of(store: Store): Watchers {
    let watchers = Watchers.#all.get(store);
    if (watchers === undefined) {
      watchers = new Watchers(store);
      Watchers.#all.set(store, watchers);
    }
    return watchers;
  }

  get none(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: StoreListener, clock: Clock): () => void {
    // (The same function may be added twice; each time is a listener of its own.)
    const one: StoreListener = (ids, whole) => listener(ids, whole);
    if (this.none && this.#store.changes !== undefined) {
      this.#seen = this.#store.changes().number;
      this.#lookLater(clock);
    }
    this.#listeners.add(one);
    return () => {
      this.#listeners.delete(one);
      if (!this.none) return;
      this.#stop?.();
      this.#stop = undefined;
    };
  }

  /** Called when a transaction of this process is stored. A shared store also knows the changes of other processes since then. */
  changedHere(changed: ReadonlySet<string>): void {
    if (this.#store.changes !== undefined) this.look(changed);
    else this.#tell(changed, false);
  }

  /** @param changed IDs of credentials that are known to have changed */
  look(changed: ReadonlySet<string> = new Set()): void {
    if (this.#store.changes === undefined) return;
    const { number, ids, whole } = this.#store.changes(this.#seen);
    if (number === this.#seen) return;
    this.#seen = number;
    this.#tell(new Set([...changed, ...ids.map(toBinaryString)]), whole);
  }

  #lookLater(clock: Clock): void {
    this.#stop = clock.after(
      LOOK_EVERY,
      () => {
        this.#lookLater(clock);
        try {
          this.look();
        } catch {
          // A store that was closed or damaged says so to those who use it. What a listener throws has no caller to go to.
        }
      },
      { background: true },
    );
  }

  #tell(changed: ReadonlySet<string>, whole: boolean): void {
    if (changed.size === 0 && !whole) return;
    const ids = [...changed].map(fromBinaryString);
    for (const listener of [...this.#listeners]) listener(ids, whole);
  }
}

/** A transaction that notes the credentials that it changes, a replaced one before its replacement. */
class Noting implements StoreTransaction {
  readonly #transaction: StoreTransaction;
  readonly #changed: Set<string>;

  constructor(transaction: StoreTransaction, changed: Set<string>) {
    this.#transaction = transaction;
    this.#changed = changed;
  }

  #note(id: Uint8Array): void {
    this.#changed.add(toBinaryString(id));
  }

  get(id: Uint8Array): CredentialRecord | undefined {
    return this.#transaction.get(id);
  }

  discoverable(rpIdHash: Uint8Array, skip?: number): Iterable<CredentialRecord> {
    return this.#transaction.discoverable(rpIdHash, skip);
  }

  ofUser(rpIdHash: Uint8Array, userId: Uint8Array): CredentialRecord | undefined {
    return this.#transaction.ofUser(rpIdHash, userId);
  }

  countDiscoverable(rpIdHash?: Uint8Array): number {
    return this.#transaction.countDiscoverable(rpIdHash);
  }

  relyingParties(): Iterable<Uint8Array> {
    return this.#transaction.relyingParties();
  }

  all(): Iterable<CredentialRecord> {
    return this.#transaction.all();
  }

  device(): DeviceState | undefined {
    return this.#transaction.device();
  }

  putDevice(state: DeviceState): void {
    this.#transaction.putDevice(state);
  }

  put(record: CredentialRecord): void {
    const { discoverable, rpIdHash, userId } = record;
    const replaced = discoverable && userId ? this.#transaction.ofUser(rpIdHash, userId) : undefined;
    if (replaced) this.#note(replaced.id);
    this.#note(record.id);
    this.#transaction.put(record);
  }

  updateSignCount(id: Uint8Array, next: (signCount: number) => number): number | undefined {
    this.#note(id);
    return this.#transaction.updateSignCount(id, next);
  }

  delete(id: Uint8Array): boolean {
    this.#note(id);
    return this.#transaction.delete(id);
  }

  clearCredentials(): void {
    for (const { id } of this.#transaction.all()) this.#note(id);
    this.#transaction.clearCredentials();
  }
}
