/** One virtual authenticator of our WebAuthn domain: a device, its person, and the settings of the domain's commands. */
import { Authenticator, type AuthenticatorOptions } from '../../authenticator/authenticator.ts';
import type { Credentials } from '../../authenticator/credentials.ts';
import type { TransactOptions } from '../../authenticator/device.ts';
import { deviceState } from '../../authenticator/state.ts';
import { base64url } from '../../base/base64url.ts';
import { hex } from '../../base/bytes.ts';
import { AuthenticatorDataFlags, decodeAuthenticatorData } from '../../ctap/authenticator-data.ts';
import { CtapCommand } from '../../ctap/commands.ts';
import { decodeBody, decodeResponse } from '../../ctap/message.ts';
import { getAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../../ctap/messages/make-credential.ts';
import { ScriptedUser } from '../../person/user.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { type CdpCredential, toCdpCredential } from '../cdp/credential.ts';
import type { PageAuthenticator } from '../page/ceremonies.ts';
import { policyFor, type VirtualAuthenticatorOptions } from './options.ts';
import { hashOf, type Retouch, retouchAssertion, retouchRegistration } from './retouch.ts';

/** What happened to a credential. */
export type CredentialChange = 'added' | 'asserted' | 'updated' | 'deleted';

export type ChangeListener = (change: CredentialChange, credential: CdpCredential) => void;

export interface OverrideBits {
  readonly isBogusSignature?: boolean;
  readonly isBadUV?: boolean;
  readonly isBadUP?: boolean;
}

export class VirtualDevice implements PageAuthenticator {
  readonly id: string;
  readonly internal: boolean;
  readonly resident: boolean;
  readonly user: ScriptedUser = new ScriptedUser();
  readonly credentials: Credentials;
  readonly #authenticator: Authenticator;
  readonly #told: ChangeListener;
  readonly #known = new Map<string, CdpCredential>();
  /** Credentials without a counter, and their blobs: the domain keeps them, and our records do not. */
  readonly #uncounted = new Set<string>();
  readonly #blobs = new Map<string, string>();
  /** Keys of cmtgKey, by credential, if the device has them. */
  readonly #cmtg: Map<string, CmtgKeys> | undefined;
  /** Whether every site may learn how long a PIN has to be. */
  readonly #tellsPinLength: boolean;
  #overrides: OverrideBits = {};
  /** The hash of the last request's client data; further assertions have the same. */
  #hash: Uint8Array | undefined;
  /** Whether the domain itself makes the change, which is not always reported. */
  #own = false;
  /** Credentials that a registration under way has changed. */
  #held: Uint8Array[] | undefined;

  constructor(
    id: string,
    options: VirtualAuthenticatorOptions,
    environment: AuthenticatorOptions,
    told: ChangeListener,
  ) {
    this.id = id;
    this.#told = told;
    this.#authenticator = new Authenticator({
      ...environment,
      policy: { ...policyFor(options), ...environment.policy },
      user: this.user,
    });
    this.credentials = this.#authenticator.credentials;
    this.#cmtg = options.hasCmtgKey ? new Map() : undefined;
    this.#tellsPinLength = options.hasMinPinLength ?? false;
    this.internal = options.transport === 'internal';
    this.resident = this.#authenticator.policy.discoverableCapacity > 0;
    this.setUserVerified(options.isUserVerified ?? false);
    this.setPresence(options.automaticPresenceSimulation ?? true);
    this.credentials.watch((ids) => {
      if (this.#own) return;
      for (const id of ids) this.#seen(id);
    });
  }

  setUserVerified(verified: boolean): void {
    this.user.use({ verification: verified ? 'approve' : 'fail' });
  }

  setPresence(present: boolean): void {
    this.user.use({ presence: present ? 'approve' : 'ignore' });
  }

  setOverrides(overrides: OverrideBits): void {
    this.#overrides = overrides;
  }

  /** All credentials, in the order of their IDs. */
  list(): CdpCredential[] {
    return this.credentials
      .list()
      .filter(({ rpId }) => rpId !== undefined)
      .sort((a, b) => (hex(a.id) < hex(b.id) ? -1 : 1))
      .map((record) => this.#shown(record));
  }

  get(id: Uint8Array): CdpCredential | undefined {
    const record = this.credentials.get(id);
    return record && this.#shown(record);
  }

  /** Adds a credential. The domain does not report that. */
  async add(given: CredentialRecord, credential: CdpCredential): Promise<void> {
    const { signCount, largeBlob, backupEligibility, backupState } = credential;
    const { backup } = this.#authenticator.policy;
    const record = {
      ...given,
      backupEligible: backupEligibility ?? backup.eligible,
      backupState: backupState ?? backup.state,
    };
    const key = base64url(record.id);
    if (signCount === -1) this.#uncounted.add(key);
    if (largeBlob !== undefined) this.#blobs.set(key, largeBlob);
    this.#cmtg?.set(key, { ...NO_CMTG_KEYS, ...cmtgIn(credential) });
    await this.#quietly(() => this.credentials.put(record));
    this.#known.set(key, this.#shown(record));
  }

  /** Changes a credential. The domain does not report that. */
  async change(
    id: Uint8Array,
    properties: {
      backupEligibility?: boolean;
      backupState?: boolean;
      signCount?: number;
    } & Partial<CmtgKeys>,
  ): Promise<void> {
    const { backupEligibility, backupState, signCount } = properties;
    const key = base64url(id);
    this.#cmtg?.set(key, { ...NO_CMTG_KEYS, ...this.#cmtg.get(key), ...cmtgIn(properties) });
    if (signCount === -1) this.#uncounted.add(base64url(id));
    else if (signCount !== undefined) this.#uncounted.delete(base64url(id));
    await this.#quietly(() =>
      this.credentials.update(id, {
        ...(backupEligibility !== undefined && { backupEligible: backupEligibility }),
        ...(backupState !== undefined && { backupState }),
        ...(signCount !== undefined && { signCount: Math.max(0, signCount) }),
      }),
    );
  }

  /** Answers CTAP2, with the changes of the domain's commands. */
  async transact(request: Uint8Array, options?: TransactOptions): Promise<Uint8Array> {
    const [command] = request;
    if (command === CtapCommand.authenticatorMakeCredential) return this.#register(request, options);
    const response = await this.#authenticator.transact(request, options);
    this.#hash = hashOf(request) ?? this.#hash;
    const asserted =
      command === CtapCommand.authenticatorGetAssertion ||
      command === CtapCommand.authenticatorGetNextAssertion;
    return asserted && response[0] === 0 ? this.#asserted(response) : response;
  }

  /** Chromium's counters are at 1 after a registration, and ours at 0. The event comes when that is changed. */
  async #register(request: Uint8Array, options?: TransactOptions): Promise<Uint8Array> {
    if (this.#tellsPinLength) await this.#tellPinLength(request);
    const held: Uint8Array[] = [];
    this.#held = held;
    try {
      const response = await this.#authenticator.transact(request, options);
      const hash = hashOf(request);
      if (response[0] !== 0 || hash === undefined) return response;
      const { authData } = decodeResponse(response, makeCredentialResponse, 8);
      const id = decodeAuthenticatorData(authData).attestedCredentialData?.credentialId;
      if (id === undefined) return response;
      await this.#quietly(() => this.credentials.update(id, { signCount: 1 }));
      const record = this.credentials.get(id) as CredentialRecord;
      const retouch = this.#retouch(record) ?? { bogusSignature: false, cleared: 0 };
      return await retouchRegistration(response, record, hash, { signCount: 1, ...retouch });
    } finally {
      this.#held = undefined;
      for (const id of held) this.#notice(id);
    }
  }

  /** Chromium's device tells every site; ours tells the sites in its state. */
  async #tellPinLength(request: Uint8Array): Promise<void> {
    let id: string;
    try {
      ({ id } = decodeBody(request, makeCredentialRequest).rp);
    } catch {
      return;
    }
    // (A device is ready after its first command.)
    await this.#authenticator.getInfo();
    await this.credentials.transaction((transaction) => {
      const state = deviceState(transaction);
      if (!state.minPinLengthRpIds.includes(id))
        transaction.putDevice({ ...state, minPinLengthRpIds: [...state.minPinLengthRpIds, id] });
    });
  }

  async #asserted(response: Uint8Array): Promise<Uint8Array> {
    const hash = this.#hash;
    const { credential } = decodeResponse(response, getAssertionResponse);
    const record = credential && this.credentials.get(credential.id);
    if (record === undefined || hash === undefined) return response;
    const retouch = this.#retouch(record);
    return retouch ? retouchAssertion(response, record, hash, retouch) : response;
  }

  #retouch(record: CredentialRecord): Retouch | undefined {
    const { isBogusSignature = false, isBadUV = false, isBadUP = false } = this.#overrides;
    const uncounted = this.#uncounted.has(base64url(record.id));
    if (!isBogusSignature && !isBadUV && !isBadUP && !uncounted) return undefined;
    return {
      bogusSignature: isBogusSignature,
      cleared: (isBadUV ? AuthenticatorDataFlags.UV : 0) | (isBadUP ? AuthenticatorDataFlags.UP : 0),
      ...(uncounted && { signCount: 0 }),
    };
  }

  #shown(record: CredentialRecord): CdpCredential {
    const key = base64url(record.id);
    const largeBlob = this.#blobs.get(key);
    return {
      ...(record.discoverable && { userName: '', userDisplayName: '' }),
      ...toCdpCredential(record),
      ...(this.#uncounted.has(key) && { signCount: -1 }),
      ...(largeBlob !== undefined && { largeBlob }),
      ...(this.#cmtg && { ...NO_CMTG_KEYS, ...this.#cmtg.get(key) }),
    };
  }

  #seen(id: Uint8Array): void {
    if (this.#held === undefined) this.#notice(id);
    else this.#held.push(id);
  }

  async #quietly(work: () => Promise<unknown>): Promise<void> {
    this.#own = true;
    try {
      await work();
    } finally {
      this.#own = false;
    }
  }

  /** Sees what happened to a credential, and sends the event. */
  #notice(id: Uint8Array): void {
    const key = base64url(id);
    const before = this.#known.get(key);
    const now = this.get(id);
    if (now === undefined) {
      this.#known.delete(key);
      this.#uncounted.delete(key);
      this.#blobs.delete(key);
      this.#cmtg?.delete(key);
      if (before !== undefined) this.#told('deleted', before);
      return;
    }
    this.#known.set(key, now);
    if (before === undefined) this.#told('added', now);
    else this.#told(changeOf(before, now), now);
  }
}

/** The cmtgKey members of a credential. */
type CmtgKeys = Required<
  Pick<CdpCredential, 'cmtgKeys' | 'activeCmtgKeyIndex' | 'generateCmtgKeyOnNextOperation'>
>;

const NO_CMTG_KEYS: CmtgKeys = { cmtgKeys: [], activeCmtgKeyIndex: 0, generateCmtgKeyOnNextOperation: false };

function cmtgIn({
  cmtgKeys,
  activeCmtgKeyIndex,
  generateCmtgKeyOnNextOperation,
}: Partial<CmtgKeys>): Partial<CmtgKeys> {
  return {
    ...(cmtgKeys !== undefined && { cmtgKeys }),
    ...(activeCmtgKeyIndex !== undefined && { activeCmtgKeyIndex }),
    ...(generateCmtgKeyOnNextOperation !== undefined && { generateCmtgKeyOnNextOperation }),
  };
}

function changeOf(before: CdpCredential, now: CdpCredential): CredentialChange {
  const named = before.userName !== now.userName || before.userDisplayName !== now.userDisplayName;
  return named ? 'updated' : 'asserted';
}
