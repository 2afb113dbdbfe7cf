/** The key that a command works on: where its store is, and the device over it. */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Authenticator } from '../authenticator/authenticator.ts';
import type { ModelName } from '../authenticator/models/registry.ts';
import type { Policy } from '../authenticator/policy/type.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { hasStore } from '../store/lmdb/files.ts';
import type { JsonObject, LmdbStore } from '../store/lmdb/store.ts';
import type { Store } from '../store/store.ts';
import { UsageError } from './error.ts';
import { readSecret } from './input.ts';
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
  /** Of a key that is made now; one that is there has to be of it. */
  readonly model?: ModelName;
}

export interface Key {
  /** Where it is: a path, or `:memory:`. */
  readonly path: string;
  readonly store: Store;
  readonly model: ModelName | undefined;
  readonly policy: Partial<Policy> | undefined;
  readonly authenticator: Authenticator;
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

/** Whether there is a key. @throws UsageError where none can be */
export function keyExists(path: string): boolean {
  if (hasStore(path)) return true;
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`--store: expected a folder, got the file ${path}`);
  }
  return false;
}

/** Opens the key. @throws UsageError where there is none; StuntkeyError by the store's codes */
async function openKey(options: GlobalOptions & PersonOptions, opening: Opening = {}): Promise<Key> {
  const path = storePath(options);
  const person = await Person.of(options);
  try {
    const { store, model, policy, close } = await openContents(path, options, opening, person);
    if (opening.model !== undefined && model !== opening.model) {
      await close();
      throw new UsageError(
        `--model: expected ${model ?? 'none'}, since the key exists already, got ${opening.model}`,
      );
    }
    return {
      path,
      store,
      model,
      policy,
      person,
      authenticator: new Authenticator({
        store,
        user: person,
        ...(model && { model }),
        ...(policy && { policy }),
      }),
      async close() {
        person.close();
        await close();
      },
    };
  } catch (error) {
    person.close();
    throw error;
  }
}

interface Contents {
  readonly store: Store;
  readonly model: ModelName | undefined;
  readonly policy?: Partial<Policy> | undefined;
  close(): Promise<void>;
}

async function openContents(
  path: string,
  options: GlobalOptions,
  { create = false, readOnly = false, model }: Opening,
  person: Person,
): Promise<Contents> {
  if (path === MEMORY) {
    const { MemoryStore } = await import('../store/memory.ts');
    return { store: new MemoryStore(), model, async close() {} };
  }
  const exists = keyExists(path);
  const made = create && !exists;
  if (!create && !exists) throw new UsageError(`there is no key at ${path}: stuntkey new makes one`);
  const store = await openStoreAt(path, { readOnly, create: made }, await passphraseOf(options), person);
  if (made && model !== undefined) await store.putSettings({ model });
  if (made) note(`made a new key at ${path}`);
  const settings = store.settings();
  return {
    store,
    model: settings?.model as ModelName | undefined,
    policy: await policyIn(settings),
    close: () => store.close(),
  };
}

async function policyIn(settings: JsonObject | undefined): Promise<Partial<Policy> | undefined> {
  if (settings?.policy === undefined) return undefined;
  return (await import('../authenticator/policy/json.ts')).policyFromJson(settings.policy as JsonObject);
}

/** Opens the store. A passphrase that it needs is asked for, where there is a terminal to ask at. */
async function openStoreAt(
  path: string,
  how: { readonly readOnly: boolean; readonly create: boolean },
  passphrase: string | undefined,
  person: Person,
): Promise<LmdbStore> {
  const { openStore } = await import('../store/lmdb/open.ts');
  try {
    return await openStore({ path, ...how, ...(passphrase !== undefined && { passphrase }) });
  } catch (error) {
    const locked = error instanceof StuntkeyError && error.code === 'store-passphrase';
    if (!locked || passphrase !== undefined) throw error;
    const asked = await person.askSecret('Passphrase: ');
    if (asked === undefined) throw error;
    return openStore({ path, ...how, passphrase: asked });
  }
}

/** A passphrase that was handed in. @throws UsageError for a file without */
export async function passphraseOf({ passphraseFile }: GlobalOptions): Promise<string | undefined> {
  const { STUNTKEY_PASSPHRASE, STUNTKEY_PASSPHRASE_FILE } = process.env;
  const file = passphraseFile ?? STUNTKEY_PASSPHRASE_FILE;
  return file ? readSecret(file, 'passphrase') : STUNTKEY_PASSPHRASE || undefined;
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
  } catch (error) {
    // A device whose store fails knows no more than "other error".
    const { failure } = key.store as { failure?: unknown };
    throw failure ?? error;
  } finally {
    await key.close();
  }
}
