/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html), as code scanning reads it: a rule a fault. */
import type { CeremonyName, FaultSummary, Severity } from '../fault.ts';
import { type AuditResult, severityOf } from '../verdict.ts';
import { deed, findings, observations, place } from './findings.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** What GitHub sorts by: 9.0 and more is critical, 7.0 high, 4.0 medium. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.0',
  low: '2.0',
  info: '0.1',
};

function rule({ id, title, step, check, severity, ceremony, kind }: FaultSummary) {
  return {
    id,
    name: id.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: `${step.section}: ${step.name}` },
    help: { text: check },
    helpUri: step.url,
    defaultConfiguration: { level: kind === 'observation' ? 'note' : LEVELS[severity] },
    properties: { tags: ['security', 'webauthn', ceremony], 'security-severity': SCORES[severity] },
  };
}

/** What results are laid at, relative to the repository: a server has no lines, but code scanning wants a place. */
export interface SarifPlace {
  /** The description's file. Default: none, and results are laid at the step of the specification. */
  readonly uri: string;
  /** The line of a ceremony in it. */
  line(ceremony: CeremonyName): number;
}

/** A description's text, and where its ceremonies begin. */
export function placeIn(uri: string, text: string): SarifPlace {
  const lines = text.split('\n');
  return {
    uri,
    line: (ceremony) =>
      Math.max(
        0,
        lines.findIndex((line) => line.includes(`"${ceremony}"`)),
      ) + 1,
  };
}

/**
 * An audit as SARIF 2.1.0, for code scanning.
 *
 * @param version of this package
 */
export function sarif(result: AuditResult, version: string, at?: SarifPlace): string {
  const reported = [...findings(result), ...observations(result)];
  const places = new Map(result.results.map(({ fault }, index) => [fault.id, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'stuntkey',
            semanticVersion: version,
            informationUri: 'https://www.npmjs.com/package/stuntkey',
            rules: result.results.map(({ fault }) => rule(fault)),
          },
        },
        invocations: [
          {
            executionSuccessful: result.outcome === 'complete',
            startTimeUtc: new Date(result.startedAt).toISOString(),
            ...(result.reason !== undefined && {
              toolExecutionNotifications: [{ level: 'error', message: { text: result.reason } }],
            }),
          },
        ],
        results: reported.map((one) => ({
          ruleId: one.fault.id,
          ruleIndex: places.get(one.fault.id),
          kind: one.finding ? 'fail' : 'informational',
          level: one.finding ? LEVELS[severityOf(one)] : 'none',
          message: {
            text: `${result.target.name} ${deed(one)}: ${one.fault.title} (${place(one)}). ${one.seen ?? one.fault.gain}${one.reason === undefined ? '' : ` The server: ${one.reason}`}`,
          },
          locations: [
            at === undefined
              ? {
                  physicalLocation: {
                    artifactLocation: { uri: one.fault.step.url },
                    region: { startLine: 1 },
                  },
                }
              : {
                  physicalLocation: {
                    artifactLocation: { uri: at.uri },
                    region: { startLine: at.line(one.fault.ceremony) },
                  },
                },
          ],
          partialFingerprints: { 'stuntkey/v1': one.fault.id },
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}
