/**
 * Audits of relying parties: the catalogue of faults, what plays them, targets and reports. A fault is an honest ceremony that is changed in one
 * place and signed again with the right key.
 *
 * @example
 * ```js
 * import { Authenticator, WebAuthnClient } from 'stuntkey';
 * import { baselineOf, callbackTarget, causesOf, conformanceTarget, details, fault, findingsOf } from 'stuntkey/audit';
 * import { forgeAssertion, forgeRegistration, htmlReport, junit, markdown, NotApplicable, painted } from 'stuntkey/audit';
 * import { plain, playedTests, profiles, readBaseline, runAudit, sarif, severities, severityOf } from 'stuntkey/audit';
 * import { summaryOf, table, testsTable } from 'stuntkey/audit';
 *
 * const origin = 'https://example.com';
 * const options = {
 *   rp: { name: 'Example', id: 'example.com' },
 *   user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
 *   challenge: 'Y2hhbGxlbmdl',
 *   pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
 * };
 *
 * // One ceremony, made again with a fault.
 * const authenticator = new Authenticator();
 * const client = new WebAuthnClient({ origin, authenticator });
 * const response = await client.create(options);
 * const [credential] = authenticator.credentials.list();
 * const otherType = fault('registration-type-swapped');
 * const forged = await forgeRegistration(otherType, { options, response, origin, credential, policy: authenticator.policy });
 * console.log(atob(forged.response.clientDataJSON).includes('webauthn.get')); // true
 * const request = { challenge: 'YW5vdGhlcg', allowCredentials: [{ type: 'public-key', id: response.id }] };
 * const honest = { options: request, response: await client.get(request), origin, credential };
 * const wrong = await forgeAssertion(fault('signature-from-other-key'), honest).catch((error) => error);
 * console.log(wrong instanceof NotApplicable); // false
 *
 * // A server in functions that does not verify anything.
 * const registration = {
 *   options: () => ({ ...options, authenticatorSelection: { requireResidentKey: true } }),
 *   verify: () => true,
 * };
 * const authentication = { options: () => ({ challenge: 'YW5vdGhlcg', rpId: 'example.com' }), verify: () => true };
 * const target = callbackTarget({ origin, registration, authentication });
 * const result = await runAudit(target, { faults: [otherType] });
 * console.log(conformanceTarget('http://localhost:3000').kind); // conformance
 * for (const finding of findingsOf(result, severities)) console.log(severityOf(finding)); // high
 * console.log(readBaseline(JSON.stringify(baselineOf(result))).known.join()); // registration-type-swapped
 * console.log(summaryOf(otherType).id, profiles.passkey.includes(otherType)); // registration-type-swapped true
 * const reports = [table(result), details(result), markdown(result), junit(result), sarif(result, '1.0'), htmlReport(result, '1.0')];
 * console.log(reports.length, causesOf(result).length); // 6 1
 * const paint = painted((style, text) => `<${style}>${text}</${style}>`);
 * console.log(table(result, paint).includes('<bold>'), testsTable(playedTests(result), plain, 80).length > 0); // true true
 * ```
 * @module stuntkey/audit
 */

export { auditRelyingParty } from '../audit/audit-relying-party.ts';
export { catalogue, catalogueVersion, fault } from '../audit/catalogue.ts';
export type { Breakage, Exchange } from '../audit/exchange.ts';
export {
  type AuthenticationFault,
  type CeremonyName,
  type Fault,
  type FaultBase,
  type FaultKind,
  type FaultSummary,
  type Need,
  NotApplicable,
  type needs,
  type OptionsShown,
  type OptionsWish,
  type RegistrationFault,
  type SceneName,
  type Severity,
  type Step,
  severities,
  summaryOf,
} from '../audit/fault.ts';
export { playedTests, publishedTests } from '../audit/fido/played.ts';
export type { PublishedTest } from '../audit/fido/published.ts';
export type {
  AssertionDraft,
  AssertionParts,
  Draft,
  Given,
  Mutable,
  RegistrationDraft,
  Signed,
  StatementDraft,
} from '../audit/forge/draft.ts';
export {
  type FaultyAuthenticator,
  type FaultyOptions,
  faulty,
  forgeAssertion,
  forgeRegistration,
} from '../audit/forge/faulty.ts';
export type { HonestAuthentication, HonestCeremony, HonestRegistration } from '../audit/forge/read.ts';
export type { PageOrigin } from '../audit/page-origin.ts';
export type { ProfileName, profileNames } from '../audit/profile-names.ts';
export { type Profile, profiles } from '../audit/profiles.ts';
export { type Baseline, baselineOf, readBaseline } from '../audit/reports/baseline.ts';
export { type Cause, causesOf } from '../audit/reports/causes.ts';
export { htmlReport } from '../audit/reports/html.ts';
export { junit } from '../audit/reports/junit.ts';
export { markdown } from '../audit/reports/markdown.ts';
export { type SarifPlace, sarif } from '../audit/reports/sarif.ts';
export { details, type Paint, painted, plain, type Style, table } from '../audit/reports/table.ts';
export { testsTable } from '../audit/reports/tests.ts';
export type { AuditOptions, AuditProgress } from '../audit/runner/options.ts';
export { runAudit } from '../audit/runner/run.ts';
export {
  type CeremonyCallbacks,
  callbackTarget,
  type RelyingPartyCallbacks,
  type Visit,
  type VisitorCallbacks,
} from '../audit/targets/callbacks.ts';
export { type ConformanceOptions, conformanceTarget } from '../audit/targets/conformance.ts';
export { describedTarget } from '../audit/targets/described.ts';
export type {
  DescribedCeremony,
  DescribedCsrf,
  DescribedRequest,
  DescribedStep,
  DescribedSuccess,
  TargetDescription,
} from '../audit/targets/description.ts';
export { descriptionSchema } from '../audit/targets/description-shape.ts';
export { type PageTargetOptions, pageTarget, type Shown } from '../audit/targets/page.ts';
export type {
  Answer,
  AuditUser,
  CeremonyCall,
  RequestWish,
  Responder,
  Said,
  SubmitCall,
  Target,
  TargetSession,
  TargetTraits,
  Turn,
} from '../audit/targets/target.ts';
export type { OptionsRequest } from '../audit/targets/words.ts';
export {
  type AuditedTarget,
  type AuditOutcome,
  type AuditResult,
  type AuditState,
  type ControlResult,
  type Effect,
  type FaultResult,
  findingsOf,
  type PlayedTest,
  severityOf,
  type Verdict,
} from '../audit/verdict.ts';
export { resultSchema } from '../audit/verdict-shape.ts';
export type { JsonSchema } from '../base/json-schema.ts';
export type { CeremonyKind } from '../webauthn/steps.ts';
