/** The door of the audit, for tests: a relying party in, verdicts out. */
import type { AuditOptions } from './runner/options.ts';
import { runAudit } from './runner/run.ts';
import { callbackTarget, type RelyingPartyCallbacks } from './targets/callbacks.ts';
import type { Target } from './targets/target.ts';
import type { AuditResult } from './verdict.ts';

/**
 * Asks a relying party to take every fault of the catalogue, and says which it took.
 *
 * @param relyingParty four functions, or a target (`conformanceTarget`, `describedTarget`, `pageTarget`)
 * @throws StuntkeyError `bad-target`; `bad-options`; `not-authorized`; `bad-state`
 * @example
 * ```ts
 * import { auditRelyingParty } from 'stuntkey/audit';
 * const { outcome, results } = await auditRelyingParty({
 *   origin: 'https://example.com',
 *   registration: { options: () => ({ challenge: 'bm90IGEgc2VydmVy' }), verify: () => false },
 *   authentication: { options: () => ({ challenge: 'bm90IGEgc2VydmVy' }), verify: () => false },
 * });
 * console.log(outcome, results.length); // inconclusive 0, because honest ceremonies do not pass either
 * ```
 */
export function auditRelyingParty(
  relyingParty: RelyingPartyCallbacks | Target,
  options?: AuditOptions,
): Promise<AuditResult> {
  const isTarget = typeof relyingParty === 'object' && relyingParty !== null && 'open' in relyingParty;
  return runAudit(isTarget ? relyingParty : callbackTarget(relyingParty), options);
}
