/** FIDO's tests of servers on the page: a line a group, in which those that did not pass are named. */
import type { PlayedTest } from '../verdict.ts';
import { html, type Markup } from './markup.ts';
import { counted, groupsOf, numberOf } from './tests.ts';

const TONES = { passed: 'right', failed: 'wrong', 'not-played': 'without' } as const;

function row(test: PlayedTest): Markup {
  const { outcome, says, reason, beyond } = test;
  const more = [reason, beyond].filter((one) => one !== undefined).join('. ');
  return html`<li><i class="cell ${TONES[outcome]}"></i> <b>${numberOf(test)}</b> ${says}${more === '' ? undefined : html`: <span class="about">${more}</span>`}</li>`;
}

export function testsSection(tests: readonly PlayedTest[]): Markup {
  return html`<h2>FIDO’s tests: ${counted(tests)}</h2>
${groupsOf(tests).map(
  ({ name, tests: some }) =>
    html`<details class="tests"><summary><span></span><span>${name}</span><code>${counted(some)}</code></summary><ul>${some.map(row)}</ul></details>
`,
)}`;
}
