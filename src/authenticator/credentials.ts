/** The credentials of a device as its owner sees them, past every protocol: what a test sets up and looks at. */

import { hex } from '../codec/bytes.ts';
import { StuntkeyError } from '../codec/stuntkey-error.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { StoreListener, WatchedStore } from '../store/watched.ts';

/** What can be changed about a stored credential from outside. */
export type CredentialChanges = Partial<
  Pick<
    CredentialRecord,
    'signCount' | 'backupEligible' | 'backupState' | 'userName' | 'userDisplayName' | 'credBlob' | 'largeBlob'
  >
>;

export class Credentials {
  readonly #store: WatchedStore;

  constructor(store: WatchedStore) {
    this.#store = store;
  }

  /**
   * Tells of credentials that this device adds, changes (counters included) or removes, by their IDs, once that is kept.
   *
   * @returns what ends it
   */
  watch(listener: StoreListener): () => void {
    return this.#store.watch(listener);
  }

  /** All of them, discoverable or not. */
  list(): CredentialRecord[] {
    return this.#store.read((reader) => [...reader.all()]);
  }

  /** The one with this credential ID, or undefined. */
  get(id: Uint8Array): CredentialRecord | undefined {
    return this.#store.read((reader) => {
      const record = reader.get(id);
      return record && { ...record };
    });
  }

  /** Adds one, or replaces the one with the same ID. */
  async put(record: CredentialRecord): Promise<void> {
    await this.#store.transaction((transaction) => transaction.put(record));
  }

  /**
   * Changes some of its properties.
   *
   * @throws StuntkeyError `no-such-credential`
   */
  async update(id: Uint8Array, changes: CredentialChanges): Promise<void> {
    await this.#store.transaction((transaction) => {
      const record = transaction.get(id);
      if (record === undefined)
        throw new StuntkeyError('no-such-credential', `no credential has the ID ${hex(id)}`);
      transaction.put({ ...record, ...changes });
    });
  }

  /** Removes one; false if there was none. */
  async delete(id: Uint8Array): Promise<boolean> {
    return this.#store.transaction((transaction) => transaction.delete(id));
  }
}
