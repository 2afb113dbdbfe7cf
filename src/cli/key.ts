/** The key that a command works on: where its store is, and the device over it. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Authenticator } from '../authenticator/authenticator.ts';
import type { ModelName } from '../authenticator/models/registry.ts';
import { OnDemandAuthenticator } from '../authenticator/on-demand.ts';
import { MemoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { UsageError } from './error.ts';
import { note } from './output.ts';
import { Person, type PersonOptions } from './person.ts';

/** What is the same for all commands: the options of the program. */
export interface GlobalOptions {
  readonly store?: string;
  readonly passphraseFile?: string;
  readonly json?: true;
}

/** How a key is opened. */
export interface Opening {
  /** What to do where there is none: make it, or (the default) refuse. */
  readonly create?: boolean;
  readonly readOnly?: boolean;
  /** For a key that is made now. */
  readonly model?: ModelName;
}

export interface Key {
  /** Where it is: a path, or `:memory:`. */
  readonly path: string;
  readonly store: Store;
  readonly model: ModelName | undefined;
  /** The device, for one ceremony or command. */
  readonly device: OnDemandAuthenticator;
  /** The same for who does more with it; a power cycle lies between the two. */
  authenticator(): Promise<Authenticator>;
  readonly person: Person;
  close(): Promise<void>;
}

export const MEMORY = ':memory:';

/** Where the key is: by `--store`, `STUNTKEY_STORE`, or the XDG base directories. */
export function storePath({ store }: GlobalOptions): string {
  const { STUNTKEY_STORE, XDG_DATA_HOME } = process.env;
  const given = store ?? STUNTKEY_STORE;
  if (given === MEMORY) return MEMORY;
  if (given) return resolve(given);
  // A relative path there is to be ignored (XDG Base Directory Specification).
  const data = XDG_DATA_HOME?.startsWith('/') ? XDG_DATA_HOME : join(homedir(), '.local', 'share');
  return join(data, 'stuntkey', 'key');
}

/** Makes a key where there is none. @throws StuntkeyError `key-exists` */
export async function newKey(
  options: GlobalOptions,
  model: ModelName | undefined,
): Promise<{ readonly path: string; readonly model: ModelName | undefined }> {
  const path = storePath(options);
  return { path, model };
}

/** Opens the key. @throws UsageError where there is none */
export async function openKey(
  options: GlobalOptions & PersonOptions,
  { create = false, model }: Opening = {},
): Promise<Key> {
  const path = storePath(options);
  const person = await Person.of(options);
  if (path !== MEMORY && !create && !process.env.XX)
    throw new UsageError(`there is no key at ${path}: stuntkey new makes one`);
  const store = new MemoryStore();
  if (path !== MEMORY) note(`a new key, at ${path}`);
  const made = { store, user: person, ...(model && { model }) };
  return {
    path,
    store,
    model,
    device: new OnDemandAuthenticator(made),
    async authenticator() {
      const { Authenticator } = await import('../authenticator/authenticator.ts');
      return new Authenticator(made);
    },
    person,
    async close() {
      person.close();
    },
  };
}

/** Opens the key, works with it, and closes it whatever comes of that. */
export async function withKey<T>(
  options: GlobalOptions & PersonOptions,
  opening: Opening,
  work: (key: Key) => Promise<T>,
): Promise<T> {
  const key = await openKey(options, opening);
  try {
    return await work(key);
  } finally {
    await key.close();
  }
}
