// docs/faults.md: the catalogue of faults. docs/audit-mutation.md: which check of the strict server refuses which of them.
import { catalogue } from '../build/entries/audit.js';
import { table } from './markdown.js';

/** @typedef {import('../build/entries/audit.js').Fault} Fault */

/** @param {Fault} fault */
function stepOf({ step }) {
  const name = step.number === undefined ? step.section : `${step.section} step ${step.number}`;
  return `[${name}](${step.url})`;
}

/** @param {(fault: Fault) => boolean} fits */
const count = (fits) => catalogue.filter(fits).length;

/** The catalogue, as Markdown. */
export function faultsPage() {
  const subjects = [...new Set(catalogue.map(({ subject }) => subject))];
  const sections = subjects.map((subject) => {
    const faults = catalogue.filter((fault) => fault.subject === subject);
    const rows = faults.map((fault) => [
      `\`${fault.id}\``,
      fault.title,
      fault.kind === 'attack' ? fault.severity : fault.kind,
      stepOf(fault),
    ]);
    return `## ${subject}\n\n${table([['fault', 'what is wrong', 'severity', 'step'], ...rows])}`;
  });
  const attacks = count(({ kind }) => kind === 'attack');
  const controls = count(({ kind }) => kind === 'control');
  const observations = count(({ kind }) => kind === 'observation');
  return `# Faults

A registration or a sign-in can be wrong, or only look wrong, in ${catalogue.length} ways. ${attacks} are attacks, which a correct
server refuses; ${controls} are controls, which it has to accept; ${observations} are observations, which the specification leaves to the
server's policy, and which are never a failure. Each is signed again after it was changed. So a server that refuses it does so
because of what is wrong about it.

\`stuntkey audit --list --json\` prints the same for programs. \`npm run docs\` makes this page from the catalogue, and the tests check the
page.

${sections.join('\n\n')}
`;
}

/** The guards of the strict server, and the faults that each alone refuses, as Markdown. */
export function mutationPage() {
  /** @type {Map<string, string[]>} */
  const guards = new Map();
  for (const { guard, id } of catalogue) {
    if (guard !== undefined) guards.set(guard, [...(guards.get(guard) ?? []), `\`${id}\``]);
  }
  const rows = [...guards]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([guard, ids]) => [`\`${guard}\``, ids.join(', ')]);
  const faults = count(({ guard }) => guard !== undefined);
  return `# What the audit notices

\`examples/strict-server\` has one named guard for every check of a relying party, and any of them can be switched off. For each fault in
this table the tests (\`test/audit/mutation.test.ts\`) audit it twice: with all guards on, where it has to be reported as rejected, and
with only the guard beside it off, where it has to be reported as accepted. ${faults} faults, ${guards.size} guards, 100 %.

\`npm run docs\` makes this page from the catalogue, and the tests check the page.

${table([['guard', 'faults that it alone refuses'], ...rows])}
`;
}
