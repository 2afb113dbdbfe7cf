/** What an authenticator remembers only while it has power. */

import { equal } from '../base/bytes.ts';
import type { Clock } from '../base/clock.ts';
import { PinUvAuthProtocol } from '../crypto/pin-uv-auth-protocol.ts';
import type { RandomSource } from '../crypto/random.ts';
import { knows } from '../ctap/level.ts';
import type { GetAssertionRequest } from '../ctap/messages/get-assertion.ts';
import type { DeviceState } from '../store/device-state.ts';
import { PinUvAuthToken } from './pin-uv-auth-token.ts';
import type { Policy } from './policy/type.ts';

/** How long a command can be continued: milliseconds since its last part. */
export const CONTINUATION_TIMEOUT = 30_000;

/**
 * The remembered half of a command that continues with another one. Any other command drops it, which is why there
 * is one slot and not one a command.
 */
export type Continuation =
  | RememberedAssertions
  | RememberedRelyingParties
  | RememberedCredentials
  | RememberedEnrollment;

/** What authenticatorGetNextAssertion continues, CTAP 2.3 section 6.3. */
export interface RememberedAssertions {
  readonly kind: 'assertions';
  readonly request: GetAssertionRequest;
  readonly rpIdHash: Uint8Array;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly numberOfCredentials: number;
  /** How many assertions were given so far. */
  credentialCounter: number;
  /** When the last of them was given, by the device's clock. */
  lastAt: number;
}

/** What enumerateRPsGetNextRP continues, CTAP 2.3 section 6.8.3. */
interface RememberedRelyingParties {
  readonly kind: 'relying-parties';
  /** SHA-256 of the RP IDs not given yet, the next one last. */
  readonly rpIdHashes: Uint8Array[];
  lastAt: number;
}

/** What enumerateCredentialsGetNextCredential continues, CTAP 2.3 section 6.8.5. */
interface RememberedCredentials {
  readonly kind: 'credentials';
  /** IDs of the credentials not given yet, the next one last. */
  readonly ids: Uint8Array[];
  lastAt: number;
}

/** What enrollCaptureNextSample continues, CTAP 2.3 section 6.7.5. */
export interface RememberedEnrollment {
  readonly kind: 'enrollment';
  readonly templateId: Uint8Array;
  /** How many good samples are still needed. */
  remaining: number;
}

/** A large-blob array that is being written, CTAP 2.3 section 6.10.2. */
export interface LargeBlobWrite {
  /** As long as the array will be. */
  readonly array: Uint8Array;
  /** Where the next fragment belongs. */
  nextOffset: number;
  /** When the last of them came, by the device's clock. */
  lastAt: number;
}

/** A touch that U2F asked for. */
export interface AwaitedTouch {
  /** When it came, by the device's clock; undefined while it has not. */
  cameAt?: number;
  /** Settles when the user has answered, or the function that answers for them has failed. */
  readonly settled: Promise<void>;
}

interface Powered {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly policy: Policy;
}

/** How long it counts that a key was put to a reader: milliseconds (CTAP 2.3 section 5, "evidence of user interaction"). */
const TAP_GOOD_FOR = 120_000;

/** What of the device's state ends every token when it changes. */
type TokenState = Pick<DeviceState, 'deviceIdentifier' | 'pinHash' | 'forcePinChange'>;

const NO_PIN = new Uint8Array();

/** RAM: made at power-up, gone at the next. */
export class Session {
  /** When power came, by the device's clock: milliseconds. */
  readonly poweredUpAt: number;
  /** The one pinUvAuthToken there is. */
  token: PinUvAuthToken;
  /** The protocol over which the token was issued: it verifies only there. */
  tokenProtocol: number | undefined;
  /** The state it was issued in. */
  #tokenState: TokenState | undefined;
  readonly #powered: Powered;
  readonly #protocols: ReadonlyMap<number, PinUvAuthProtocol>;
  continuation: Continuation | undefined;
  /** The channel of the command at work, and so of what it leaves to be continued. */
  channel: string | undefined;
  /** How the command at work came, where its carrier says so. */
  transport: string | undefined;
  /** Apart from `continuation`: a platform may do something else between two fragments. */
  largeBlobWrite: LargeBlobWrite | undefined;
  /** A touch that U2F asked for. */
  touch: AwaitedTouch | undefined;
  /** Wrong PINs in a row since power-up. */
  pinMismatches = 0;
  /** The NFC userPresent flag: over NFC power comes from the reader, so that it comes is a gesture. */
  #tapped: boolean;

  /** @param before the session that this one takes the place of, where power stayed */
  constructor({ clock, random, policy }: Powered, before?: Session) {
    this.poweredUpAt = before?.poweredUpAt ?? clock.now();
    this.#tapped = before === undefined || before.#tapped;
    this.#powered = { clock, random, policy };
    this.token = this.#newToken();
    this.#protocols = new Map(
      policy.pinUvAuthProtocols.map((version) => [version, new PinUvAuthProtocol(version, random)]),
    );
  }

  /**
   * Uses up the gesture of putting the key to a reader. (CTAP 2.3 section 5: it counts for two minutes; and once, as any touch.)
   *
   * @returns whether it was there
   */
  takeTap(): boolean {
    const { clock } = this.#powered;
    const there = this.#tapped && clock.now() - this.poweredUpAt <= TAP_GOOD_FOR;
    this.#tapped = false;
    return there;
  }

  /** resetPinUvAuthToken(), for every protocol at once: the old token is worth nothing any more. */
  resetToken(): PinUvAuthToken {
    this.token = this.#newToken();
    this.tokenProtocol = undefined;
    return this.token;
  }

  /** The token is given out, over a protocol. */
  beginUsingToken(userIsPresent: boolean, protocol: number, state: TokenState): PinUvAuthToken {
    this.tokenProtocol = protocol;
    this.#tokenState = state;
    this.token.beginUsing(userIsPresent, this.transport);
    return this.token;
  }

  /**
   * Whether the token is still worth anything, as far as the store knows: where several processes are one device, another one
   * may have changed the PIN, or reset the device, and cannot reach the token here.
   */
  tokenHolds(state: TokenState): boolean {
    const issued = this.#tokenState;
    return (
      issued === state ||
      (issued !== undefined &&
        issued.forcePinChange === state.forcePinChange &&
        equal(issued.deviceIdentifier, state.deviceIdentifier) &&
        equal(issued.pinHash ?? NO_PIN, state.pinHash ?? NO_PIN))
    );
  }

  #newToken(): PinUvAuthToken {
    const { clock, random, policy } = this.#powered;
    const lasting = !knows(policy.ctap, '2.1');
    return new PinUvAuthToken(random(32, 'pin-uv-auth-token'), clock, policy.transports, lasting);
  }

  /** A PIN/UV auth protocol the device speaks, by number. */
  protocol(version: number): PinUvAuthProtocol | undefined {
    return this.#protocols.get(version);
  }
}
