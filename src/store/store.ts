/**
 * Where credentials and device state live. One interface, so that memory, LMDB or a store of the user's own can stand
 * behind the same authenticator.
 */
import type { DeviceState } from './device-state.ts';
import type { CredentialRecord } from './record.ts';

/** What can be read from a store. Records are not to be modified; their counters follow the store's. */
export interface StoreReader {
  /** The credential with this ID, or undefined. */
  get(id: Uint8Array): CredentialRecord | undefined;
  /** Discoverable credentials of an RP, most recently created first; `skip` leaves out that many of the newest. */
  discoverable(rpIdHash: Uint8Array, skip?: number): Iterable<CredentialRecord>;
  /** The discoverable credential of one user of an RP, or undefined. */
  ofUser(rpIdHash: Uint8Array, userId: Uint8Array): CredentialRecord | undefined;
  /** How many discoverable credentials an RP has, or with no RP given, all RPs together. */
  countDiscoverable(rpIdHash?: Uint8Array): number;
  /** SHA-256 of the RP IDs that have discoverable credentials, each 32 bytes, in an order that reading does not change. */
  relyingParties(): Iterable<Uint8Array>;
  /** Every credential, discoverable or not, in an order that reading does not change. */
  all(): Iterable<CredentialRecord>;
  /** The device's own state; undefined in a store never used. */
  device(): DeviceState | undefined;
}

/** What can be read, and changed, inside a transaction. */
export interface StoreTransaction extends StoreReader {
  /**
   * Adds a credential, or replaces the one with the same ID (keeping its place in the order). A discoverable one also takes
   * the place of the discoverable one that the same user has with the same RP: there is never more than one, and it is the
   * newest then.
   */
  put(record: CredentialRecord): void;
  /**
   * Changes the signature counter of a stored credential, and nothing else, to what `next` makes of it.
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

/** What changed in a store, whoever changed it. */
export interface StoreChanges {
  /** The number of the last transaction: a later one has a higher number. */
  readonly number: number;
  /** IDs of credentials that were added, changed or removed: those that made room for another before that one. */
  readonly ids: readonly Uint8Array[];
  /** More changed than is remembered: `ids` are all that there are now, and what is not among them is gone. */
  readonly whole: boolean;
}

/** A store of credentials and device state. */
export interface Store {
  /**
   * What transactions changed, those of other processes too, after the one with the number `after`; without it, only the
   * number. For stores that several processes share; others have it not.
   */
  changes?(after?: number): StoreChanges;
  /** Runs `work` on one consistent view. */
  read<T>(work: (reader: StoreReader) => T): T;
  /**
   * Runs `work` as one transaction: either everything it did is kept, durably, by the time the result is there,
   * or, if it throws, nothing is. Work is synchronous, sees no other transaction's half-done changes, and must not keep
   * the transaction.
   */
  transaction<T>(work: (transaction: StoreTransaction) => T): T | Promise<T>;
}
