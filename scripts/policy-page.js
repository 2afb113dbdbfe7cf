// docs/policy.md: every member of a policy. What it is comes from the comments of its type, what it may be from its shape, asked with a
// value that is never right.
import { readFileSync } from 'node:fs';
import { defaultPolicy } from '../build/authenticator/policy/default.js';
import { policySince } from '../build/authenticator/policy/resolve.js';
import { policyShape } from '../build/authenticator/policy/schema.js';
import { problemOf } from '../build/base/shape.js';
import { table } from './markdown.js';

const source = readFileSync(new URL('../src/authenticator/policy/type.ts', import.meta.url), 'utf8');

/** The members with their comments, in the order of the type. @returns {[string, string][]} */
export function policyMembers() {
  const [, body = ''] = /export interface Policy \{\n([\s\S]*?)\n\}/.exec(source) ?? [];
  return [...body.matchAll(/^ {2}\/\*\*([\s\S]*?)\*\/\n {2}readonly (\w+)\??:/gm)].map(
    ([, comment = '', name = '']) => [
      name,
      comment
        .replace(/\n\s*\*\s?/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ],
  );
}

/** What a member may be, in the words that a refusal has. @param {string} name */
function range(name) {
  const ask = (/** @type {unknown} */ value) => {
    const problem = problemOf(policyShape, { [name]: value });
    return typeof problem === 'string' ? /: expected (.*?), got /.exec(problem)?.[1] : undefined;
  };
  const whole = ask(Symbol.iterator) ?? '';
  const element = whole.startsWith('an array') ? ask([Symbol.iterator]) : undefined;
  return element === undefined || element === whole ? whole : `${whole}: ${element}`;
}

/** A value of a policy, as its tables show it. @param {unknown} value */
export function shown(value) {
  if (value === undefined) return '';
  if (value instanceof Uint8Array) return `\`${Buffer.from(value).toString('hex')}\``;
  return `\`${value === Number.POSITIVE_INFINITY ? 'Infinity' : JSON.stringify(value)}\``;
}

/** The page, as Markdown. */
export function policyPage() {
  const since = /** @type {Record<string, { since: string } | undefined>} */ (policySince);
  const defaults = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (defaultPolicy));
  const rows = policyMembers().map(([name, comment]) => [
    `\`${name}\``,
    comment.replaceAll('|', '\\|'),
    range(name).replaceAll('|', '\\|'),
    shown(defaults[name]),
    since[name]?.since ?? '',
  ]);
  return `# Policy

A policy is what the manufacturer of a device decided: \`new Authenticator({ policy })\`. It overrules a model's (\`{ model, policy }\`, [models.md](models.md)) or
the default. On the command line it is \`stuntkey new --policy\` with JSON, where \`aaguid\` is hex with hyphens, and functions are impossible;
[policy.schema.json](policy.schema.json) is the schema for editors (\`"$schema": "https://unpkg.com/stuntkey/docs/policy.schema.json"\`).

An unknown member, or a value that is not allowed, is refused (\`bad-policy\`) with the word that was probably meant. What a
device's edition of CTAP (\`ctap\`) does not know is off, whatever the policy says. The last column has the first edition that knows the member.

\`npm run docs\` makes this page from the shape that checks policies, and the tests check the page.

${table([['member', 'what it is', 'expected', 'default', 'since CTAP'], ...rows])}
`;
}
