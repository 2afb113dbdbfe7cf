// Stryker's test runner for vitest, with the tests kept loaded: a mutant costs what its tests cost, and not the start of a worker.
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  MutantRunStatus,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import { createVitest } from 'vitest/node';
import { messages } from './messages.js';

const TOOL = 'tools/mutants';
const PATIENCE = 15 * 60_000;
/** In the sandbox, for the process that comes when this one has to be ended. */
const TIMES = 'times-of-tests.json';

/** @typedef {import('./orders.ts').Order} Order */
/** @typedef {Exclude<import('./orders.ts').Answer, { ready: true }>} Ran */

class ResidentTestRunner {
  /** Milliseconds of each test, by its id. @type {Map<string, number>} */
  times = new Map();
  /** @type {string[]} */
  files = [];
  /** Where the last mutant of a file was killed: its neighbor mostly is, too. @type {Map<string, string>} */
  killers = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    process.env.NODE_ENV = 'test';
    process.env.VITEST = '1';
    this.vitest = await createVitest('test', {
      config: `${TOOL}/vitest.config.ts`,
      watch: false,
      reporters: [{}],
      onConsoleLog: () => false,
    });
    this.files = JSON.parse(process.env.STUNTKEY_TESTS ?? '[]').map((file) => path.resolve(file));
    if (existsSync(TIMES)) this.times = new Map(JSON.parse(readFileSync(TIMES, 'utf8')));
    await this.begin();
  }

  async begin() {
    const channel = `mutants-${randomUUID()}`;
    this.channel = new BroadcastChannel(channel);
    this.vitest.provide('resident', { channel, namespace: INSTRUMENTER_CONSTANTS.NAMESPACE });
    const ready = this.answer();
    this.running = this.vitest.start();
    await Promise.race([
      ready,
      this.running.then(() => {
        const [error] = this.vitest.state.getUnhandledErrors();
        const [failed] = this.vitest.state.getFiles().flatMap((file) => file.result?.errors ?? []);
        throw new Error('the tests of mutants do not begin', { cause: error ?? failed });
      }),
    ]);
  }

  async end() {
    this.channel.postMessage({ files: [] });
    await this.running;
    this.channel.close();
    this.vitest.state.filesMap.clear();
    this.vitest.state.errorsSet.clear();
  }

  async restart() {
    await this.end();
    await this.begin();
  }

  /** @returns {Promise<Ran>} */
  answer() {
    return new Promise((resolve) => {
      this.channel.onmessage = ({ data }) => resolve(data);
    });
  }

  /** @param {Omit<Order, 'limit'> & { limit?: number }} order */
  order(order) {
    const answer = this.answer();
    this.channel.postMessage({ limit: PATIENCE, ...order });
    return answer;
  }

  async dryRun() {
    const { results, coverage } = await this.order({ files: this.files.map((path) => ({ path })) });
    for (const { file, name, milliseconds } of results) this.times.set(idOf(file, name), milliseconds);
    writeFileSync(TIMES, JSON.stringify([...this.times]));
    const broken = results.find(({ name }) => name === '');
    if (broken) return { status: DryRunStatus.Error, errorMessage: `${broken.file}: ${broken.failure}` };
    return {
      status: DryRunStatus.Complete,
      tests: results.map(({ file, name, milliseconds, failure }) => {
        const id = idOf(file, name);
        const test = { id, name, timeSpentMs: milliseconds, fileName: file };
        return failure === undefined
          ? { ...test, status: TestStatus.Success }
          : { ...test, status: TestStatus.Failed, failureMessage: failure };
      }),
      mutantCoverage: byId(coverage),
    };
  }

  /** @param {import('@stryker-mutator/api/test-runner').MutantRunOptions} options */
  async mutantRun({ activeMutant, hitLimit, mutantActivation, testFilter }) {
    const fromTheStart = mutantActivation === 'static';
    const files = this.chosen(testFilter, this.killers.get(activeMutant.fileName));
    const limit = 5000 + 10 * Math.max(...files.map(({ slowest }) => slowest));
    const order = { files, mutant: activeMutant.id, hitLimit, fromTheStart, limit };
    if (fromTheStart) await this.restart();
    let ran = await this.order(order);
    let killer = ran.results.find(({ failure }) => failure !== undefined);
    if (fromTheStart) await this.restart();
    else if (killer && !(await this.passes(killer))) {
      // A mutant has left something behind: whose fault it is shows in a fresh worker.
      await this.restart();
      ran = await this.order(order);
      killer = ran.results.find(({ failure }) => failure !== undefined);
      if (killer && !(await this.passes(killer))) await this.restart();
    }
    const endless = determineHitLimitReached(ran.hitCount, hitLimit);
    if (endless) return endless;
    if (!killer) return { status: MutantRunStatus.Survived, nrOfTests: ran.results.length };
    this.killers.set(activeMutant.fileName, killer.file);
    return {
      status: MutantRunStatus.Killed,
      killedBy: [this.known(killer)],
      failureMessage: killer.failure,
      nrOfTests: ran.results.length,
    };
  }

  /** Whether a test that has just failed passes without the mutant. @param {Ran['results'][number]} test */
  async passes({ file, name }) {
    const { results } = await this.order({ files: [{ path: file, ...(name !== '' && { tests: [name] }) }] });
    return results.length > 0 && results.every(({ failure }) => failure === undefined);
  }

  /** The id of a test; for a file that did not load, of one in it. @param {Ran['results'][number]} test */
  known({ file, name }) {
    if (name !== '') return idOf(file, name);
    return [...this.times.keys()].find((id) => id.startsWith(idOf(file, ''))) ?? idOf(file, name);
  }

  /**
   * The files of tests, the quick ones first.
   *
   * @param {readonly string[]} [ids] of the tests that are wanted, by default all
   * @param {string} [likely] the file that comes before all
   */
  chosen(ids, likely) {
    /** @type {Map<string, { path: string, tests: string[], all: number, slowest: number }>} */
    const files = new Map();
    for (const id of ids ?? this.times.keys()) {
      const [file, ...name] = id.split('#');
      const of = path.resolve(file);
      const entry = files.get(of) ?? { path: of, tests: [], all: 0, slowest: 0 };
      files.set(of, entry);
      const milliseconds = this.times.get(id) ?? 0;
      entry.tests.push(name.join('#'));
      entry.all += milliseconds;
      entry.slowest = Math.max(entry.slowest, milliseconds);
    }
    const costOf = (/** @type {{ path: string, all: number }} */ { path, all }) =>
      path === likely ? 0 : all;
    return [...files.values()].sort((one, other) => costOf(one) - costOf(other));
  }

  async dispose() {
    await this.end();
    await this.vitest.close();
  }
}

/** @param {string} file @param {string} name */
const idOf = (file, name) => `${path.relative(process.cwd(), file)}#${name}`;

/** @param {any} coverage with paths of this machine in the ids of tests */
function byId(coverage) {
  const perTest = {};
  const tested = new Set();
  for (const [id, hits] of Object.entries(coverage?.perTest ?? {})) {
    const [file, ...name] = id.split('#');
    perTest[idOf(file, name.join('#'))] = hits;
    for (const mutant of Object.keys(hits)) tested.add(mutant);
  }
  // What loading comes by is tried while tests run, where tests come by it too: its effect is the same then.
  const atLoad = Object.entries(coverage?.static ?? {}).filter(([mutant]) => !tested.has(mutant));
  return { perTest, static: Object.fromEntries(atLoad) };
}

const create = () => new ResidentTestRunner();
create.inject = [];

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'resident', create),
  declareValuePlugin(PluginKind.Ignore, 'messages', messages),
];
