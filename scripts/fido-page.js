// docs/fido-server.md: FIDO's tests of servers by their IDs, and what plays each.
import { catalogue, publishedTests } from '../build/entries/audit.js';
import { table } from './markdown.js';

const SOURCE = 'https://github.com/fido-alliance/conformance-test-tools-resources';

/** @param {import('../build/entries/audit.js').PublishedTest} test */
function played({ faults, without, expects }) {
  if (without !== undefined) return `not played: ${without}`;
  const names = faults.map((id) => (id === 'honest' ? "the audit's own honest ceremonies" : `\`${id}\``));
  return `${names.join(', ')}: ${expects}`;
}

/** Every published test, as Markdown. */
export function fidoPage() {
  /** @type {Map<string, import('../build/entries/audit.js').PublishedTest[]>} */
  const groups = new Map();
  for (const test of publishedTests) {
    const name = test.id.slice(0, test.id.lastIndexOf(' '));
    groups.set(name, [...(groups.get(name) ?? []), test]);
  }
  const sections = [...groups].map(([name, tests]) => {
    const rows = tests.map((test) => [
      test.id.slice(name.length + 1),
      `${test.says}${test.optional ? ' (optional)' : ''}`,
      played(test),
      test.beyond ?? '',
    ]);
    return `## ${name}\n\n${table([['test', 'what', 'played by, and what has to come of it', 'where it asks for what Level 3 does not'], ...rows])}`;
  });
  const without = publishedTests.filter((test) => test.without !== undefined).length;
  const beyond = publishedTests.filter((test) => test.beyond !== undefined).length;
  const own = catalogue.filter(({ subject }) => subject === 'fido-server').length;
  return `# FIDO's tests of servers

\`stuntkey audit URL --profile fido-server\` plays the tests that FIDO has published for servers, and reports them by their IDs. The list is the
one in [conformance-test-tools-resources](${SOURCE}), \`docs/FIDO2/Server/README.md\` as of March 2021, the last edition that has one; the words for each
test are stuntkey's own. ${publishedTests.length} tests: ${publishedTests.length - without} are played, ${without} are not, each for the reason beside it. ${beyond} ask for what
WebAuthn Level 3 does not; such a test fails in this profile, and is no finding in any other profile: ${own} faults are there for them alone.

A server has to accept P-n and to refuse F-n. A server may leave out what an optional test asks for. Say \`--trusts-authority\` where the
server trusts the audit's attestation authority (\`stuntkey ca\`), and no other: otherwise the audit can say nothing about chains. This page is made by \`npm run docs\`.

${sections.join('\n\n')}
`;
}
