/** What is audited, behind one interface whatever it is reached by. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { CeremonyName, OptionsWish } from '../fault.ts';
import type { AuditedTarget } from '../verdict.ts';

/** What the server said to a response. */
export type Answer =
  | { readonly kind: 'accepted'; readonly status?: number; readonly message?: string }
  | { readonly kind: 'rejected'; readonly status?: number; readonly message?: string }
  /** Neither yes nor no: what came instead, as a sentence. */
  | { readonly kind: 'error'; readonly status?: number; readonly message: string }
  /** The server gave no options, so that there was nothing to respond to. */
  | { readonly kind: 'no-options'; readonly status?: number; readonly message: string }
  /** The responder took nothing to the server after all. */
  | { readonly kind: 'abandoned' };

/** Who registers or signs in. */
export interface AuditUser {
  /** A user name that no other ceremony of this audit has. */
  readonly name: string;
  readonly displayName: string;
}

/** Makes a response to options; undefined abandons the ceremony there. */
export type Responder<Options> = (options: Options, honest?: unknown) => Promise<unknown>;

/** How one ceremony is asked for. */
export interface CeremonyCall<Options> {
  /** Undefined: sign in without naming the account. */
  readonly user: AuditUser | undefined;
  readonly wish: OptionsWish;
  readonly respond: Responder<Options>;
  /** Aborted when the ceremony takes too long, or the audit is ended. */
  readonly signal: AbortSignal;
}

/** One visitor: cookies, or whatever tells visitors apart. */
export interface TargetSession {
  /** Asks for options, has them answered, hands the answer in. */
  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer>;
  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer>;
  /** Hands a response in without asking for options. Absent where there is no such way. */
  submit?(
    ceremony: CeremonyName,
    user: AuditUser | undefined,
    response: unknown,
    signal: AbortSignal,
  ): Promise<Answer>;
  /** Ends it. */
  close?(): Promise<void>;
}

/** What a target can do, and says of itself, beyond the two ceremonies. */
export interface TargetTraits {
  /** Whether a response is any JSON. Default: true. */
  readonly json?: boolean;
  /** Most ceremonies at once. Default: no limit of its own. */
  readonly concurrency?: number;
  /** Whether it trusts the audit's attestation authority and its revocation list, and no other authority. Default: not known, and not asked. */
  readonly trustsAuthority?: boolean;
  /** Whether it expects to be framed by other sites. Default: no. */
  readonly framed?: boolean;
  /** Moves its clock, so that what expires does. */
  readonly advance?: (milliseconds: number) => void | Promise<void>;
  /** Removes a credential, by its ID in base64url, as its owner would. */
  readonly remove?: (credentialId: string, user: AuditUser) => void | Promise<void>;
}

export interface Target extends AuditedTarget {
  readonly traits: TargetTraits;
  /** Begins a visit. `authenticator` has the credentials of whoever visits. */
  open(authenticator: Authenticator): Promise<TargetSession>;
  /** Ends what it holds open. */
  close?(): Promise<void>;
}
