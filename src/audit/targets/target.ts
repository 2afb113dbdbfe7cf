/** What is audited, behind one interface whatever it is reached by. */
import type { Authenticator } from '../../authenticator/authenticator.ts';
import type { AppOptions } from '../../client/app.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import type { Breakage, Exchange } from '../exchange.ts';
import type { CeremonyName, OptionsWish } from '../fault.ts';
import type { AuditedTarget } from '../verdict.ts';

/** What a server answered with. */
export interface Said {
  readonly status?: number;
  readonly message?: string;
  /** What was sent, and what came back. */
  readonly exchange?: Exchange;
}

/** What the server said to a response. */
export type Answer =
  | (Said & { readonly kind: 'accepted' })
  | (Said & { readonly kind: 'rejected' })
  /** Neither yes nor no: what came instead, as a sentence. */
  | (Said & { readonly kind: 'error'; readonly message: string; readonly cause?: Breakage })
  /** The server gave no options, so that there was nothing to respond to. */
  | (Said & { readonly kind: 'no-options'; readonly message: string })
  /** The server asks to come later, for longer than is waited: nothing is known of what was asked. */
  | (Said & { readonly kind: 'busy'; readonly message: string })
  /** What the description has before the ceremony did not pass: nothing was asked. */
  | (Said & { readonly kind: 'not-begun'; readonly message: string })
  /** The responder took nothing to the server after all. */
  | { readonly kind: 'abandoned' };

/** What a request has of the ceremony that it belongs to. */
export interface Turn {
  /** Aborted when the ceremony takes too long, or the audit is ended. */
  readonly signal: AbortSignal;
  /** Waits, where the server asks for it: that is not the server's time, and the rest of the audit waits as well. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** What is unusual about the request that carries a response. */
export interface RequestWish {
  /** More headers, or others: names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a page of another site sends it, which has no token against forgery and no header of its own choice. */
  readonly foreign?: boolean;
}

/** Who registers or signs in. */
export interface AuditUser {
  /** A user name that no other ceremony of this audit has. */
  readonly name: string;
  readonly displayName: string;
}

/** Makes a response to options; undefined abandons the ceremony there. */
export type Responder<Options> = (options: Options, honest?: unknown) => Promise<unknown>;

/** How one ceremony is asked for. */
export interface CeremonyCall<Options> extends Turn {
  /** Undefined: sign in without naming the account. */
  readonly user: AuditUser | undefined;
  readonly wish: OptionsWish;
  readonly respond: Responder<Options>;
  readonly request?: RequestWish;
}

/** A response that is handed in by itself. */
export interface SubmitCall extends Turn {
  readonly ceremony: CeremonyName;
  readonly user: AuditUser | undefined;
  readonly response: unknown;
  readonly request?: RequestWish;
}

/** One visitor: cookies, or whatever tells visitors apart. */
export interface TargetSession {
  /** Asks for options, has them answered, hands the answer in. */
  register(call: CeremonyCall<PublicKeyCredentialCreationOptionsJSON>): Promise<Answer>;
  /** Signs in: asks for options, and hands in what `respond` makes of them. */
  signIn(call: CeremonyCall<PublicKeyCredentialRequestOptionsJSON>): Promise<Answer>;
  /** Hands a response in without asking for options. Absent where there is no such way. */
  submit?(call: SubmitCall): Promise<Answer>;
  /** Whom the server takes this visitor for: any text that is one account's; undefined where the visitor is not signed in. */
  whoAmI?(turn: Turn): Promise<string | undefined>;
  /** Removes a credential, by its ID in base64url, as this visitor, who may not be its owner. */
  remove?(credentialId: string, turn: Turn): Promise<void>;
  /** A visitor with the cookies that this one has now, and whatever else tells visitors apart. */
  copy?(): TargetSession;
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
  /** Whether it has loaded the metadata on trial (`trialMetadata()`, `stuntkey mds trial`), all of it, and takes known models only. Default: no. */
  readonly metadata?: boolean;
  /** Whether sign-in can name the account. Default: true. */
  readonly named?: boolean;
  /** Whether its sessions can say who is signed in. Default: no. */
  readonly whoAmI?: boolean;
  /** Whether it expects to be framed by other sites. Default: no. */
  readonly framed?: boolean;
  /** After how many milliseconds a challenge is to have expired: as long is waited for that. Default: it is not waited for. */
  readonly challengeLifetime?: number;
  /** Accounts that are there, two or more, and are all that there is: then one fault is played at a time. Default: new ones are made. */
  readonly accounts?: readonly AuditUser[];
  /** Moves its clock, so that what expires does. */
  readonly advance?: (milliseconds: number) => void | Promise<void>;
  /** Removes a credential, by its ID in base64url, as its owner would. */
  readonly remove?: (credentialId: string, user: AuditUser) => void | Promise<void>;
}

/** A server that can be audited: where it is, what it can do, and how a visit to it begins. */
export interface Target extends AuditedTarget {
  /** What lets an app or an extension use the RP ID, where the origin is one's. */
  readonly app?: AppOptions;
  readonly traits: TargetTraits;
  /** Begins a visit. `authenticator` has the visitor's credentials. */
  open(authenticator: Authenticator): Promise<TargetSession>;
  /** Ends what it holds open. */
  close?(): Promise<void>;
}
