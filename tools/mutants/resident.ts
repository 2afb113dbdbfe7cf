// In vitest's worker: waits for orders, and runs tests as often as it is told, with one mutant or another. What tests import stays loaded.
import { type File, type Suite, startTests, type Task, type Test } from '@vitest/runner';
import { inject } from 'vitest';
import { VitestTestRunner } from 'vitest/runners';
import type { Answer, Order, TestResult } from './orders.ts';

/** What instrumented code looks at: `__stryker__`. */
interface Switchboard {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}

const { channel: name, namespace } = inject('resident' as never) as { channel: string; namespace: string };
const realm = globalThis as unknown as Record<string, Switchboard>;
realm[namespace] ??= {};
const switchboard = realm[namespace];

export default class Resident extends VitestTestRunner {
  #order: Order | undefined;
  #file = '';
  #failed = false;
  #results: TestResult[] = [];

  async onBeforeRunFiles(): Promise<void> {
    if (this.#order === undefined) return this.#serve();
    // Here, and not before: only a mutant of what is done while files load is to be there then.
    if (!this.#order.fromTheStart) switchboard.activeMutant = this.#order.mutant;
  }

  async #serve(): Promise<void> {
    const channel = new BroadcastChannel(name);
    const orders: Order[] = [];
    let wake = (): void => {};
    channel.onmessage = ({ data }) => {
      orders.push(data as Order);
      wake();
    };
    // Nothing of it is for vitest's reporters.
    const told = { ...this };
    Object.assign(this, {
      onTaskUpdate: undefined,
      onCollectStart: (file: File) => super.onCollectStart(file),
      onCollected: (files: File[]) => this.#choose(files),
      onAfterRunTask: (test: Test) => this.#ended(test),
      onAfterRunFiles: () => super.onAfterRunFiles(),
    });
    const answer = (data: Answer): void => channel.postMessage(data);
    answer({ ready: true });
    for (;;) {
      if (orders.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const order = orders.shift();
      if (order === undefined) continue;
      if (order.files.length === 0) break;
      answer(await this.#obey(order));
    }
    channel.close();
    Object.assign(this, told);
    this.#order = undefined;
  }

  async #obey(order: Order): Promise<Answer> {
    this.#order = order;
    this.#failed = false;
    this.#results = [];
    // (Read when a test is defined.)
    this.config.testTimeout = order.limit;
    this.config.hookTimeout = order.limit;
    switchboard.hitCount = order.mutant === undefined ? undefined : 0;
    switchboard.hitLimit = order.hitLimit;
    if (order.fromTheStart) switchboard.activeMutant = order.mutant;
    for (const { path } of order.files) {
      this.#file = path;
      const { evaluatedModules } = (this as unknown as WithModules).workerState;
      const known = evaluatedModules.getModuleById(path);
      if (known) evaluatedModules.invalidateModule(known);
      const [file] = await startTests([path], this as never);
      if (!order.fromTheStart) switchboard.activeMutant = undefined;
      switchboard.currentTestId = undefined;
      if (file && !this.#failed) this.#ofSuites(file);
      if (this.#failed && order.mutant !== undefined) break;
    }
    return {
      results: this.#results,
      hitCount: switchboard.hitCount,
      ...(order.mutant === undefined && { coverage: switchboard.mutantCoverage }),
    };
  }

  /** Only the tests that are wanted run. */
  #choose(files: File[]): void {
    const wanted = this.#order?.files.find(({ path }) => path === this.#file)?.tests;
    if (wanted === undefined) return;
    const set = new Set(wanted);
    const keep = (task: Task): boolean => {
      if (task.type === 'suite') {
        const kept = task.tasks.map(keep).includes(true);
        if (!kept) task.mode = 'skip';
        return kept;
      }
      if (!set.has(nameOf(task))) task.mode = 'skip';
      return task.mode !== 'skip' && task.mode !== 'todo';
    };
    for (const file of files) keep(file);
  }

  override async onBeforeRunTask(test: Test): Promise<void> {
    if (this.#order !== undefined) {
      if (this.#failed && this.#order.mutant !== undefined) test.mode = 'skip';
      switchboard.currentTestId = `${this.#file}#${nameOf(test)}`;
    }
    await super.onBeforeRunTask(test as never);
  }

  #ended(test: Test): void {
    super.onAfterRunTask(test);
    switchboard.currentTestId = undefined;
    const failed = test.result?.state === 'fail';
    if (failed) this.#failed = true;
    this.#results.push({
      file: this.#file,
      name: nameOf(test),
      milliseconds: test.result?.duration ?? 0,
      ...(failed && { failure: test.result?.errors?.[0]?.message ?? 'failed' }),
    });
  }

  /** A file that does not load, or a hook of a suite that throws. */
  #ofSuites(suite: Suite): void {
    const [error] = suite.result?.errors ?? [];
    if (error !== undefined) {
      this.#failed = true;
      this.#results.push({ file: this.#file, name: '', milliseconds: 0, failure: error.message });
    }
    for (const task of suite.tasks) if (task.type === 'suite') this.#ofSuites(task);
  }
}

interface WithModules {
  readonly workerState: {
    readonly evaluatedModules: {
      getModuleById(id: string): object | undefined;
      invalidateModule(node: object): void;
    };
  };
}

/** As Stryker's own runner for vitest names a test. */
function nameOf(test: Task): string {
  const names = [test.name];
  for (let suite = test.suite; suite; suite = suite.suite) names.unshift(suite.name);
  return names.join(' ').trim();
}
