/** The credentials of a device, read and changed directly, without a protocol: for tests that prepare and inspect a device. */

import { hex, isBytes } from '../base/bytes.ts';
import {
  bytes,
  check,
  exactly,
  flag,
  maybe,
  oneOfNumbers,
  type Shape,
  text,
  that,
  whole,
} from '../base/shape.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { rpIdHashOf } from '../crypto/hash.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { CredentialRecord } from '../store/record.ts';
import type { Store, StoreReader, StoreTransaction } from '../store/store.ts';
import type { StoreListener, WatchedStore } from '../store/watched.ts';
import type { Device } from './device.ts';
import type { Policy } from './policy/type.ts';
import { type PrivateKey, readPrivateKey } from './private-key.ts';

/** The members of a stored credential that can be changed from outside. */
export type CredentialChanges = Partial<
  Pick<
    CredentialRecord,
    'signCount' | 'backupEligible' | 'backupState' | 'userName' | 'userDisplayName' | 'credBlob' | 'largeBlob'
  >
>;

/** A credential that was made elsewhere. */
export interface CredentialImport {
  readonly rpId: string;
  readonly privateKey: PrivateKey;
  /** COSE number. Default: the key's own, or the first algorithm for its kind of key. */
  readonly algorithm?: number;
  /** 16 to 1023 bytes. Default: random bytes, of the policy's length. */
  readonly id?: Uint8Array;
  /** User handle, 1 to 64 bytes; without one the credential is not discoverable. */
  readonly userId?: Uint8Array;
  readonly userName?: string;
  readonly userDisplayName?: string;
  /** Default: whether there is a user handle. */
  readonly discoverable?: boolean;
  /** Default: 0. */
  readonly signCount?: number;
  /** Default: the policy's. */
  readonly backupEligible?: boolean;
  /** Default: the policy's. */
  readonly backupState?: boolean;
  /** credProtect level. Default: 1. */
  readonly credProtect?: 1 | 2 | 3;
}

const importShape: Shape<CredentialImport> = exactly(() => ({
  rpId: text({ least: 1 }),
  privateKey: that<PrivateKey>((value) => value !== undefined && value !== null, 'a private key'),
  algorithm: maybe(whole(-0x8000_0000, 0x7fff_ffff)),
  id: maybe(bytes(16, 1023)),
  userId: maybe(bytes(1, 64)),
  userName: maybe(text()),
  userDisplayName: maybe(text()),
  discoverable: maybe(flag),
  signCount: maybe(whole(0, 0xffff_ffff)),
  backupEligible: maybe(flag),
  backupState: maybe(flag),
  credProtect: maybe(oneOfNumbers([1, 2, 3])),
}));

const someBytes = that<Uint8Array>(isBytes, 'bytes (a Uint8Array)');

const changesShape: Shape<CredentialChanges> = exactly(() => ({
  signCount: maybe(whole(0, 0xffff_ffff)),
  backupEligible: maybe(flag),
  backupState: maybe(flag),
  userName: maybe(text()),
  userDisplayName: maybe(text()),
  credBlob: maybe(someBytes),
  largeBlob: maybe(someBytes),
}));

/**
 * A test's view of the credentials on a device: `authenticator.credentials`. No person is asked, and no PIN is needed.
 *
 * @example
 * ```js
 * import { Authenticator } from 'stuntkey';
 * const { credentials } = new Authenticator();
 * console.log(credentials.list().length); // 0
 * ```
 */
export class Credentials implements Store {
  readonly #store: WatchedStore;
  readonly #policy: Policy;
  readonly #random: RandomSource;

  constructor(device: Pick<Device, 'policy' | 'random'> & { readonly store: WatchedStore }) {
    const { store, policy, random } = device;
    this.#store = store;
    this.#policy = policy;
    this.#random = random;
  }

  /**
   * Adds a credential whose key was made elsewhere.
   *
   * @returns the credential as it is stored
   * @throws StuntkeyError `bad-key` that names what is wrong with the key, `bad-credential` that names another member;
   *   nothing is stored then
   *
   * @example
   * ```ts
   * import { Authenticator } from 'stuntkey';
   * const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
   * const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign']);
   * const authenticator = new Authenticator();
   * await authenticator.credentials.import({
   *   rpId: 'example.com',
   *   userId: Uint8Array.of(1),
   *   privateKey: new Uint8Array(await crypto.subtle.exportKey('pkcs8', privateKey)),
   * });
   * ```
   */
  async import(given: CredentialImport): Promise<CredentialRecord> {
    const credential = check(importShape, given, 'bad-credential', 'credential');
    const { rpId, id, userId, signCount = 0 } = credential;
    const { backup, credentialIdLength } = this.#policy;
    const discoverable = credential.discoverable ?? userId !== undefined;
    expect(!discoverable || userId !== undefined, 'userId', 'one, since it is discoverable', undefined);
    const key = await readPrivateKey(credential.privateKey, credential.algorithm);
    const record: CredentialRecord = {
      id: id ?? this.#random(credentialIdLength, 'credential-id'),
      rpId,
      rpIdHash: rpIdHashOf(rpId),
      algorithm: key.algorithm,
      privateKey: key.secret,
      publicKey: key.public,
      discoverable,
      ...(userId !== undefined && { userId }),
      ...(credential.userName !== undefined && { userName: credential.userName }),
      ...(credential.userDisplayName !== undefined && { userDisplayName: credential.userDisplayName }),
      signCount,
      backupEligible: credential.backupEligible ?? backup.eligible,
      backupState: credential.backupState ?? backup.state,
      credProtect: credential.credProtect ?? 1,
    };
    expect(record.backupEligible || !record.backupState, 'backupState', 'false without backupEligible', true);
    await this.put(record);
    return record;
  }

  /**
   * Calls a listener with the IDs of credentials that were added, changed (counters included) or removed, once that is stored: by this
   * device, by another one on the same store object, and, with a durable store, by other processes. Their changes are looked
   * for before each command of this device, and every 100 ms of its clock while there is a listener.
   *
   * A listener's second argument, `whole`, says that more changed than the store remembers (64 transactions, or more than 16
   * credentials in one): the IDs are then those of all credentials, and credentials with other IDs are gone. What a listener throws
   * goes to the caller of the command; between commands it is lost.
   *
   * @returns a function that ends it
   *
   * @example
   * ```ts
   * import { Authenticator } from 'stuntkey';
   * const { credentials } = new Authenticator();
   * const stop = credentials.watch((ids, whole) => {
   *   for (const id of ids) console.log(credentials.get(id) === undefined ? 'gone' : 'there', whole);
   * });
   * stop();
   * ```
   */
  watch(listener: StoreListener): () => void {
    return this.#store.watch(listener);
  }

  /** Calls the listeners with the changes of other processes now, without waiting for the next look. */
  follow(): void {
    this.#store.lookAround();
  }

  /** Reads one consistent view of the store, without copying all credentials. */
  read<T>(work: (reader: StoreReader) => T): T {
    return this.#store.read(work);
  }

  /** Changes several credentials at once, or, if `work` throws, none. Listeners are called as always. */
  async transaction<T>(work: (transaction: StoreTransaction) => T): Promise<T> {
    return this.#store.transaction(work);
  }

  /** All credentials, discoverable or not. */
  list(): CredentialRecord[] {
    return this.#store.read((reader) => [...reader.all()]);
  }

  /** The credential with this ID, or undefined. @throws StuntkeyError `bad-credential` for an ID that is not in bytes */
  get(id: Uint8Array): CredentialRecord | undefined {
    checkId(id);
    return this.#store.read((reader) => {
      const record = reader.get(id);
      return record && { ...record };
    });
  }

  /** Adds a credential, or replaces the one with the same ID. */
  async put(record: CredentialRecord): Promise<void> {
    await this.#store.transaction((transaction) => transaction.put(record));
  }

  /**
   * Changes some members of a credential.
   *
   * @throws StuntkeyError `no-such-credential`; `bad-credential` for an ID that is not in bytes, or a change that there is not
   */
  async update(id: Uint8Array, changes: CredentialChanges): Promise<void> {
    checkId(id);
    check(changesShape, changes, 'bad-credential', 'changes');
    await this.#store.transaction((transaction) => {
      const record = transaction.get(id);
      if (record === undefined)
        throw new StuntkeyError('no-such-credential', `no credential has the ID ${hex(id)}`);
      transaction.put({ ...record, ...changes });
    });
  }

  /** Removes a credential; false if there was none. @throws StuntkeyError `bad-credential` for an ID that is not in bytes */
  async delete(id: Uint8Array): Promise<boolean> {
    checkId(id);
    return this.#store.transaction((transaction) => transaction.delete(id));
  }
}

/** Responses have IDs in base64url, which no credential would be found by. */
function checkId(id: unknown): void {
  if (isBytes(id)) return;
  const given = typeof id === 'string' ? JSON.stringify(id.slice(0, 40)) : `a ${typeof id}`;
  throw new StuntkeyError(
    'bad-credential',
    `id: expected bytes (a Uint8Array): Buffer.from(id, 'base64url') makes them of a response's ID; got ${given}`,
  );
}

function expect(holds: boolean, member: string, expected: string, got: unknown): void {
  if (!holds)
    throw new StuntkeyError('bad-credential', `${member}: expected ${expected}, got ${String(got)}`);
}
