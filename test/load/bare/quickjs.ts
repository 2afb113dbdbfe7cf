/** QuickJS, an engine that has ECMAScript and nothing else: installed by the slow tests that run in it. */
import { requireFrom, whyNoJudge } from '../../judges/install.ts';
import { withoutTime } from '../../slow.ts';

/** Why nothing can run in it. */
export const withoutQuickJs: string | undefined = withoutTime ?? whyNoJudge('quickjs');

/** A value there. */
interface Handle {
  dispose(): void;
}

/** As much of it as is used. */
interface Context extends Handle {
  readonly global: Handle;
  unwrapResult(result: unknown): Handle;
  evalCode(code: string, file: string, options: { readonly type: 'module' }): unknown;
  getProp(object: Handle, name: string): Handle;
  setProp(object: Handle, name: string, value: Handle): void;
  dump(value: Handle): unknown;
  getString(value: Handle): string;
  newString(text: string): Handle;
  newFunction(name: string, work: (url: Handle, body: Handle) => Handle): Handle;
}

interface Runtime extends Handle {
  setModuleLoader(
    load: (name: string) => string | { readonly error: Error },
    normalize: (base: string, name: string) => string,
  ): void;
  newContext(): Context;
  executePendingJobs(): { readonly value: number; readonly error?: undefined } | { readonly error: Handle };
}

interface Library {
  getQuickJS(): Promise<{ newRuntime(): Runtime }>;
}

export interface Realm {
  readonly runtime: Runtime;
  readonly context: Context;
}

/** A QuickJS in which modules by these names can be imported. Dispose of both when done. */
export async function quickJs(modules: Readonly<Record<string, string>>): Promise<Realm> {
  const { getQuickJS } = requireFrom('quickjs', 'quickjs-emscripten') as Library;
  const runtime = (await getQuickJS()).newRuntime();
  runtime.setModuleLoader(
    (name) => modules[name] ?? { error: new Error(`no module ${name}`) },
    (_base, name) => name,
  );
  return { runtime, context: runtime.newContext() };
}

/** Evaluates a module and lets its promises run. @returns what it leaves in the global `result` */
export function evaluated({ runtime, context }: Realm, code: string): unknown {
  context.unwrapResult(context.evalCode(code, 'main.js', { type: 'module' })).dispose();
  for (;;) {
    const done = runtime.executePendingJobs();
    if (done.error !== undefined) context.unwrapResult(done);
    else if (done.value === 0) break;
  }
  const handle = context.getProp(context.global, 'result');
  try {
    return context.dump(handle);
  } finally {
    handle.dispose();
  }
}
