/**
 * The store of one person's device: the one credential that follows from the seed, there from the start and derived when it is first
 * read. What a ceremony changes (a counter, the names a server gave) lasts as long as the object.
 */
import { equal } from '../../base/bytes.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import { CtapError } from '../../ctap/status.ts';
import type { DeviceState } from '../../store/device-state.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { Store, StoreReader, StoreTransaction } from '../../store/store.ts';
import type { Derivation } from './derivation.ts';

/** The members of the credential that are not derived. */
export interface PersonDefaults {
  readonly discoverable: boolean;
  /** 1 to 64 bytes, if the server has another user handle than the derived one. */
  readonly userHandle?: Uint8Array;
  readonly backup: { readonly eligible: boolean; readonly state: boolean };
  /** The state that all devices of a fleet begin with: the same object, so that what follows from it is computed once. */
  readonly state: DeviceState;
  /** The least that the next counter may be. */
  readonly leastSignCount: () => number;
}

export class PersonStore implements Store {
  readonly #derivation: Derivation;
  readonly #index: number;
  readonly #defaults: PersonDefaults;
  /** Undefined until it is first read; null once it is deleted. */
  #credential: CredentialRecord | null | undefined;
  /** The credential's, which follows it. */
  #signCount = 0;
  #device: DeviceState;

  constructor(derivation: Derivation, index: number, defaults: PersonDefaults) {
    this.#derivation = derivation;
    this.#index = index;
    this.#defaults = defaults;
    this.#device = defaults.state;
  }

  read<T>(work: (reader: StoreReader) => T): T {
    return work(this.#transaction);
  }

  transaction<T>(work: (transaction: StoreTransaction) => T): T {
    // Records and states are replaced, never changed: to remember them is to be able to go back.
    const [credential, signCount, device] = [this.#credential, this.#signCount, this.#device];
    try {
      return work(this.#transaction);
    } catch (error) {
      [this.#credential, this.#signCount, this.#device] = [credential, signCount, device];
      throw error;
    }
  }

  readonly #transaction: StoreTransaction = {
    get: (id) => this.#withId(id),
    discoverable: (rpIdHash, skip = 0) => (skip > 0 ? [] : this.#discoverable(rpIdHash)),
    // Whatever handle a server gives this person, it is this person: a new credential takes the place of the one there is.
    ofUser: (rpIdHash) => this.#discoverable(rpIdHash)[0],
    countDiscoverable: (rpIdHash) => this.#discoverable(rpIdHash).length,
    relyingParties: () => this.#discoverable().map((credential) => credential.rpIdHash),
    all: () => this.#all(),
    device: () => this.#device,
    putDevice: (state) => {
      this.#device = state;
    },
    put: (record) => this.#put(record),
    updateSignCount: (id, next) => {
      if (this.#withId(id) === undefined) return undefined;
      this.#signCount = Math.max(next(this.#signCount), this.#defaults.leastSignCount());
      return this.#signCount;
    },
    delete: (id) => {
      if (this.#withId(id) === undefined) return false;
      this.#credential = null;
      return true;
    },
    clearCredentials: () => {
      this.#credential = null;
    },
  };

  /** There is room for the derived credential and no other. @throws CtapError CTAP2_ERR_KEY_STORE_FULL */
  #put(record: CredentialRecord): void {
    const { rpId } = this.#derivation;
    if (
      !equal(record.rpIdHash, rpIdHashOf(rpId)) ||
      !equal(record.id, this.#derivation.credentialId(this.#index))
    ) {
      throw new CtapError(
        'CTAP2_ERR_KEY_STORE_FULL',
        `person ${this.#index} has the one credential that is derived for ${rpId}`,
      );
    }
    // As the person who is derived anew has it, whatever a server asked for: synced passkeys are all found without their ID.
    this.#signCount = record.signCount;
    this.#credential = this.#counted({ ...record, discoverable: this.#defaults.discoverable });
  }

  #withId(id: Uint8Array): CredentialRecord | undefined {
    const [credential] = this.#all();
    return credential !== undefined && equal(credential.id, id) ? credential : undefined;
  }

  #discoverable(rpIdHash?: Uint8Array): CredentialRecord[] {
    return this.#all().filter(
      (credential) =>
        credential.discoverable && (rpIdHash === undefined || equal(credential.rpIdHash, rpIdHash)),
    );
  }

  #all(): CredentialRecord[] {
    if (this.#credential === undefined) this.#credential = this.#derived();
    return this.#credential === null ? [] : [this.#credential];
  }

  #derived(): CredentialRecord {
    const [derivation, index] = [this.#derivation, this.#index];
    const { discoverable, backup, userHandle } = this.#defaults;
    const privateKey = derivation.privateKey(index);
    return this.#counted({
      id: derivation.credentialId(index),
      rpId: derivation.rpId,
      rpIdHash: rpIdHashOf(derivation.rpId),
      algorithm: derivation.algorithm,
      privateKey,
      // A sign-in does without, and it takes as long as a signature.
      get publicKey() {
        return derivation.publicKey(privateKey);
      },
      discoverable,
      userId: userHandle ?? derivation.userHandle(index),
      signCount: 0,
      backupEligible: backup.eligible,
      backupState: backup.state,
      credProtect: 1,
      // Two more hashes that only PRF has a use for.
      get credRandom() {
        return derivation.credRandom(index);
      },
    });
  }

  /** The record with the counter of this store. (In place: a copy would compute what no command has asked for.) */
  #counted(record: CredentialRecord): CredentialRecord {
    return Object.defineProperty(record, 'signCount', { get: () => this.#signCount, enumerable: true });
  }
}
