/** Audits of relying parties: faults, what plays them, and what is played at. */
export { auditRelyingParty } from './audit-relying-party.ts';
export { catalogue, catalogueVersion, fault } from './catalogue.ts';
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
} from './fault.ts';
export type { AssertionDraft, Given, RegistrationDraft } from './forge/draft.ts';
export {
  type FaultyAuthenticator,
  type FaultyOptions,
  faulty,
  forgeAssertion,
  forgeRegistration,
} from './forge/faulty.ts';
export { type Baseline, baselineOf, readBaseline } from './reports/baseline.ts';
export { htmlReport } from './reports/html.ts';
export { junit } from './reports/junit.ts';
export { sarif } from './reports/sarif.ts';
export { coloured, type Paint, plain, table } from './reports/table.ts';
export { type AuditOptions, type AuditProgress, runAudit } from './runner/run.ts';
export {
  type CeremonyCallbacks,
  callbackTarget,
  type RelyingPartyCallbacks,
  type Visit,
} from './targets/callbacks.ts';
export { type ConformanceOptions, conformanceTarget } from './targets/conformance.ts';
export { describedTarget } from './targets/described.ts';
export {
  type DescribedCeremony,
  type DescribedCsrf,
  type DescribedRequest,
  type DescribedSuccess,
  descriptionSchema,
  type TargetDescription,
} from './targets/description.ts';
export { type PageTargetOptions, pageTarget, type Shown } from './targets/page.ts';
export type {
  Answer,
  AuditUser,
  CeremonyCall,
  Responder,
  Target,
  TargetSession,
  TargetTraits,
} from './targets/target.ts';
export type { OptionsRequest } from './targets/words.ts';
export {
  type AuditedTarget,
  type AuditOutcome,
  type AuditResult,
  type AuditState,
  type ControlResult,
  type FaultResult,
  findingsOf,
  type Verdict,
} from './verdict.ts';
