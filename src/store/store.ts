/**
 * Credentials and device state behind one interface, so that an authenticator can use memory, LMDB or a store of your own.
 */
import type { DeviceState } from './device-state.ts';
import type { CredentialRecord } from './record.ts';

/** Reads a store. Records must not be modified; their counters follow the store's. */
export interface StoreReader {
  /** The credential with this ID, or undefined. */
  get(id: Uint8Array): CredentialRecord | undefined;
  /** Discoverable credentials of an RP, most recently created first; `skip` leaves out that many of the newest. */
  discoverable(rpIdHash: Uint8Array, skip?: number): Iterable<CredentialRecord>;
  /** The discoverable credential of one user of an RP, or undefined. */
  ofUser(rpIdHash: Uint8Array, userId: Uint8Array): CredentialRecord | undefined;
  /** How many discoverable credentials an RP has, or all RPs together, without an RP. */
  countDiscoverable(rpIdHash?: Uint8Array): number;
  /** SHA-256 of the RP IDs that have discoverable credentials, each 32 bytes, in an order that reading does not change. */
  relyingParties(): Iterable<Uint8Array>;
  /** Every credential, discoverable or not, in an order that reading does not change. */
  all(): Iterable<CredentialRecord>;
  /** The device's own state; undefined in an unused store. */
  device(): DeviceState | undefined;
}

/** Reads and changes a store inside a transaction. */
export interface StoreTransaction extends StoreReader {
  /**
   * Adds a credential, or replaces the one with the same ID (keeping its place in the order). A discoverable credential also
   * replaces the discoverable one of the same user and RP: there is never more than one, and the new one is the
   * newest.
   */
  put(record: CredentialRecord): void;
  /**
   * Changes only the signature counter of a stored credential, to the result of `next`.
   *
   * @returns the new counter; undefined if there is no such credential
   */
  updateSignCount(id: Uint8Array, next: (signCount: number) => number): number | undefined;
  /** Removes a credential; false if there was none. */
  delete(id: Uint8Array): boolean;
  /** Replaces the device's own state. */
  putDevice(state: DeviceState): void;
  /** Removes every credential. The device's own state stays. */
  clearCredentials(): void;
}

/** What changed in a store, by this process or another. */
export interface StoreChanges {
  /** The number of the last transaction: a later one has a higher number. */
  readonly number: number;
  /** IDs of credentials that were added, changed or removed. A replaced credential comes before its replacement. */
  readonly ids: readonly Uint8Array[];
  /** More changed than is remembered: `ids` are then the IDs of all credentials that exist now. Credentials with other IDs are gone. */
  readonly whole: boolean;
}

/** A store of credentials and device state. */
export interface Store {
  /**
   * The changes of all transactions, also of other processes, after the one with the number `after`; without `after`, only the
   * number. For stores that several processes share; absent in others.
   */
  changes?(after?: number): StoreChanges;
  /** Runs `work` on one consistent view. */
  read<T>(work: (reader: StoreReader) => T): T;
  /**
   * Runs `work` as one transaction. Either all its changes are stored durably before the result is returned,
   * or, if it throws, none. `work` is synchronous, sees no unfinished changes of other transactions, and must not keep
   * the transaction.
   */
  transaction<T>(work: (transaction: StoreTransaction) => T): T | Promise<T>;
}
