/** Known findings, in a file of the repository: they are reported, and fail nothing. */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { AuditResult } from '../verdict.ts';
import { findings } from './findings.ts';

/** Known findings, as a file of the repository has them: they are reported and fail nothing. */
export interface Baseline {
  /** Of this layout. */
  readonly version: 1;
  /** IDs of faults, sorted. */
  readonly known: readonly string[];
}

/** A baseline of everything that an audit found, to be written as JSON. */
export function baselineOf(result: AuditResult): Baseline {
  return {
    version: 1,
    known: findings(result)
      .map(({ fault }) => fault.id)
      .sort(),
  };
}

/** @throws StuntkeyError `bad-baseline` */
export function readBaseline(text: string): Baseline {
  const bad = (got: string): never => {
    throw new StuntkeyError(
      'bad-baseline',
      `expected { "version": 1, "known": [IDs of faults] }, got ${got}`,
    );
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return bad('no JSON');
  }
  const { version, known } = (value ?? {}) as { version?: unknown; known?: unknown };
  if (version !== 1) return bad(`version ${JSON.stringify(version)}`);
  if (!Array.isArray(known) || !known.every((id) => typeof id === 'string'))
    return bad(`known ${JSON.stringify(known)?.slice(0, 80)}`);
  return { version, known };
}
