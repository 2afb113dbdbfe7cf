/** A page's request, after all checks that do not depend on an authenticator. */
import type { CredentialParameters } from '../ctap/entities.ts';
import type { CreationOptions, RequestOptions } from '../webauthn/types.ts';
import type { CreationPart, RequestPart } from './extensions/extension.ts';
import type { Parts } from './extensions/registry.ts';

/** What create() is to make. */
export interface Creation {
  readonly options: CreationOptions;
  readonly rpId: string;
  readonly parameters: readonly CredentialParameters[];
  readonly parts: Parts<CreationPart>;
  readonly clientDataJSON: Uint8Array;
  readonly clientDataHash: Uint8Array;
  readonly appIdExclude: string | undefined;
  readonly conditional: boolean;
}

/** What get() is to find. */
export interface Request {
  readonly options: RequestOptions;
  readonly rpId: string;
  readonly parts: Parts<RequestPart>;
  readonly clientDataJSON: Uint8Array;
  readonly clientDataHash: Uint8Array;
  readonly appId: string | undefined;
  /** Whether only credentials that are available now count. */
  readonly immediate: boolean;
}
