/** A tool: what an agent can ask, what it changes, and what it is answered. */
import type { JsonSchema } from '../base/json-schema.ts';
import { type Exactly, exactly, type Members, type Shape } from '../base/shape.ts';
import { jsonSchemaOf } from '../base/shape-schema.ts';
import type { Agent } from './agent.ts';

/** https://modelcontextprotocol.io/specification, ToolAnnotations */
interface Annotations {
  /** Whether it changes nothing. */
  readonly readOnlyHint: boolean;
  /** Whether what it changes cannot be had back. */
  readonly destructiveHint: boolean;
  /** Whether a second call changes nothing more. */
  readonly idempotentHint: boolean;
  /** Whether it reaches beyond this key: a browser, a server. */
  readonly openWorldHint: boolean;
}

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: Annotations;
  readonly shape: Shape<unknown>;
  readonly inputSchema: JsonSchema;
  /** @param signal aborted when the agent does not wait any more */
  run(agent: Agent, given: never, signal: AbortSignal): Promise<object>;
}

/** Words for what a tool changes. */
const KINDS: Readonly<Record<'reads' | 'adds' | 'removes' | 'reaches' | 'attacks', Annotations>> = {
  reads: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  adds: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  removes: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  reaches: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  attacks: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
};

/** Writes a tool down, with its schema made from the shape that checks its arguments. */
export function tool<const E extends Members>(
  name: string,
  title: string,
  description: string,
  kind: keyof typeof KINDS,
  members: E,
  run: (agent: Agent, given: Exactly<E>, signal: AbortSignal) => Promise<object>,
): Tool {
  const shape = exactly(members, `the arguments of ${name}`);
  return {
    name,
    title,
    description,
    annotations: KINDS[kind],
    shape,
    inputSchema: jsonSchemaOf(shape),
    run: run as Tool['run'],
  };
}
