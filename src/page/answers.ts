/** What answers the interfaces in a page: in the same process, or at the other end of a browser's protocol. */
import type { Work } from '../webauthn/realm.ts';
import type {
  AuthenticationResponseJSON,
  Mediation,
  RegistrationResponseJSON,
  UiMode,
} from '../webauthn/types.ts';
import type { PageOperation } from './messages.ts';

/** Options or results in JSON. */
export type Json = Record<string, unknown>;

export type CredentialJson = RegistrationResponseJSON | AuthenticationResponseJSON;

/** The options of a call. */
interface How {
  readonly mediation: Mediation;
  readonly uiMode: UiMode | undefined;
}

/** A ceremony under way. */
export interface Ceremony {
  /** The page has aborted it, for this reason, and does not wait for the result. */
  cancel(reason: unknown): void;
}

/** Errors are of the page's realm, and go to the page unchanged. */
export interface Answers {
  /** Begins a ceremony; one of the two is called when it has ended, unless it was canceled. */
  ceremony(
    op: 'create' | 'get',
    publicKey: Json,
    how: How,
    resolve: (made: CredentialJson | null) => void,
    reject: (error: unknown) => void,
  ): Ceremony;
  capabilities(): Work<Json>;
  signal(op: PageOperation, options: Json): Work<undefined>;
}
