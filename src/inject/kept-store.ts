/** The store of a page's device that outlives its document: in the tab's own storage, which all documents of an origin in it share. */
import { base64url, fromBase64url } from '../base/base64url.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { MemoryStore } from '../store/memory.ts';
import { packDevice, packRecord, unpackDevice, unpackRecord } from '../store/packing.ts';
import type { Store, StoreReader, StoreTransaction } from '../store/store.ts';

/** What is used of the DOM's Storage. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, text: string): void;
}

const KEY = 'stuntkey';

interface Kept {
  readonly version: 1;
  /** Packed, in base64url. */
  readonly device: string | null;
  readonly credentials: readonly string[];
}

export class KeptStore implements Store {
  readonly #storage: TextStorage;
  #memory: MemoryStore = new MemoryStore();
  /** What the memory was read from, or written as. */
  #text: string | null = null;

  /** @throws StuntkeyError `store-damaged` where something else is kept under its name */
  constructor(storage: TextStorage) {
    this.#storage = storage;
    this.#follow();
  }

  read<T>(work: (reader: StoreReader) => T): T {
    this.#follow();
    return this.#memory.read(work);
  }

  transaction<T>(work: (transaction: StoreTransaction) => T): T | Promise<T> {
    this.#follow();
    let text = '';
    const result = this.#memory.transaction((transaction) => {
      const done = work(transaction);
      text = written(transaction);
      // A full storage throws, and then nothing was changed.
      this.#storage.setItem(KEY, text);
      return done;
    });
    this.#text = text;
    return result;
  }

  /** Another document of the tab may have written since. */
  #follow(): void {
    const text = this.#storage.getItem(KEY);
    if (text === this.#text) return;
    const memory = new MemoryStore();
    if (text !== null) {
      const { device, credentials } = parsed(text);
      memory.transaction((transaction) => {
        if (device !== null) transaction.putDevice(unpackDevice(fromBase64url(device)));
        for (const credential of credentials) transaction.put(unpackRecord(fromBase64url(credential)));
      });
    }
    this.#memory = memory;
    this.#text = text;
  }
}

function written(reader: StoreReader): string {
  const device = reader.device();
  const kept: Kept = {
    version: 1,
    device: device === undefined ? null : base64url(packDevice(device)),
    credentials: [...reader.all()].map((record) => base64url(packRecord(record))),
  };
  return JSON.stringify(kept);
}

function parsed(text: string): Kept {
  try {
    const kept = JSON.parse(text) as Kept;
    if (kept.version === 1 && Array.isArray(kept.credentials)) return kept;
  } catch {}
  throw new StuntkeyError(
    'store-damaged',
    `sessionStorage.${KEY}: expected what a page's device has kept there, got ${text.slice(0, 40)}: remove it`,
  );
}
