/**
 * What the client checks before and while it asks devices, in the order of WebAuthn's algorithms (5.1.3, 5.1.4), with what it had
 * before it. A ceremony's record says where it was refused: what comes earlier has passed, what comes later was not reached.
 */
import type { CeremonyJson, Tree } from './answers.ts';

type CheckState = 'passed' | 'refused' | 'not reached';

export interface Check {
  readonly title: string;
  readonly state: CheckState;
  /** What it was about: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
}

/** Where a step of a refusal belongs: the place of the check. */
const STAGES: readonly RegExp[] = [
  /^reading the options|user handle/,
  /^who calls/,
  /^origin and RP ID/,
  /extensions/,
  /^choosing and asking devices|^authenticator|\(exchange \d+ of \d+\)$/,
];

export function checksOf(ceremony: CeremonyJson): readonly Check[] {
  const { outcome } = ceremony;
  const at =
    outcome.refused === undefined ? STAGES.length : stageOf(outcome.step ?? '', ceremony.exchanges.length);
  const options = membersOf(ceremony.options);
  const facts = [
    readFacts(ceremony.ceremony, options),
    callerFacts(ceremony, options),
    originFacts(ceremony, options),
    extensionFacts(ceremony.ceremony, options),
    deviceFacts(ceremony, options),
  ];
  return TITLES.map((title, place) => ({
    title,
    facts: facts[place] ?? [],
    state: place < at ? 'passed' : place === at ? 'refused' : 'not reached',
  }));
}

const TITLES = [
  'The options can be read',
  'The page may ask',
  'The origin may use the RP ID',
  'Credential types and extensions are known',
  'A device answers',
] as const;

/** Steps that name no stage are of the devices where one was asked, and else of the first. */
function stageOf(step: string, exchanges: number): number {
  const found = STAGES.findIndex((pattern) => pattern.test(step));
  if (found >= 0) return found;
  return exchanges > 0 ? STAGES.length - 1 : 1;
}

type Members = Readonly<Record<string, Tree>>;
type Facts = readonly (readonly [string, string])[];

function membersOf(tree: Tree | undefined): Members {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? (tree as Members) : {};
}

/** Facts whose value is there. */
function said(...facts: readonly (readonly [string, Tree | undefined])[]): Facts {
  return facts.flatMap(([name, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, text] as const];
  });
}

function textOf(value: Tree | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  if (!Array.isArray(value)) return Object.keys(value).join(', ') || undefined;
  const texts = value.map((one) => {
    const { id, alg, type } = membersOf(one);
    return String(alg ?? id ?? type ?? (typeof one === 'object' ? '…' : one));
  });
  return texts.length === 0 ? undefined : texts.slice(0, 6).join(', ') + (texts.length > 6 ? ', …' : '');
}

function readFacts(kind: 'create' | 'get', options: Members): Facts {
  const user = membersOf(options.user);
  return kind === 'create'
    ? said(
        ['challenge', options.challenge],
        ['user.id', user.id],
        ['user.name', user.name],
        ['timeout', options.timeout],
      )
    : said(['challenge', options.challenge], ['timeout', options.timeout]);
}

function callerFacts({ origin, clientData }: CeremonyJson, _options: Members): Facts {
  const { topOrigin, crossOrigin } = parsed(clientData);
  return said(['origin', origin], ['topOrigin', topOrigin], ['crossOrigin', crossOrigin]);
}

function originFacts({ ceremony, origin }: CeremonyJson, options: Members): Facts {
  const rpId = ceremony === 'create' ? membersOf(options.rp).id : options.rpId;
  return said(['origin', origin], ['RP ID', rpId ?? `${hostOf(origin)} (the origin’s host)`]);
}

function extensionFacts(kind: 'create' | 'get', options: Members): Facts {
  return kind === 'create'
    ? said(['algorithms', options.pubKeyCredParams], ['extensions', options.extensions])
    : said(['extensions', options.extensions]);
}

function deviceFacts({ ceremony, exchanges }: CeremonyJson, options: Members): Facts {
  const wanted = membersOf(options.authenticatorSelection);
  const asked: Facts = [['messages', String(exchanges.length)]];
  return ceremony === 'create'
    ? [
        ...said(
          ['user verification', wanted.userVerification],
          ['resident key', wanted.residentKey],
          ['attachment', wanted.authenticatorAttachment],
          ['excluded', options.excludeCredentials],
          ['attestation', options.attestation],
        ),
        ...asked,
      ]
    : [
        ...said(['user verification', options.userVerification], ['allowed', options.allowCredentials]),
        ...asked,
      ];
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname : origin;
}

function parsed(clientData: string | undefined): Members {
  try {
    return membersOf(JSON.parse(clientData ?? '{}'));
  } catch {
    return {};
  }
}
