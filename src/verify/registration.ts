/** A relying party's side of registration (https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential). */

import { attestationGuards } from './attestation/formats.ts';
import { readTrust } from './attestation/read-trust.ts';
import { trustGuards, typeOf } from './attestation/trust.ts';
import type { AttestationPolicy, ExpectedRegistration, RelyingPartyCredential } from './expected.ts';
import type { Guard } from './guard.ts';
import { Unreadable } from './guard.ts';
import { authenticatorDataGuards, flagGuards } from './guards/authenticator-data.ts';
import { clientDataGuards } from './guards/client-data.ts';
import { credentialIdGuards, credentialKeyGuards } from './guards/credential-key.ts';
import { credProtect, extensionTypes } from './guards/extensions.ts';
import { responseGuards } from './guards/response.ts';
import { checksOff } from './off.ts';
import { checkCreation, checkRegistration, expectedRpId, unwrapOptions } from './options.ts';
import { recordOf } from './record.ts';
import { type CreationOptions, RegistrationContext, type Trust } from './registration-context.ts';
import { runGuards } from './run.ts';
import type { VerificationStep } from './steps.ts';

/** Guards of the attestation object. Reading the object has noted their findings. */
const ATTESTATION_OBJECT = {
  'attestation-object.cbor': 'it is well-formed CBOR',
  'attestation-object.canonical': 'it is canonical CBOR',
  'attestation-object.duplicate-keys': 'no key appears twice',
  'attestation-object.trailing-bytes': 'nothing follows it',
  'attestation-object.fmt': 'fmt is a text',
  'attestation-object.auth-data': 'authData is bytes',
  'attestation-object.att-stmt': 'attStmt is a map, or an array for compound',
} as const;

const FIRST_OF_CLIENT_DATA = 5;

/** Every check of a registration, in its order. */
export const registrationGuards: readonly Guard<RegistrationContext>[] = [
  ...(responseGuards('registration') as readonly Guard<RegistrationContext>[]),
  ...(clientDataGuards('registration', FIRST_OF_CLIENT_DATA) as readonly Guard<RegistrationContext>[]),
  ...Object.entries(ATTESTATION_OBJECT).map(
    ([name, title]): Guard<RegistrationContext> => ({
      name,
      step: 13,
      title: `the attestation object: ${title}`,
      section: 'sctn-generating-an-attestation-object',
      run: ({ attestationObject }) => attestationObject.findings.get(name),
    }),
  ),
  ...(authenticatorDataGuards(13) as readonly Guard<RegistrationContext>[]),
  {
    name: 'auth-data.attested-data',
    step: 13,
    title: 'authenticator data: the attested credential data is whole',
    section: 'sctn-attested-credential-data',
    run: ({ authData }) => authData.findings.get('auth-data.attested-data'),
  },
  ...(flagGuards('registration', {
    rpIdHash: 14,
    userPresence: 15,
    userVerification: 16,
    backupState: 17,
  }) as readonly Guard<RegistrationContext>[]),
  ...credentialKeyGuards,
  ...attestationGuards,
  ...trustGuards,
  ...credentialIdGuards,
  {
    name: 'convenience-members',
    step: 27,
    title: 'members beside the attestation object are not believed',
    run: () => undefined,
  },
  extensionTypes(28) as Guard<RegistrationContext>,
  credProtect as Guard<RegistrationContext>,
];

/** Full names of the checks of a registration, in their order. */
export const registrationChecks: readonly string[] = registrationGuards.map(
  ({ name }) => `registration.${name}`,
);

/** The result of a registration. */
export interface RegistrationVerification {
  /** Whether every check that was on has passed. Only this says that a registration is good. */
  readonly verified: boolean;
  /** In the order of the specification; checks of other attestation formats are left out. */
  readonly steps: readonly VerificationStep[];
  /** The step that failed, if one did. */
  readonly failed?: VerificationStep;
  /** The record to store. Only if verified. */
  readonly credential?: RelyingPartyCredential;
  /** Only if verified, and if the attestation can be read. */
  readonly attestation?: AttestationOutcome;
}

/** The attestation of a credential. */
export interface AttestationOutcome {
  readonly fmt: string;
  /** `certified`: by certificates (Basic, AttCA or AnonCA, which the certificates do not tell). */
  readonly type: 'none' | 'self' | 'certified';
  /** Whether its certificates chain up to a trust anchor. */
  readonly trusted: boolean;
}

/**
 * Verifies a response of `navigator.credentials.create()` against its options, check by check, up to the first that fails.
 * A bad response never throws.
 *
 * @param response `RegistrationResponseJSON`, or anything that was sent in its place
 * @throws StuntkeyError `bad-expectation` for wrong options, origins or trust anchors, and for members that there are not; `unknown-check` for a name in `off`
 * @example
 * ```ts
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * import { verifyRegistration } from 'stuntkey/verify';
 * const options = {
 *   rp: { name: 'Example', id: 'example.com' },
 *   user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * };
 * const origin = 'https://example.com';
 * const client = new WebAuthnClient({ origin, authenticator: new Authenticator() });
 * const response = await client.create(options);
 * const { verified } = await verifyRegistration(response, { options, origins: [origin] });
 * console.log(verified); // true
 * const elsewhere = await verifyRegistration(response, { options, origins: ['https://example.org'] });
 * console.log(elsewhere.failed?.name, elsewhere.failed?.got); // registration.origin "https://example.com"
 * ```
 */
export async function verifyRegistration(
  response: unknown,
  expected: ExpectedRegistration,
): Promise<RegistrationVerification> {
  checkRegistration(expected);
  const options = unwrapOptions<CreationOptions>(expected.options as CreationOptions);
  checkCreation({ ...options });
  const rpId = expectedRpId(expected, options.rp?.id);
  const off = checksOff(expected.off ?? [], new Set(registrationChecks));
  const context = new RegistrationContext(response, options, expected, rpId, off);
  context.trust = await trustOf(expected.attestation);
  const steps = await runGuards(context, registrationGuards);
  const failed = steps.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) return { verified: false, steps, failed };
  const attestation = outcomeOf(context);
  return { verified: true, steps, credential: recordOf(context), ...(attestation && { attestation }) };
}

function outcomeOf(context: RegistrationContext): AttestationOutcome | undefined {
  try {
    const types = context.statements.map(typeOf);
    const type = types.includes('certified') ? 'certified' : types.includes('self') ? 'self' : 'none';
    const trusted = type === 'certified' && (context.trust?.anchors.length ?? 0) > 0;
    return { fmt: context.attestationObject.fmt, type, trusted };
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const trusts = new WeakMap<AttestationPolicy, Promise<Trust>>();

/** Anchors and revocation lists are read once for each policy. */
async function trustOf(policy: AttestationPolicy | undefined): Promise<Trust | undefined> {
  if (policy?.trustAnchors === undefined) return undefined;
  let trust = trusts.get(policy);
  if (trust === undefined) {
    trust = readTrust(policy);
    trusts.set(policy, trust);
  }
  return trust;
}
