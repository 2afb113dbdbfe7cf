/** A fixture for node:test. */
import { check, having } from '../base/shape.ts';
import { Stage, type StageOptions } from './stage.ts';

export { Stage, type StageOptions } from './stage.ts';

/** The part of node:test's TestContext that is needed here. */
export interface NodeTestContext {
  /** Calls back when the test has ended. */
  after(hook: () => void | Promise<void>): void;
  /** The test's name. */
  readonly name?: string;
  /** Whether the test has passed so far. */
  readonly passed?: boolean;
}

const contextShape = having<NodeTestContext>(
  "what node:test gives to a test: stuntkey(t) in test('…', (t) => { … })",
  'after',
);

/**
 * A device, a person and a client for one test. When the test ends, what was installed is removed.
 *
 * @param context node:test's context of the test
 * @throws StuntkeyError `bad-options` that names the option, `bad-origin`, `bad-policy`
 *
 * @example
 * ```ts
 * import { test } from 'node:test';
 * import { stuntkey } from 'stuntkey/node-test';
 * test('a visitor signs up', async (t) => {
 *   const { client, user } = stuntkey(t, { origin: 'https://login.example.com' });
 *   const response = await client.create(await server.options());
 *   await server.verify(response);
 * });
 * ```
 */
export function stuntkey(context: NodeTestContext, options?: StageOptions): Stage {
  check(contextShape, context, 'bad-options', 'stuntkey');
  const stage = new Stage(options);
  context.after(() => {
    stage.close();
    return context.passed === false ? stage.printFailure(context.name ?? 'test') : undefined;
  });
  return stage;
}
