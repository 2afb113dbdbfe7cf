/** What the carriers of this floor carry: a device that answers requests in bytes. `Authenticator` is one. */

/** How one CTAP2 request may be watched and canceled. */
export interface CarriedRequestOptions {
  /** Aborting it makes a request that waits for the user answer 0x2D CTAP2_ERR_KEEPALIVE_CANCEL. */
  readonly signal?: AbortSignal;
  /** Which of the carrier's callers asks: what one has begun, another cannot go on with. */
  readonly channel?: string;
  /** How the request came, such as `nfc`, where the carrier knows. */
  readonly transport?: string;
  /** Called when the status changes: 1 processing, 2 user presence needed. */
  readonly keepalive?: (status: 1 | 2) => void;
}

/** A device that can be put behind CTAPHID, UDP, uhid or a pair of streams. */
export interface CarriedDevice {
  /** Whether it answers CTAP2. Default: yes; a device of U2F alone does not. */
  readonly ctap2?: boolean;
  /** CTAP2: command byte and CBOR in, status byte and CBOR out. Answers whatever it is given; does not reject. */
  transact(request: Uint8Array, options?: CarriedRequestOptions): Promise<Uint8Array>;
  /** CTAP1/U2F: raw APDU in, data and the two bytes of SW1 SW2 out. Absent when the device has no U2F. */
  transactU2f?(
    apdu: Uint8Array,
    options?: { readonly signal?: AbortSignal; readonly transport?: string },
  ): Promise<Uint8Array>;
  /** Drops what was in RAM, keeps what was stored, and begins the ten seconds in which it can be reset anew. */
  powerCycle(): void;
  /** Loads what its first requests would have to wait for. Absent where there is nothing to load. */
  warmUp?(): Promise<void>;
  /** Blinks. Absent when the device has nothing to blink with. Whether it went well is not reported. */
  wink?(): void | Promise<void>;
}
