/** A relying party's side of authentication (https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion). */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { AuthenticatorDataFlags } from '../ctap/authenticator-data.ts';
import { AuthenticationContext, type RequestOptions } from './authentication-context.ts';
import { isObject } from './context.ts';
import type { ExpectedAuthentication, RelyingPartyCredential } from './expected.ts';
import { type Guard, Unreadable } from './guard.ts';
import { authenticatorDataGuards, flagGuards } from './guards/authenticator-data.ts';
import { clientDataGuards } from './guards/client-data.ts';
import { credentialGuards } from './guards/credential.ts';
import { extensionTypes } from './guards/extensions.ts';
import { responseGuards } from './guards/response.ts';
import { counterGuard, signatureGuards } from './guards/signature.ts';
import { checksOff } from './off.ts';
import { checkAuthentication, checkRequest, expectedRpId, unwrapOptions } from './options.ts';
import { runGuards } from './run.ts';
import type { VerificationStep } from './steps.ts';

const { BS } = AuthenticatorDataFlags;

const FIRST_OF_CLIENT_DATA = 8;

/** Every check of an authentication, in its order. */
export const authenticationGuards: readonly Guard<AuthenticationContext>[] = [
  ...(responseGuards('authentication') as readonly Guard<AuthenticationContext>[]),
  ...credentialGuards,
  ...(clientDataGuards('authentication', FIRST_OF_CLIENT_DATA) as readonly Guard<AuthenticationContext>[]),
  ...(authenticatorDataGuards(15) as readonly Guard<AuthenticationContext>[]),
  ...(flagGuards('authentication', {
    rpIdHash: 15,
    userPresence: 16,
    userVerification: 17,
    backupState: 18,
  }) as readonly Guard<AuthenticationContext>[]),
  ...signatureGuards,
  counterGuard,
  extensionTypes(23) as Guard<AuthenticationContext>,
];

/** Full names of the checks of an authentication, in their order. */
export const authenticationChecks: readonly string[] = authenticationGuards.map(
  ({ name }) => `authentication.${name}`,
);

/** The result of an authentication. */
export interface AuthenticationVerification {
  /** Whether every check that was on has passed. Only this says that an assertion is good. */
  readonly verified: boolean;
  /** In the order of the specification. */
  readonly steps: readonly VerificationStep[];
  /** The step that failed, if one did. */
  readonly failed?: VerificationStep;
  /** The record with its new counter and flags, to be stored in place of the old one. Only if verified. */
  readonly credential?: RelyingPartyCredential;
}

/**
 * Verifies a response of `navigator.credentials.get()` against its options, check by check, up to the first that fails.
 * A bad response never throws.
 *
 * @param response `AuthenticationResponseJSON`, or anything that was sent in its place
 * @throws StuntkeyError `bad-expectation` for wrong options, origins or a wrong credential; `unknown-check` for a name in `off`
 * @example
 * ```ts
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * import { verifyAuthentication, verifyRegistration } from 'stuntkey/verify';
 * const origin = 'https://example.com';
 * const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
 * const creation = {
 *   rp: { name: 'Example', id: 'example.com' },
 *   user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * };
 * const response = await client.create(creation);
 * const registered = await verifyRegistration(response, { options: creation, origins: [origin] });
 * if (registered.credential === undefined) throw new Error(registered.failed?.name);
 *
 * const options = {
 *   rpId: 'example.com',
 *   challenge: 'YW5vdGhlci1jaGFsbGVuZ2U',
 *   allowCredentials: [{ type: 'public-key', id: response.id }],
 * };
 * const { verified, credential } = await verifyAuthentication(await client.get(options), {
 *   options,
 *   origins: [origin],
 *   credential: registered.credential,
 * });
 * console.log(verified, credential?.signCount); // true 1
 * ```
 */
export async function verifyAuthentication(
  response: unknown,
  expected: ExpectedAuthentication,
): Promise<AuthenticationVerification> {
  checkAuthentication(expected);
  const options = unwrapOptions<RequestOptions>(expected.options as RequestOptions);
  checkRequest({ ...options });
  const rpId = expectedRpId(expected, options.rpId);
  const off = checksOff(expected.off ?? [], new Set(authenticationChecks));
  const context = new AuthenticationContext(response, options, expected, rpId, off);
  context.found = await lookUp(context);
  const steps = await runGuards(context, authenticationGuards);
  const failed = steps.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return { verified: false, steps, failed };
  const credential = updated(context);
  return { verified: true, steps, ...(credential && { credential }) };
}

/** The record of the credential that the response names. @throws StuntkeyError `bad-expectation` */
async function lookUp(context: AuthenticationContext): Promise<RelyingPartyCredential | undefined> {
  const { credential } = context.expected;
  if (typeof credential !== 'function' && !isObject(credential)) {
    throw new StuntkeyError('bad-expectation', 'credential: expected a credential record, or how to find it');
  }
  try {
    const { id } = context;
    if (typeof credential === 'function') return await credential(id);
    return credential.id === id ? credential : undefined;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    context.lost = error.guard;
    return undefined;
  }
}

/** Step 24: the record, updated by the assertion. UV is not set anew, which would need the consent of another factor. */
function updated(context: AuthenticationContext): RelyingPartyCredential | undefined {
  const { found } = context;
  if (found === undefined) return undefined;
  try {
    const { authData } = context;
    return {
      ...found,
      signCount: authData.signCount,
      backupState: authData.has(BS),
    };
  } catch (error) {
    if (error instanceof Unreadable) return found;
    throw error;
  }
}
