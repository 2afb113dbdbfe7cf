/** The store that outlives its process, and that several processes can share: LMDB in a folder. */
import { equal, fromUtf8, utf8 } from '../../base/bytes.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { DeviceState } from '../device-state.ts';
import { unpackDevice } from '../packing.ts';
import type { CredentialRecord } from '../record.ts';
import type { Store, StoreChanges, StoreReader, StoreTransaction } from '../store.ts';
import { explained, storeError } from './errors.ts';
import { requireRoom } from './files.ts';
import { DEVICE_KEY, SETTINGS_KEY } from './layout.ts';
import type { Sealer } from './seal.ts';
import { type Database, Tree } from './tree.ts';
import { View } from './view.ts';
import type { WalkedNote } from './walked-note.ts';

/** A JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** An object of JSON. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** The credentials of a page, and how many at most. */
export interface PageOptions {
  /** At most this many. */
  readonly limit: number;
  /** 32 bytes: only credentials of this RP, the discoverable ones first. Default: all, in the order they were made in. */
  readonly rpIdHash?: Uint8Array;
  /** The `next` of the page before: goes on after it. */
  readonly after?: Uint8Array;
}

/** A page of credentials. */
export interface Page {
  readonly records: CredentialRecord[];
  /** For the next page's `after`; absent on the last page. Valid as long as the store exists. */
  readonly next?: Uint8Array;
}

/** How a store was opened. */
export interface OpenedStore {
  /** The database. (By its own type, a program that imports `stuntkey/store` would have to compile lmdb's typings.) */
  readonly db: object;
  readonly note: WalkedNote;
  readonly sealer: Sealer;
  readonly path: string;
  readonly readOnly: boolean;
  readonly encrypted: boolean;
}

/** Paths with a running transaction: LMDB has one writer, and a second one in the same thread would wait for itself. */
const writing = new Set<string>();

/**
 * Keeps credentials and device state in a folder; see `openStore`. A transaction's changes are on the disk before it returns.
 * Several processes can have the same store open: each transaction sees what all others have done, and they follow one
 * another.
 */
export class LmdbStore implements Store {
  /** The folder. */
  readonly path: string;
  /** Whether it was opened for reading only. */
  readonly readOnly: boolean;
  /** Whether it is encrypted under a passphrase. */
  readonly encrypted: boolean;
  /** Why the last transaction failed; undefined after one that was stored. (A device answers only "other error".) */
  failure: StuntkeyError | undefined;
  readonly #db: Database;
  readonly #tree: Tree;
  readonly #note: WalkedNote;
  #view: View | undefined;
  #closed: Promise<void> | undefined;
  /** The device's state, and the bytes it was unpacked from: the same object until a transaction changes it. */
  #device: { readonly packed: Uint8Array; readonly state: DeviceState } | undefined;

  /** For `openStore`. @internal */
  constructor({ db, note, sealer, path, readOnly, encrypted }: OpenedStore) {
    this.#db = db as Database;
    this.#note = note;
    this.#tree = new Tree(this.#db, sealer);
    this.path = path;
    this.readOnly = readOnly;
    this.encrypted = encrypted;
  }

  /** @throws StuntkeyError `store-closed`, `store-damaged` */
  read<T>(work: (reader: StoreReader) => T): T {
    return this.#read(work);
  }

  /** @throws StuntkeyError `store-read-only`, `store-full`, `store-closed`, `store-damaged`; nothing was changed then */
  transaction<T>(work: (transaction: StoreTransaction) => T): T {
    return this.#write(work);
  }

  /** Settings of the program that owns the store, as a JSON object; undefined if there are none. */
  settings(): JsonObject | undefined {
    return this.#read(() => settingsIn(this.#tree));
  }

  /** Replaces the settings. @throws StuntkeyError as {@link LmdbStore.transaction} */
  async putSettings(settings: JsonObject): Promise<void> {
    const bytes = utf8(JSON.stringify(settings));
    this.#write((view) => view.putSettings(bytes));
  }

  /**
   * Credentials in the order they were made in, page by page, so that they are never all in memory.
   *
   * @throws StuntkeyError `bad-options`
   *
   * @example
   * ```ts
   * import { tmpdir } from 'node:os';
   * import { openStore } from 'stuntkey/store';
   * const store = await openStore({ path: `${tmpdir()}/stuntkey-${process.pid}` });
   * const { records, next } = store.page({ limit: 100 });
   * console.log(records.length, next); // 0 undefined
   * await store.close();
   * ```
   */
  page({ limit, rpIdHash, after }: PageOptions): Page {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new StuntkeyError('bad-options', `limit: expected a positive integer, got ${limit}`);
    }
    return this.#read((view) => {
      const records: CredentialRecord[] = [];
      let last: Uint8Array | undefined;
      for (const [cursor, record] of view.places(rpIdHash, after)) {
        if (records.length === limit) return { records, ...(last && { next: last }) };
        records.push(record);
        last = cursor;
      }
      return { records };
    });
  }

  /** How many credentials there are, discoverable or not. */
  count(): number {
    return this.#read((view) => view.numbers().credentials);
  }

  /** The changes of transactions of all processes after the one with this number; a few dozen transactions are remembered. */
  changes(after?: number): StoreChanges {
    return this.#read((view) => view.changesAfter(after));
  }

  /** Closes the store. Transactions under way are stored; later calls are refused. */
  close(): Promise<void> {
    this.#note.close();
    this.#closed ??= this.#db.close();
    return this.#closed;
  }

  /** For `exportStore`: the present content, unchanged until `done`. Until then LMDB reuses no space. @internal */
  snapshot(): {
    readonly view: StoreReader;
    readonly settings: JsonObject | undefined;
    readonly done: () => void;
  } {
    this.#requireOpen();
    this.#db.resetReadTxn();
    const transaction = this.#db.useReadTransaction();
    const tree = new Tree(this.#db, this.#tree.sealer, transaction);
    return {
      view: new View(tree, 'reading', this.#readDevice),
      settings: settingsIn(tree),
      done: () => transaction.done(),
    };
  }

  #read<T>(work: (view: View) => T): T {
    this.#requireOpen();
    // Inside a transaction, what it did so far is to be seen.
    if (this.#view !== undefined) return work(this.#view);
    // LMDB's own view may be from before another process's last transaction.
    this.#db.resetReadTxn();
    const view = new View(this.#tree, 'reading', this.#readDevice);
    this.#view = view;
    try {
      return work(view);
    } catch (error) {
      throw explained(error, this.path);
    } finally {
      this.#view = undefined;
      view.abandon();
    }
  }

  #write<T>(work: (view: View) => T): T {
    this.#requireOpen();
    if (writing.has(this.path) || this.#view !== undefined) {
      throw new Error('a transaction cannot begin inside another');
    }
    const view = new View(new Tree(this.#db, this.#tree.sealer), 'writing', this.#readDevice);
    let result: T | undefined;
    writing.add(this.path);
    try {
      if (this.readOnly) {
        throw storeError('store-read-only', `the store ${this.path} was opened for reading only`);
      }
      requireRoom(this.path);
      this.#view = view;
      // (What the work returns must not reach LMDB: for a promise it would wait with the transaction open.)
      this.#db.transactionSync(() => {
        result = work(view);
        view.end();
      });
      this.#note.write();
      this.failure = undefined;
      return result as T;
    } catch (error) {
      const why = explained(error, this.path);
      if (why instanceof StuntkeyError) this.failure = why;
      throw why;
    } finally {
      this.#view = undefined;
      writing.delete(this.path);
      view.abandon();
    }
  }

  readonly #readDevice = (tree: Tree): DeviceState | undefined => {
    const packed = tree.get(DEVICE_KEY);
    if (packed === undefined) return undefined;
    if (this.#device === undefined || !equal(this.#device.packed, packed)) {
      this.#device = { packed, state: unpackDevice(tree.sealer.unseal(DEVICE_KEY, packed)) };
    }
    return this.#device.state;
  };

  #requireOpen(): void {
    if (this.#closed !== undefined) throw storeError('store-closed', `the store ${this.path} was closed`);
  }
}

function settingsIn(tree: Tree): JsonObject | undefined {
  const bytes = tree.open(SETTINGS_KEY);
  return bytes && (JSON.parse(fromUtf8(bytes)) as JsonObject);
}
