/** FIDO's tests of servers, as a terminal and a pull request show them: a line a group, and below it what did not pass. */
import type { PlayedTest } from '../verdict.ts';
import { many } from './causes.ts';
import type { Paint } from './table.ts';

interface Group {
  readonly name: string;
  readonly tests: readonly PlayedTest[];
}

/** The tests by the groups in which FIDO has published them. */
export function groupsOf(tests: readonly PlayedTest[]): Group[] {
  const groups = new Map<string, PlayedTest[]>();
  for (const test of tests) {
    const name = test.id.slice(0, test.id.lastIndexOf(' '));
    groups.set(name, [...(groups.get(name) ?? []), test]);
  }
  return [...groups].map(([name, some]) => ({ name, tests: some }));
}

/** `P-1` of an ID. */
export const numberOf = ({ id }: PlayedTest): string => id.slice(id.lastIndexOf(' ') + 1);

const of = (tests: readonly PlayedTest[], outcome: PlayedTest['outcome']): readonly PlayedTest[] =>
  tests.filter((test) => test.outcome === outcome);

export function counted(tests: readonly PlayedTest[]): string {
  const [passed, failed, without] = (['passed', 'failed', 'not-played'] as const).map(
    (outcome) => of(tests, outcome).length,
  ) as [number, number, number];
  return [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(without > 0 ? [`${without} not played`] : []),
  ].join(', ');
}

/**
 * FIDO's tests as a terminal shows them.
 *
 * @param width of the terminal, in columns
 */
export function testsTable(tests: readonly PlayedTest[], paint: Paint, width: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through
  const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  const cut = (text: string): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);
  const lines = groupsOf(tests).flatMap(({ name, tests: some }) => [
    cut(`${name}: ${counted(some)}`),
    ...of(some, 'failed').flatMap((test) => [
      paint.severity('high', cut(`  ${numberOf(test).padEnd(5)}failed: ${test.says}`)),
      cut(`       ${printable(test.reason ?? '')}`),
      ...(test.beyond === undefined ? [] : [cut(`       (${test.beyond})`)]),
    ]),
    ...of(some, 'not-played').map((test) =>
      paint.dim(cut(`  ${numberOf(test).padEnd(5)}not played: ${printable(test.reason ?? test.says)}`)),
    ),
  ]);
  return [
    '',
    paint.bold(`FIDO's tests: ${many(tests.length, 'test')}, ${counted(tests)}`),
    '',
    ...lines,
    '',
  ].join('\n');
}
