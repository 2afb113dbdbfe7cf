// docs/differences.md: the differences that the comparison with Chromium allows.
import { CALLS } from '../test/interop/calls/calls.js';
import { DIFFERENCES } from '../test/interop/calls/differences.js';
import { GENERATED } from '../test/interop/calls/generator.js';
import { table } from './markdown.js';

const L3 = 'https://www.w3.org/TR/webauthn-3/';

/** Differences that no call shows. */
const NOT_COMPARED = [
  {
    about: 'a timeout that is very short, or 0',
    ours: 'a second',
    theirs: 'ten seconds; with a virtual authenticator, the given time',
    because: `[Level 3, 5.1.3, step 4](${L3}#sctn-createCredential): the closest value of a range that the client defines`,
  },
  {
    about: 'names that are longer than the device accepts',
    ours: 'cut to 64 bytes, at a character',
    theirs: 'left to the device',
    because: `[Level 3, 6.4.1.1](${L3}#sctn-strings-truncation-client): a client may, from 64 bytes on`,
  },
];

/** The page, as Markdown. */
export function differencesPage() {
  const calls = Object.values(CALLS).flatMap((group) => Object.keys(group)).length;
  return `# Differences

The tests make ${calls} calls of a page, valid and invalid, twice: in Debian's Chromium with its virtual authenticator, and with stuntkey's client
and a device of the same kind. Errors, flags, extension results and outputs, client data, transports, attachments, algorithms and
attestation have to be the same, or the difference has to be in this table.

Besides them, there are ${GENERATED.length} calls by rule: every member of every dictionary, times every kind of value that a page may put there. They are calls of
create(), get(), the signal methods and the parse methods, each in a document of its own. The tests take a sample of them by a seed: a hundred in the quick
tests, fifteen hundred in the slow tests. Each has to have the same outcome in Chromium with its own device, in mode \`page\` over Puppeteer (in the slow tests
over Playwright, too), and over \`install()\`, or an outcome in this table.

Not compared are random values (identifiers, keys, signatures), the first value of a sign counter, AAGUIDs, durations and the words of messages.
Chromium also adds a member to client data now and then, so that servers get used to unknown members; it is not compared either.

\`npm run docs\` makes this page, and the tests check it.

${table([
  ['what', 'stuntkey', 'Chromium 156', 'because'],
  ...[...DIFFERENCES, ...NOT_COMPARED].map(({ about, ours, theirs, because }) => [
    about,
    ours,
    theirs,
    because,
  ]),
])}
`;
}
