/** Findings by what causes them: a check that a server lacks lets in many faults, and is one thing to mend. */
import { type Severity, severities } from '../fault.ts';
import { type AuditResult, type FaultResult, severityOf } from '../verdict.ts';
import { findings, isAtLeast } from './findings.ts';

/** Findings with one cause: the check that the server lacks. */
export interface Cause {
  /** Stable: `signature`, `breaks-status`, `refuses-flags`. */
  readonly id: string;
  /** What is wrong, as a statement about the server. */
  readonly statement: string;
  /** Of its worst finding. */
  readonly severity: Severity;
  /** The worst first: that shows it best. */
  readonly results: readonly FaultResult[];
}

/** What a server does not do, by the subject of the faults that it lets in. */
const LACKS: Readonly<Record<string, string>> = {
  type: 'the type of client data is not compared',
  challenge: 'challenges are not tied to one ceremony of one session',
  origin: 'the origin is not compared',
  'cross-origin': 'crossOrigin is not looked at',
  'top-origin': 'topOrigin is not looked at',
  'client-data': 'client data is read leniently',
  'rp-id-hash': 'the RP ID hash is not compared',
  flags: 'the flags of authenticator data are not all looked at',
  'authenticator-data': 'authenticator data is read leniently',
  algorithm: 'algorithms are taken that were not asked for',
  'cose-key': 'public keys are stored that are none, or weak ones',
  'attestation-object': 'attestation objects are read leniently',
  'attestation-format': 'unknown attestation formats are taken',
  'credential-id': 'the length of credential IDs is not limited',
  attestation: 'attestation statements are not verified',
  'attestation-trust': 'certificates of attestation are not judged',
  metadata: 'metadata is believed without being verified',
  signature: 'signatures are not checked',
  update: 'a sign-in that is refused changes what is stored',
  'allow-list': 'allowCredentials is not compared',
  credential: 'whose credential it is does not matter',
  'user-handle': 'whose user handle it is does not matter',
  overwrite: 'credentials are registered that another user has already',
  record: 'the credential record is made of what was not verified',
  extensions: 'extension outputs are not looked at',
  json: 'the JSON of a response is read leniently',
  options: 'the options themselves are weak',
  account: 'accounts can be entered with a key that is not theirs',
  session: 'the session does not go with the sign-in',
  operators: 'objects in a request become operators of a query',
  counter: 'counters are not kept as they came',
  removal: "anybody's credential can be removed",
  request: 'forms of other sites can send responses',
};

/** Signatures in another spelling are a matter of their own. */
const LENIENT_SIGNATURES = 'ECDSA signatures are read leniently';

const BREAKS: Readonly<Record<string, string>> = {
  status: 'the server breaks, with a status of 500 or above',
  hang: 'the server hangs',
  drop: 'the server drops the connection',
  unreadable: 'the server says neither yes nor no',
};

/** The worst causes first, and of those as bad the one with more faults. */
export function causesOf(result: AuditResult): Cause[] {
  const groups = new Map<string, FaultResult[]>();
  for (const one of findings(result)) {
    const id = causeId(one);
    groups.set(id, [...(groups.get(id) ?? []), one]);
  }
  return [...groups]
    .map(([id, results]): Cause => {
      const [worst] = results as [FaultResult, ...FaultResult[]];
      return { id, statement: statementOf(id, results), severity: severityOf(worst), results };
    })
    .sort(
      (a, b) =>
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        b.results.length - a.results.length,
    );
}

/** How many faults there are behind it. */
export function many(count: number, what = 'fault'): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function causeId({ fault, verdict, breakage = 'unreadable', ...rest }: FaultResult): string {
  if (verdict === 'error') return `breaks-${breakage}`;
  // Not verifying statements is one decision, in however many formats.
  const subject = /^attestation-(?!object|format|trust)/.test(fault.subject) ? 'attestation' : fault.subject;
  if (fault.kind === 'control') return `refuses-${subject}`;
  if (subject === 'signature' && !isAtLeast(severityOf({ fault, ...rest }), 'medium'))
    return 'signature-spelling';
  return subject;
}

function statementOf(id: string, results: readonly FaultResult[]): string {
  const ceremonies = new Set(results.map(({ fault }) => fault.ceremony));
  const where =
    ceremonies.size > 1 ? '' : ceremonies.has('registration') ? ' at registration' : ' at sign-in';
  if (id.startsWith('breaks-')) return `${BREAKS[id.slice('breaks-'.length)]}${where}`;
  const [{ fault }] = results as [FaultResult, ...FaultResult[]];
  if (id.startsWith('refuses-')) return `what is right is refused${where}: ${fault.title}`;
  if (id === 'signature-spelling') return LENIENT_SIGNATURES;
  // One fault alone says more than its subject.
  if (results.length === 1) return `let in${where}: ${fault.title}`;
  return `${LACKS[id] ?? `let in: ${fault.title}`}${where}`;
}
