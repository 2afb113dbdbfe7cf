/** One self-contained page: it loads nothing, runs nothing, and can be kept, mailed or printed. */
import type { CeremonyName } from '../fault.ts';
import { type AuditResult, type FaultResult, severityOf } from '../verdict.ts';
import { type Cause, causesOf, many as manyOf } from './causes.ts';
import { curlLine } from './curl.ts';
import {
  caveat,
  conclusion,
  counts,
  deed,
  findings,
  observations,
  place,
  seconds,
  timesOf,
} from './findings.ts';
import { STYLE } from './html-style.ts';
import { testsSection } from './html-tests.ts';
import { html, Markup, type Part } from './markup.ts';

/** Nothing may be loaded, whatever a server's answer smuggles in. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const CEREMONIES: readonly CeremonyName[] = ['registration', 'authentication'];
const VERDICTS = {
  rejected: 'rejected',
  accepted: 'accepted',
  error: 'errors',
  'not-applicable': 'not applicable',
  broken: 'broken',
};

/** The color of a fault. */
function tone({ fault, verdict, finding }: FaultResult): string {
  if (verdict === 'not-applicable') return 'without';
  if (verdict === 'error') return 'broke';
  if (finding) return 'wrong';
  return fault.kind === 'observation' ? 'choice' : 'right';
}

function row(name: string, value: Part): Markup {
  return html`<dt>${name}</dt><dd>${value}</dd>`;
}

function facts(result: FaultResult): Part {
  const { fault, reason, status } = result;
  return [
    row('Server', result.seen ?? deed(result)),
    row(fault.kind === 'control' ? 'Who is locked out' : 'Gain', fault.gain),
    row('Check', fault.check),
    row('Step', html`<a href="${fault.step.url}">${place(result)}</a>: ${fault.step.name}`),
    reason === undefined ? undefined : row('Answer', html`<code>${reason.slice(0, 2_000)}</code>`),
    status === undefined ? undefined : row('Status', status),
  ];
}

/** What was sent and what came back, so that it can be sent again. */
function shownExchange({ exchange }: FaultResult): Part {
  if (exchange === undefined) return undefined;
  const { url, body, status, answer } = exchange;
  const request = curlLine(exchange) ?? `${url}(${body ?? ''})`;
  return html`<details class="wire"><summary>Request and answer</summary><pre>${request}</pre><pre>${status} ${answer}</pre></details>`;
}

/** What causes findings: said once, with the fault that shows it best; those behind it are folded. */
function card({ id, statement, severity, results }: Cause): Markup {
  const [worst] = results as [FaultResult, ...FaultResult[]];
  const { fault } = worst;
  const look = id.startsWith('breaks-') ? 'broke' : severity;
  return html`<article class="card ${look} ${severity}"><header><h3>${statement}</h3><span class="tag">${severity} · ${manyOf(results.length)}</span></header>
<dl>${[
    row('Seen', worst.seen ?? deed(worst)),
    row(
      'What to do',
      html`${fault.check} <a href="${fault.step.url}">${place(worst)}</a>: ${fault.step.name}`,
    ),
    worst.reason === undefined
      ? undefined
      : row('Answer', html`<code>${worst.reason.slice(0, 2_000)}</code>`),
  ]}</dl>${shownExchange(worst)}
<details class="behind"><summary>${manyOf(results.length)} behind it</summary><ul>${results.map(
    (one) =>
      html`<li><a href="#${one.fault.id}"><code>${one.fault.id}</code></a> ${severityOf(one)}: ${one.fault.title}</li>`,
  )}</ul></details></article>
`;
}

/** The steps of one ceremony, each with a cell a fault. */
function map(ceremony: CeremonyName, results: readonly FaultResult[]): Part {
  const steps = new Map<string, FaultResult[]>();
  for (const result of results) {
    if (result.fault.ceremony !== ceremony) continue;
    const key = `${place(result)}\n${result.fault.step.name}`;
    steps.set(key, [...(steps.get(key) ?? []), result]);
  }
  const rank = ([, [first]]: readonly [string, FaultResult[]]): [string, number] => [
    first?.fault.step.section ?? '',
    first?.fault.step.number ?? 0,
  ];
  const sorted = [...steps].sort((a, b) => {
    const [[sectionA, numberA], [sectionB, numberB]] = [rank(a), rank(b)];
    return sectionA === sectionB ? numberA - numberB : sectionA.localeCompare(sectionB, 'en');
  });
  const cell = (result: FaultResult): Markup =>
    html`<a class="cell ${tone(result)}" href="#${result.fault.id}" title="${result.fault.id}: ${deed(result)}"></a>`;
  return html`<h2>${ceremony === 'registration' ? 'Registration, step by step' : 'Signing in, step by step'}</h2>
<div class="map">${sorted.map(([, some]) => {
    const first = some[0] as FaultResult;
    return html`<div class="step"><span><b>${place(first)}</b> ${first.fault.step.name}</span><div class="cells">${some.map(cell)}</div></div>
`;
  })}</div>
`;
}

function detail(result: FaultResult): Markup {
  const { fault, verdict, finding } = result;
  return html`<details id="${fault.id}" data-verdict="${verdict}" class="${finding ? 'wrong-row' : ''}"><summary><i class="cell ${tone(result)}"></i><span>${fault.title}</span><code>${fault.id}</code></summary><dl>${facts(result)}</dl></details>
`;
}

function all(results: readonly FaultResult[]): Markup {
  const subjects = [...new Set(results.map(({ fault }) => fault.subject))];
  const times = new Map(timesOf({ results }));
  const choice = (value: string, label: string): Markup =>
    html`<label><input type="radio" name="show" value="${value}"${value === 'all' ? new Markup(' checked') : ''}>${label}</label>`;
  return html`<div class="all"><h2>Every fault</h2>
<fieldset class="filter">${choice('all', 'all')}${choice('finding', 'findings')}${choice('rejected', 'rejected')}${choice('accepted', 'accepted')}${choice('without', 'not applicable')}</fieldset>
${subjects.map(
  (subject) =>
    html`<section><h3>${subject} <span class="tag">${seconds(times.get(subject) ?? 0)}</span></h3>${results.filter(({ fault }) => fault.subject === subject).map(detail)}</section>
`,
)}</div>
`;
}

function causes(result: AuditResult): Part {
  const all = causesOf(result);
  return all.length === 0
    ? undefined
    : html`<h2>What is wrong, the worst first</h2>
${all.map(card)}`;
}

function choices(some: readonly FaultResult[]): Part {
  if (some.length === 0) return undefined;
  return html`<h2>Choices of this server</h2>
<details><summary><span></span><span>The specification leaves these to the server. They are no findings.</span><code>${some.length}</code></summary>
${some.map(
  (result) =>
    html`<details><summary><i class="cell choice"></i><span>${result.fault.title}</span><code>${result.verdict}</code></summary><dl>${facts(result)}</dl></details>
`,
)}</details>`;
}

/**
 * An audit as one HTML page, which loads nothing.
 *
 * @param version of this package
 */
export function htmlReport(result: AuditResult, version: string): string {
  const found = findings(result);
  const many = counts(result);
  const { name, url, loopback, origin } = result.target;
  const mood = result.outcome === 'inconclusive' ? 'open' : found.length === 0 ? 'good' : 'bad';
  const bars: readonly [string, number, string][] = [
    ['right', result.results.filter((one) => tone(one) === 'right').length, 'as it should be'],
    ['wrong', result.results.filter((one) => tone(one) === 'wrong').length, 'wrong'],
    ['broke', many.error, 'broke'],
    ['choice', result.results.filter((one) => tone(one) === 'choice').length, 'the server’s choice'],
    ['without', many['not-applicable'], 'not applicable'],
  ];
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Audit of ${name}</title><style>${new Markup(STYLE)}</style></head>
<body><main>
<h1>Audit of ${name}</h1>
<p class="verdict ${mood}">${conclusion(result)}</p>
<p class="about">${caveat(result)}</p>
<p class="about">${url === undefined || url === name ? undefined : `${url}, `}origin ${origin}, ${new Date(result.startedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC, ${seconds(result.milliseconds)}${loopback ? '' : '. Not this machine: authorized by who ran it'}</p>
<div class="bar">${bars.filter(([, length]) => length > 0).map(([look, length]) => html`<i class="${look}" style="flex-grow:${length}"></i>`)}</div>
<ul class="legend">${bars.map(([look, length, label]) => html`<li><i class="${look}"></i><b>${length}</b> ${label}</li>`)}</ul>
${CEREMONIES.map((ceremony) => map(ceremony, result.results))}${causes(result)}${result.tests && testsSection(result.tests)}${choices(observations(result))}${all(result.results)}
<footer>${Object.entries(VERDICTS)
    .map(([verdict, label]) => `${many[verdict as keyof typeof many]} ${label}`)
    .join(', ')}. Honest ceremonies: ${result.controls
    .map(({ when, passed }) => `${when} ${passed ? 'passed' : 'failed'}`)
    .join(', ')}. stuntkey ${version}, catalogue ${result.catalogue}.</footer>
</main></body></html>
`;
  return page.text;
}
