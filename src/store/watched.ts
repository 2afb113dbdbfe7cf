/** A store that tells what a transaction changed, once it is kept. */
import { fromBinaryString, toBinaryString } from '../base/bytes.ts';
import type { Store, StoreReader, StoreTransaction } from './store.ts';

/** Told of the IDs of credentials that were added, changed or removed. */
export type StoreListener = (ids: readonly Uint8Array[]) => void;

export class WatchedStore implements Store {
  readonly #store: Store;
  readonly #listeners = new Set<StoreListener>();

  constructor(store: Store) {
    this.#store = store;
  }

  read<T>(work: (reader: StoreReader) => T): T {
    const result = this.#store.read(work);
    if (!(result instanceof Promise)) return result;
    result.catch(() => {});
    throw new TypeError('Store.read: expected a value, got a promise');
  }

  transaction<T>(work: (transaction: StoreTransaction) => T): T | Promise<T> {
    if (this.#listeners.size === 0) return this.#store.transaction(work);
    const changed = new Set<string>();
    const result = this.#store.transaction((transaction) => work(noting(transaction, changed)));
    if (!(result instanceof Promise)) {
      this.#tell(changed);
      return result;
    }
    return result.then((value) => {
      this.#tell(changed);
      return value;
    });
  }

  /** @returns what takes the listener off again */
  watch(listener: StoreListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(changed: ReadonlySet<string>): void {
    if (changed.size === 0) return;
    const ids = [...changed].map(fromBinaryString);
    for (const listener of [...this.#listeners]) listener(ids);
  }
}

/** A transaction that notes whose credentials it touches: those that make room for another, first. */
function noting(transaction: StoreTransaction, changed: Set<string>): StoreTransaction {
  const note = (id: Uint8Array): void => {
    changed.add(toBinaryString(id));
  };
  return {
    get: (id) => transaction.get(id),
    discoverable: (rpIdHash, skip) => transaction.discoverable(rpIdHash, skip),
    ofUser: (rpIdHash, userId) => transaction.ofUser(rpIdHash, userId),
    countDiscoverable: (rpIdHash) => transaction.countDiscoverable(rpIdHash),
    relyingParties: () => transaction.relyingParties(),
    all: () => transaction.all(),
    device: () => transaction.device(),
    putDevice: (state) => transaction.putDevice(state),
    put(record) {
      const { discoverable, rpIdHash, userId } = record;
      const replaced = discoverable && userId ? transaction.ofUser(rpIdHash, userId) : undefined;
      if (replaced) note(replaced.id);
      note(record.id);
      transaction.put(record);
    },
    updateSignCount(id, next) {
      note(id);
      return transaction.updateSignCount(id, next);
    },
    delete(id) {
      note(id);
      return transaction.delete(id);
    },
    clearCredentials() {
      for (const { id } of transaction.all()) note(id);
      transaction.clearCredentials();
    },
  };
}
