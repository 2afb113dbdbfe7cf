/** What every command is given: the device it runs on, and how it was called. */

import type { AttestationSource } from '../authority/identity.ts';
import type { Clock } from '../base/clock.ts';
import type { Engine } from '../crypto/engines/types.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { User } from '../person/user.ts';
import type { Store } from '../store/store.ts';
import type { Policy } from './policy/type.ts';
import type { Session } from './session.ts';

/** Gives the key of the next credential; undefined leaves it to the device. */
export type KeyGenerator = (algorithm: number) => KeyPair | undefined | Promise<KeyPair | undefined>;

/** Everything outside a command, handed in. */
export interface Device {
  readonly policy: Policy;
  readonly store: Store;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly user: User;
  readonly engine: Engine;
  /** Gives keys that are not to be generated. */
  readonly generateKey?: KeyGenerator;
  /** Who vouches for attestation keys. */
  readonly attestation: AttestationSource;
  /** Replaced at every power cycle. */
  session: Session;
}

/** Status bytes of CTAPHID_KEEPALIVE: 1 processing, 2 waiting for the user. */
export type KeepaliveStatus = 1 | 2;

/** How a request may be watched and cancelled. */
export interface TransactOptions {
  /** Aborting it makes a command that waits for the user answer CTAP2_ERR_KEEPALIVE_CANCEL. */
  readonly signal?: AbortSignal;
  /** How the request came, one of the device's transports. Default: the first of them. */
  readonly transport?: string;
  /**
   * Which of several callers this is, such as one channel of CTAPHID: what one has begun, another cannot go on with. Default:
   * all callers in process are one.
   */
  readonly channel?: string;
  /** Called when the device begins to wait for its user, or goes on without. */
  readonly keepalive?: (status: KeepaliveStatus) => void;
}

/** One command in progress. */
export interface CommandContext {
  /** As the caller gave them; looked at only by who has to wait. */
  readonly options: TransactOptions;
  /** The command byte. */
  readonly command: number;
  /** How many other commands wait behind this one. */
  readonly waiting: () => number;
}

/**
 * What a command comes to. By the time it is there all state is stored; the response itself may still be under way,
 * because the next command need not wait for a signature.
 */
export interface Outcome<Response> {
  readonly response: Response | Promise<Response>;
}
