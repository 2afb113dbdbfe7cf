/** The arguments of every command: the device that it runs on, and how it was called. */

import type { AttestationSource } from '../authority/identity.ts';
import type { Clock } from '../base/clock.ts';
import type { Engine } from '../crypto/engines/types.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import type { RandomSource } from '../crypto/random.ts';
import type { User } from '../person/user.ts';
import type { Store } from '../store/store.ts';
import type { Policy } from './policy/type.ts';
import type { Session } from './session.ts';

/** Makes the key of the next credential; undefined leaves that to the device. */
export type KeyGenerator = (algorithm: number) => KeyPair | undefined | Promise<KeyPair | undefined>;

/** Everything that a command needs from outside. */
export interface Device {
  readonly policy: Policy;
  readonly store: Store;
  readonly random: RandomSource;
  readonly clock: Clock;
  readonly user: User;
  readonly engine: Engine;
  /** Makes the keys that the device does not generate. */
  readonly generateKey?: KeyGenerator;
  /** Issues certificates for attestation keys. */
  readonly attestation: AttestationSource;
  /** Replaced at every power cycle. */
  session: Session;
}

/** Status bytes of CTAPHID_KEEPALIVE: 1 processing, 2 waiting for the user. */
export type KeepaliveStatus = 1 | 2;

/** How a request may be watched and canceled. */
export interface TransactOptions {
  /** When aborted, a command that waits for the user answers CTAP2_ERR_KEEPALIVE_CANCEL. */
  readonly signal?: AbortSignal;
  /** What `signal.aborted` would say, without a signal being made for it. @internal */
  readonly aborted?: boolean;
  /** The transport of the request, one of the device's. Default: the first of them. */
  readonly transport?: string;
  /**
   * Names one of several callers, such as a channel of CTAPHID: a caller cannot go on with another caller's command. Default:
   * all callers in this process are one.
   */
  readonly channel?: string;
  /** Called when the device begins to wait for its user, or goes on without. */
  readonly keepalive?: (status: KeepaliveStatus) => void;
}

/** One command in progress. */
export interface CommandContext {
  /** As the caller gave them; read only by commands that wait. */
  readonly options: TransactOptions;
  /** The command byte. */
  readonly command: number;
  /** How many others wait behind this command, or have signed in the same turn before it. Asked once, by those that sign. */
  readonly others: () => number;
}

/**
 * The result of a command. All state is stored when it exists; the response itself may still be under way,
 * because the next command need not wait for a signature.
 */
export interface Outcome<Response> {
  readonly response: Response | Promise<Response>;
}
