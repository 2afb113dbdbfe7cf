/** What an agent is answered: JSON, in which every text of a page or a server is a quoted member, and nothing speaks to the agent. */
import { StuntkeyError } from '../base/stuntkey-error.ts';

/** https://modelcontextprotocol.io/specification, CallToolResult */
export interface ToolResult {
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
  readonly structuredContent: Readonly<Record<string, unknown>>;
  readonly isError?: true;
}

export function answered(value: object): ToolResult {
  return { content: [{ type: 'text', text: quoted(value) }], structuredContent: { ...value } };
}

/** An error as the agent reads it: what was expected, what came, what to do. */
export function refused(error: unknown): ToolResult {
  const { name = 'Error', message = String(error), cause } = error as Partial<Error> & { cause?: unknown };
  const code = error instanceof StuntkeyError ? error.code : undefined;
  const reason = reasonOf(cause);
  const told = { error: { name, ...(code && { code }), message, ...(reason && { reason }) } };
  return { ...answered(told), isError: true };
}

/** The innermost cause: a page does not learn it, and an agent that tests one may. */
function reasonOf(cause: unknown): string | undefined {
  let found: string | undefined;
  let next = cause;
  for (let depth = 0; next instanceof Error && depth < 8; depth++) {
    found = next.message;
    next = next instanceof AggregateError ? next.errors[0] : next.cause;
  }
  return found;
}

/** JSON without characters that a terminal or a prompt would show as something else. */
function quoted(value: object): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
