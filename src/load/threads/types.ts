/** Work on other threads: portions of requests, and their answers. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { FleetAlgorithm } from '../fleet/derivation.ts';

/** A sign-in to make. */
export interface SignRequest {
  /** Which person: 0 to 2^53 - 1. */
  readonly index: number;
  readonly options: PublicKeyCredentialRequestOptionsJSON;
}

/** Why there is no response: an error, as far as it can be sent from one thread to another. */
export interface SignRefusal {
  /** The error's name, such as `SecurityError`, `NotAllowedError` or `StuntkeyError`. */
  readonly name: string;
  /** The code of the error, or of its cause: such as `bad-index` or `CTAP2_ERR_NO_CREDENTIALS`. */
  readonly code?: string;
  readonly message: string;
}

/** The result of a sign-in. */
export type Signed =
  | { readonly index: number; readonly response: AuthenticationResponseJSON }
  | { readonly index: number; readonly refused: SignRefusal };

/** One ceremony of one person. */
export interface Ceremony {
  readonly kind: 'register' | 'sign-in';
  /** Which person: 0 to 2^53 - 1. */
  readonly index: number;
  /** What the server says, wrapped or not. */
  readonly options: object;
  /** 1 to 64 bytes, where the server knows the person by another handle than the derived one. */
  readonly userHandle?: Uint8Array;
}

/** What came of a ceremony. */
export type Ended =
  | { readonly response: AuthenticationResponseJSON | RegistrationResponseJSON }
  | { readonly refused: SignRefusal };

/** How work is spread. */
export interface ThreadOptions {
  /** How many threads. Default: one for each core. */
  readonly threads?: number;
  /** When aborted, the work ends with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A fleet as another thread makes it again. */
export interface ThreadFleet {
  readonly seed: string | Uint8Array;
  readonly rpId: string;
  readonly algorithm: FleetAlgorithm;
  readonly origin: string;
  readonly counter: 'zero' | 'clock';
  readonly discoverable: boolean;
  readonly repeatable: boolean;
}

/** A portion of work. */
export type Portion =
  | { readonly kind: 'sign'; readonly wall: number; readonly requests: readonly SignRequest[] }
  | { readonly kind: 'ceremonies'; readonly wall: number; readonly ceremonies: readonly Ceremony[] }
  | { readonly kind: 'derive'; readonly from: number; readonly count: number };

/** What comes of portions, by kind. `derive` gives lines of JSON, each ended by a newline. */
export type Answer = readonly Signed[] | readonly Ended[] | string;

/** Runs portions on other threads, a bounded number at a time; answers come in the order of the portions. */
export type OnThreads = (
  fleet: ThreadFleet,
  portions: Iterable<Portion> | AsyncIterable<Portion>,
  options?: ThreadOptions,
) => AsyncGenerator<Answer, void, undefined>;

/** Threads that stay, for ceremonies as they come. */
interface Crew {
  /** @throws StuntkeyError `thread-lost`, `no-threads` */
  ask(ceremony: Ceremony): Promise<Ended>;
  close(): Promise<void>;
}

/**
 * None is started before there is work for it.
 *
 * @param now the time of day that goes with the work
 * @param threads how many at most. Default: one for each core
 */
export type OpenCrew = (fleet: ThreadFleet, now: () => number, threads?: number) => Crew;
