/** Audits of relying parties: faults, what plays them, and what is played at. */
export { auditRelyingParty } from '../audit/audit-relying-party.ts';
export { catalogue, catalogueVersion, fault } from '../audit/catalogue.ts';
export type { Breakage, Exchange } from '../audit/exchange.ts';
export {
  type AuthenticationFault,
  type CeremonyName,
  type Fault,
  type FaultKind,
  type FaultSummary,
  type Need,
  NotApplicable,
  type OptionsWish,
  type RegistrationFault,
  type Severity,
  type Step,
  severities,
  summaryOf,
} from '../audit/fault.ts';
export { playedTests, publishedTests } from '../audit/fido/played.ts';
export type { PublishedTest } from '../audit/fido/published.ts';
export type { AssertionDraft, Given, RegistrationDraft } from '../audit/forge/draft.ts';
export {
  type FaultyAuthenticator,
  type FaultyOptions,
  faulty,
  forgeAssertion,
  forgeRegistration,
} from '../audit/forge/faulty.ts';
export type { ProfileName } from '../audit/profile-names.ts';
export { type Profile, profiles } from '../audit/profiles.ts';
export { type Baseline, baselineOf, readBaseline } from '../audit/reports/baseline.ts';
export { type Cause, causesOf } from '../audit/reports/causes.ts';
export { htmlReport } from '../audit/reports/html.ts';
export { junit } from '../audit/reports/junit.ts';
export { markdown } from '../audit/reports/markdown.ts';
export { sarif } from '../audit/reports/sarif.ts';
export { details, type Paint, painted, plain, table } from '../audit/reports/table.ts';
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
