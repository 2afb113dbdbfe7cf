/** The audit: honest ceremonies, the faults, honest ceremonies again. */
import { hex } from '../../base/bytes.ts';
import { type Clock, systemClock, wallTime } from '../../base/clock.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { systemRandom } from '../../crypto/random.ts';
import { catalogue, catalogueVersion, usualFaults } from '../catalogue.ts';
import { type Fault, summaryOf } from '../fault.ts';
import type { AuditUser, Target } from '../targets/target.ts';
import type { AuditOutcome, AuditResult, AuditState, ControlResult, FaultResult } from '../verdict.ts';
import { readState } from '../verdict-shape.ts';
import { type Confirmed, confirmed, honest } from './confirm.ts';
import { judge } from './judge.ts';
import { Limits } from './limits.ts';
import { type AuditOptions, checkedOptions } from './options.ts';
import type { PlayOptions } from './play.ts';
import { aloneScenes } from './scenes.ts';

/** What a state of a target is known by. */
function stateKey(target: Pick<Target, 'name' | 'origin'>): string {
  return `${target.name} ${target.origin}`;
}

/**
 * Audits a target.
 *
 * @throws StuntkeyError `bad-options`; `not-authorized` for a target that is not loopback, without `authorized`; `bad-state` for a state of
 *   another target or catalogue
 */
export async function runAudit(target: Target, options: AuditOptions = {}): Promise<AuditResult> {
  return new Run(target, checkedOptions(options)).run();
}

class Run {
  readonly #target: Target;
  readonly #options: AuditOptions;
  readonly #clock: Clock;
  readonly #faults: readonly Fault[];
  readonly #play: PlayOptions;
  readonly #results = new Map<string, FaultResult>();
  /** How many of the faults have a result; a state may have results of others. */
  #done = 0;
  /** Faults that others compare with, each played once. */
  readonly #playing = new Map<string, Promise<Confirmed>>();
  #lost: string | undefined;

  constructor(target: Target, options: AuditOptions) {
    const { clock = systemClock, faults = usualFaults, resume, random = systemRandom } = options;
    const { loopback, url, name } = target;
    if (!loopback && options.authorized !== true) {
      throw new StuntkeyError(
        'not-authorized',
        `${url ?? name} is not this machine: expected authorized: true, which says that you may audit it`,
      );
    }
    this.#target = target;
    this.#options = options;
    this.#clock = clock;
    this.#faults = faults;
    const limits = new Limits({
      clock,
      rate: options.rate ?? (loopback ? Number.POSITIVE_INFINITY : 10),
      timeout: options.timeout ?? 10_000,
      signal: options.signal,
    });
    const run = hex(random(4, 'audit-run'));
    let users = 0;
    const { accounts } = target.traits;
    const nextUser = (): AuditUser => {
      users += 1;
      const given = accounts?.[users % accounts.length];
      if (given !== undefined) return given;
      return { name: `stuntkey-${run}-${users}`, displayName: `stuntkey audit ${users}` };
    };
    const { attestation } = options;
    this.#play = { target, limits, nextUser, ...(attestation && { attestation }) };
    if (resume !== undefined) this.#resume(resume);
  }

  async run(): Promise<AuditResult> {
    const started = this.#clock.now();
    const startedAt = wallTime(this.#clock);
    const controls: ControlResult[] = [];
    const end = (outcome: AuditOutcome, reason?: string): AuditResult => ({
      version: 1,
      catalogue: catalogueVersion,
      target: describe(this.#target),
      outcome,
      ...(reason !== undefined && { reason }),
      byEffect: this.#target.traits.whoAmI === true,
      controls,
      results: this.#inOrder(),
      notTried: this.#faults.filter(({ id }) => !this.#results.has(id)).map(({ id }) => id),
      startedAt,
      milliseconds: this.#clock.now() - started,
    });
    try {
      const before = await honest(this.#play);
      controls.push(controlOf('before', before));
      if (before !== undefined) return end('inconclusive', before);
      await this.#playAll();
      if (this.#lost !== undefined) return end('interrupted', this.#lost);
      const after = await honest(this.#play);
      controls.push(controlOf('after', after));
      if (after !== undefined) return end('inconclusive', after);
      const broken = this.#inOrder().filter(({ verdict }) => verdict === 'broken');
      if (broken.length === 0) return end('complete');
      return end('broken', `the audit itself broke over ${broken.map(({ fault }) => fault.id).join(', ')}`);
    } catch (error) {
      if (this.#options.signal?.aborted !== true) throw error;
      return end('interrupted', 'it was ended');
    }
  }

  #resume(given: AuditState): void {
    const state = readState(given);
    if (state.catalogue !== catalogueVersion)
      throw new StuntkeyError(
        'bad-state',
        `the state is of catalogue ${state.catalogue}: expected ${catalogueVersion}`,
      );
    const key = stateKey(this.#target);
    if (state.target !== key)
      throw new StuntkeyError('bad-state', `the state is of ${state.target}: expected ${key}`);
    for (const result of state.results) this.#results.set(result.fault.id, result);
    this.#done = this.#inOrder().length;
  }

  #inOrder(): FaultResult[] {
    return this.#faults.flatMap(({ id }) => this.#results.get(id) ?? []);
  }

  async #playAll(): Promise<void> {
    const waiting = this.#faults.filter(({ id }) => !this.#results.has(id));
    const alone = ({ scene = 'single' }: Fault): boolean => aloneScenes.includes(scene);
    const together = waiting.filter((fault) => !alone(fault));
    const { concurrency = Number.POSITIVE_INFINITY, accounts } = this.#target.traits;
    // Who shares accounts would find what others have left in them.
    const most = accounts === undefined ? Math.min(this.#options.concurrency ?? 4, concurrency) : 1;
    const worker = async (): Promise<void> => {
      for (let fault = together.shift(); fault !== undefined; fault = together.shift()) {
        if (this.#lost !== undefined) return;
        await this.#try(fault);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, most) }, worker));
    for (const fault of waiting.filter(alone)) {
      if (this.#lost === undefined) await this.#try(fault);
    }
  }

  async #try(fault: Fault): Promise<void> {
    const { result, lost } = await this.#once(fault);
    if (this.#lost !== undefined) return;
    this.#results.set(fault.id, result);
    this.#done += 1;
    if (lost !== undefined) this.#lost = `the target was lost after ${fault.id}: ${lost}`;
    const { onProgress } = this.#options;
    onProgress?.({ done: this.#done, total: this.#faults.length, result, state: this.#state() });
  }

  #once(fault: Fault): Promise<Confirmed> {
    let playing = this.#playing.get(fault.id);
    if (playing === undefined) {
      playing = this.#compared(fault);
      this.#playing.set(fault.id, playing);
    }
    return playing;
  }

  /** A fault proves nothing where the target refuses what it differs from by only that. */
  async #compared(fault: Fault): Promise<Confirmed> {
    const baseline =
      fault.baseline === undefined ? undefined : catalogue.find(({ id }) => id === fault.baseline);
    if (baseline === undefined) return this.#played(fault);
    const { verdict, reason = verdict } = (await this.#once(baseline)).result;
    if (verdict === 'accepted') return this.#played(fault);
    return {
      result: {
        fault: summaryOf(fault),
        verdict: 'not-applicable',
        finding: false,
        reason: `it takes ${baseline.title}, and the target does not: ${reason}`,
        milliseconds: 0,
      },
    };
  }

  async #played(fault: Fault): Promise<Confirmed> {
    return confirmed(fault, await judge(fault, this.#play), this.#play);
  }

  #state(): AuditState {
    return {
      version: 1,
      catalogue: catalogueVersion,
      target: stateKey(this.#target),
      results: [...this.#results.values()],
    };
  }
}

function describe({ name, kind, url, loopback, origin }: Target): AuditResult['target'] {
  return { name, kind, ...(url !== undefined && { url }), loopback, origin };
}

function controlOf(when: ControlResult['when'], reason: string | undefined): ControlResult {
  return { when, passed: reason === undefined, ...(reason !== undefined && { reason }) };
}
