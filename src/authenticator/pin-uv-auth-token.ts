/**
 * pinUvAuthToken: what a platform gets for a PIN or a fingerprint, and shows with every command it covers. Its state
 * variables and their life are those of CTAP 2.3 section 6.5.2.1. Time is read when the token is asked about, so no timer runs.
 */
import type { Clock } from '../base/clock.ts';

/** What a token may be used for (bits), CTAP 2.3 section 6.5.5.7. */
export const Permission = {
  makeCredential: 0x01,
  getAssertion: 0x02,
  credentialManagement: 0x04,
  bioEnrollment: 0x08,
  largeBlobWrite: 0x10,
  authenticatorConfiguration: 0x20,
  persistentCredentialManagementReadOnly: 0x40,
} as const;

/** How long a token may go unused, and how long a touch counts, over USB, Bluetooth or an internal bus: milliseconds. */
const INITIAL_USAGE_TIME_LIMIT = 30_000;
/** Over NFC: milliseconds. */
const INITIAL_USAGE_TIME_LIMIT_NFC = 19_800;
/** How long a token lives at most: milliseconds. */
const MAX_USAGE_TIME_PERIOD = 600_000;

export class PinUvAuthToken {
  /** 32 bytes, the same for both protocols. */
  readonly value: Uint8Array;
  readonly lasting: boolean;
  readonly #clock: Clock;
  readonly #onlyNfc: boolean;
  #usageTimeLimit = INITIAL_USAGE_TIME_LIMIT;
  #permissions = 0;
  #rpId: string | undefined;
  #inUseSince: number | undefined;
  #used = false;
  #userPresent = false;
  #userVerified = false;

  /**
   * @param lasting whether it is one of CTAP 2.0, which ends with the power and is neither bound to an RP nor used up
   */
  constructor(value: Uint8Array, clock: Clock, transports: readonly string[], lasting = false) {
    this.value = value;
    this.lasting = lasting;
    this.#clock = clock;
    this.#onlyNfc = transports.length === 1 && transports[0] === 'nfc';
  }

  /** beginUsingPinUvAuthToken(). @param transport the transport of the command; undefined if unknown */
  beginUsing(userIsPresent: boolean, transport?: string): void {
    const nfc = transport === undefined ? this.#onlyNfc : transport === 'nfc';
    this.#usageTimeLimit = nfc ? INITIAL_USAGE_TIME_LIMIT_NFC : INITIAL_USAGE_TIME_LIMIT;
    this.#inUseSince = this.#clock.now();
    this.#used = false;
    this.#userPresent = userIsPresent;
    this.#userVerified = true;
  }

  /** stopUsingPinUvAuthToken(): back to how it began. */
  stopUsing(): void {
    this.#inUseSince = undefined;
    this.#permissions = 0;
    this.#rpId = undefined;
    this.#userPresent = false;
    this.#userVerified = false;
  }

  /** Whether it can be used now. pinUvAuthTokenUsageTimerObserver() does its work here. */
  get inUse(): boolean {
    if (this.#inUseSince === undefined || this.lasting) return this.#inUseSince !== undefined;
    const age = this.#clock.now() - this.#inUseSince;
    if (age > this.#usageTimeLimit) this.#userPresent = false;
    if (age > MAX_USAGE_TIME_PERIOD || (!this.#used && age > this.#usageTimeLimit)) this.stopUsing();
    return this.#inUseSince !== undefined;
  }

  /** The token was used in time: from now on only its maximum age ends it. */
  markUsed(): void {
    this.#used = true;
  }

  /** getUserPresentFlagValue(). */
  get userPresent(): boolean {
    return this.inUse && this.#userPresent;
  }

  /** getUserVerifiedFlagValue(). */
  get userVerified(): boolean {
    return this.inUse && this.#userVerified;
  }

  /** What is to happen once presence has been tested: both flags, and every permission but lbw, are used up. */
  clearAfterUserPresence(): void {
    if (this.lasting) return;
    this.#userPresent = false;
    this.#userVerified = false;
    this.#permissions &= Permission.largeBlobWrite;
  }

  assignPermissions(permissions: number): void {
    this.#permissions = permissions;
  }

  has(permission: number): boolean {
    return this.inUse && (this.#permissions & permission) === permission;
  }

  /** The permissions RP ID, if one is bound. */
  get rpId(): string | undefined {
    return this.inUse ? this.#rpId : undefined;
  }

  bindRpId(rpId: string): void {
    if (!this.lasting) this.#rpId = rpId;
  }
}
