/** What a fault is: one way in which a ceremony can be wrong, and what a right server does about it. */
import type { Policy } from '../authenticator/policy/type.ts';
import { type Shape, that } from '../base/shape.ts';
import type { CeremonyKind } from '../webauthn/steps.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../webauthn/types.ts';
import type { AssertionDraft, RegistrationDraft } from './forge/draft.ts';
import type { PageOrigin } from './page-origin.ts';

/** How bad it is when a server lets a fault in. In order, the worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
/** How bad a finding is, from `critical` to `info`. */
export type Severity = (typeof severities)[number];

/** Which of the two ceremonies: `registration` or `authentication`. */
export type CeremonyName = CeremonyKind;

/**
 * `attack`: a right server refuses it. `control`: it only looks odd, and a right server accepts it. `observation`: the
 * specification leaves it to the server's policy, so that neither is a failure.
 */
export type FaultKind = 'attack' | 'control' | 'observation';

/** Where it is written what a server has to check. */
export interface Step {
  /** `7.1` and `7.2` are WebAuthn Level 3's; others are sections of it, or name another document. */
  readonly section: '7.1' | '7.2' | (string & {});
  /** The number of the step in the section's list, in WebAuthn Level 3 as of July 2026. Absent where nothing is numbered. */
  readonly number?: number;
  /** The step in a few words. */
  readonly name: string;
  readonly url: string;
}

/** What a fault may take of the target, where that is more than to register and sign in. */
export const needs = [
  /** A session beside the first. */
  'second-session',
  /** A response can be handed in without asking for options first. */
  'submit',
  /** A response is any JSON, as over HTTP; a page has only what a `PublicKeyCredential` can be. */
  'json',
  /** Sign-in by naming the account, which is answered with its credentials' IDs. */
  'named-sign-in',
  /** Sign-in without naming the account. */
  'discoverable-sign-in',
  /** Options that ask for attestation. */
  'attestation',
  /** It trusts the audit's own attestation authority, and no other. */
  'trust',
  /** It has loaded the metadata on trial (`stuntkey mds trial`). */
  'metadata',
  /** Options that require user verification. */
  'user-verification',
  /** The target can say who is signed in. */
  'who-am-i',
  /** Time can pass: the target's clock can be moved, or it is said how long to wait. */
  'clock',
  /** A credential can be removed. */
  'removal',
  /** A host name with a parent domain: not `localhost`. */
  'parent-domain',
] as const;
/** One requirement that a fault has of its target: a word of the list `needs`. */
export type Need = (typeof needs)[number];

/** Everything about a fault but how it is done: what is listed, and what reports are made of. */
export interface FaultSummary {
  /** Stable, unique in the catalogue, in kebab case. */
  readonly id: string;
  /** What is wrong with the response, as a phrase. */
  readonly title: string;
  /** What it belongs to: `challenge`, `origin`, `signature`, … */
  readonly subject: string;
  readonly ceremony: CeremonyName;
  readonly kind: FaultKind;
  readonly severity: Severity;
  /** What a right server applies. */
  readonly step: Step;
  /** What an attacker gains from a server that lets it in; for a control, who is locked out. */
  readonly gain: string;
  /** What to check in the server. */
  readonly check: string;
  readonly needs: readonly Need[];
  /** The check of the strict server that refuses it; absent where there is none to be switched off. */
  readonly guard?: string;
}

/** How a ceremony is played. */
export type SceneName =
  /** One ceremony, for whose sake another may come first. */
  | 'single'
  /** The challenge of the same user's last ceremony, which is over. */
  | 'earlier-challenge'
  /** The challenge of another session, which goes on. */
  | 'other-session'
  /** The challenge of the other ceremony, in the same session. */
  | 'other-ceremony'
  /** The challenge of options that the session asked for before these. */
  | 'superseded'
  /** Time passes between options and response. */
  | 'expired'
  /** After a ceremony has passed, a second response to its challenge. */
  | 'challenge-reused'
  /** The same at once. */
  | 'challenge-raced'
  /** Two sign-ins with one counter, at once. */
  | 'counter-raced'
  /** A low counter after one of more than 31 bits. */
  | 'counter-after-high'
  /** A response is handed in where no options were asked for. */
  | 'without-options'
  /** Honest sign-ins come first. */
  | 'signed-in-before'
  /** Sign-in without naming the account. */
  | 'discoverable'
  /** Another user, whose credential is given. */
  | 'other-user'
  /** The same, without naming the account. */
  | 'other-user-discoverable'
  /** Another credential of the same user. */
  | 'second-credential'
  /** The credential is removed before the response comes. */
  | 'removed'
  /** After what has to be refused, an honest sign-in has to pass. */
  | 'then-honest'
  /** After the registration, whatever came of it, a sign-in with the credential must fail. */
  | 'then-sign-in'
  /** The same, in the account of another user. */
  | 'then-sign-in-as-other'
  /** After the registration, whatever came of it, another user's honest sign-in has to pass. */
  | 'then-other-honest'
  /** The challenge of another session of the same user, in one that asked for nothing. */
  | 'other-session-same-user'
  /** A visitor who is not signed in registers in another user's account, and signs in there. */
  | 'stranger-registers'
  /** The same by a visitor who is signed in to their own account. */
  | 'other-registers'
  /** Another's sign-in options are answered with a registration. */
  | 'registration-for-sign-in'
  /** Options to register are answered with a sign-in. */
  | 'sign-in-for-registration'
  /** An account that has no credential is named, and another's credential given. */
  | 'without-credentials'
  /** Who is signed in after a response that was refused. */
  | 'then-who'
  /** Another user's credential is removed. */
  | 'removes-other'
  /** The session from before the sign-in, after it. */
  | 'session-kept'
  /** Options alone are asked for, and looked at. */
  | 'options';

/** What a scene shows of options: those of one user, asked for again and again, and what the server knows of the user. */
export interface OptionsShown {
  readonly options: readonly (
    | PublicKeyCredentialCreationOptionsJSON
    | PublicKeyCredentialRequestOptionsJSON
  )[];
  readonly userName: string;
  readonly displayName: string;
  /** IDs of the credentials that the user has registered. */
  readonly registered: readonly string[];
  /** Asks for options differently: as an unknown name, or with other wishes. Undefined where there are none. */
  ask(how: {
    /** A name, or what is no name. */
    readonly userName?: unknown;
    readonly wish?: OptionsWish;
  }): Promise<PublicKeyCredentialCreationOptionsJSON | PublicKeyCredentialRequestOptionsJSON | undefined>;
}

/** What faults of both ceremonies have: what is listed, and how they are played. */
export interface FaultBase extends FaultSummary {
  /** How the ceremony is played. Default: one ceremony, in which the response is changed. */
  readonly scene?: SceneName;
  /** A fault, kind `observation` or `control`, that has to be let in for this one to prove anything. */
  readonly baseline?: string;
  /** Headers of the request that carries the response, where they are unusual: of a page at this origin. */
  readonly headers?: (page: PageOrigin) => Readonly<Record<string, string>>;
  /** Of the scene `options`: what is wrong with them, as a clause; undefined where nothing is. */
  readonly inspect?: (shown: OptionsShown) => string | undefined | Promise<string | undefined>;
  /** Whether a server can let it in no more than once, as there is one such credential: then once is enough. */
  readonly once?: boolean;
  /** What is asked of the server, where that is not what it does by itself. */
  readonly request?: OptionsWish;
  /** What the device is like whose ceremony is changed. */
  readonly policy?: Partial<Policy>;
}

/** What the audit asks for when it asks for options. Targets pass on what they have words for. */
export interface OptionsWish {
  readonly attestation?: 'none' | 'direct';
  readonly userVerification?: 'required' | 'preferred' | 'discouraged';
  readonly residentKey?: 'required' | 'discouraged';
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** A fault of a registration. `change` edits the draft before it is signed again. */
export interface RegistrationFault extends FaultBase {
  readonly ceremony: 'registration';
  /** Changes what is to be signed, and what becomes of it. @throws NotApplicable */
  readonly change: (draft: RegistrationDraft) => void | Promise<void>;
  /** The sign-in by which it shows what the server has stored; of scenes that end with one. */
  readonly followUp?: (draft: AssertionDraft) => void | Promise<void>;
}

/** A fault of a sign-in. `change` edits the draft before it is signed again. */
export interface AuthenticationFault extends FaultBase {
  readonly ceremony: 'authentication';
  /** Changes what is to be signed, and what becomes of it. @throws NotApplicable */
  readonly change: (draft: AssertionDraft) => void | Promise<void>;
}

/** An entry of the catalogue: what is wrong, which step of the specification refuses it, and how it is made. */
export type Fault = RegistrationFault | AuthenticationFault;

/** One that is handed in. */
export const faultShape: Shape<Fault> = that<Fault>(
  (value) => typeof value === 'object' && value !== null && 'id' in value && 'ceremony' in value,
  'a fault of the catalogue, such as fault("origin-other-site")',
);

/** Thrown by a fault that cannot be made of this ceremony; the message says why, as a clause. */
export class NotApplicable extends Error {
  override readonly name = 'NotApplicable';
}

/** A fault without how it is done: plain data. */
export function summaryOf(fault: Fault): FaultSummary {
  const { id, title, subject, ceremony, kind, severity, step, gain, check, needs, guard } = fault;
  return {
    id,
    title,
    subject,
    ceremony,
    kind,
    severity,
    step,
    gain,
    check,
    needs,
    ...(guard !== undefined && { guard }),
  };
}
