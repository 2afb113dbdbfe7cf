/** Detaching from a browser in which every step of it fails, one after the other: by an error, or by no answer. */
import { describe, expect, it } from 'vitest';
import { attachTo } from '../../src/browser/attach.ts';
import { ChromiumMode } from '../../src/browser/cdp/mode.ts';
import type { CdpSession } from '../../src/browser/cdp-session.ts';
import { Emitter } from '../../src/browser/events.ts';
import type { Passkeys } from '../../src/browser/passkeys.ts';
import { SharedWatch } from '../../src/browser/shared-watch.ts';
import { Authenticator, ManualClock } from '../../src/entries/index.ts';

type Fault = (() => Promise<never>) | undefined;

/** A session that answers as Chromium does, as far as the mode asks. */
class FakeSession implements CdpSession {
  readonly log: string[] = [];
  readonly children = new Map<string, FakeSession>();
  readonly #listeners = new Map<string, Set<(event: never) => void>>();
  readonly #step: (what: string) => Promise<unknown>;
  readonly name: string;

  constructor(name: string, step: (what: string) => Promise<unknown>) {
    this.name = name;
    this.#step = step;
  }

  async send(method: string, parameters: object = {}): Promise<unknown> {
    this.log.push(method === 'Target.setAutoAttach' ? `${method} ${JSON.stringify(parameters)}` : method);
    await this.#step(`${this.name} ${method}`);
    if (method === 'WebAuthn.addVirtualAuthenticator') return { authenticatorId: 'device' };
    if (method === 'WebAuthn.getCredential') throw new Error('Could not find a credential matching the ID');
    if (method === 'Page.getFrameTree') return { frameTree: { frame: { id: 'main' } } };
    if (method === 'Page.createIsolatedWorld') return { executionContextId: 1 };
    if (method === 'Target.setAutoAttach' && this.name === 'root') this.#attach();
    return { targetInfo: { url: 'http://localhost/' } };
  }

  #attach(): void {
    for (const sessionId of this.children.keys())
      this.emit('Target.attachedToTarget', {
        sessionId,
        waitingForDebugger: true,
        targetInfo: { targetId: sessionId, type: 'page', url: '' },
      });
  }

  emit(event: string, value: object): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value as never);
  }
  get listening(): number {
    return [...this.#listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
  on(event: string, listener: (event: never) => void): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(listener));
  }
  off(event: string, listener: (event: never) => void): void {
    this.#listeners.get(event)?.delete(listener);
  }
  child(id: string): CdpSession | undefined {
    return this.children.get(id);
  }
  async detach(): Promise<void> {
    this.log.push('detach');
    await this.#step(`${this.name} detach`);
  }
}

/** A browser with two pages whose so-manieth step of closing fails. */
async function attached(failing: number | undefined, fault: Fault) {
  const steps: string[] = [];
  let closing = false;
  const step = async (what: string): Promise<unknown> => {
    if (!closing) return undefined;
    steps.push(what);
    return steps.length - 1 === failing ? fault?.() : undefined;
  };
  const root = new FakeSession('root', step);
  const pages = ['one', 'two'].map((name) => new FakeSession(name, step));
  for (const page of pages) root.children.set(page.name, page);
  let closed = 0;
  const openRoot = async (): Promise<CdpSession> => root;
  const passkeys: Passkeys = await attachTo(
    { watch: new SharedWatch(openRoot), openRoot },
    new Authenticator(),
    { mode: 'cdp' },
    () => closed++,
  );
  closing = true;
  return { root, pages, steps, passkeys, closed: () => closed };
}

const faultless = await attached(undefined, undefined);
await faultless.passkeys.detach();
const STEPS = [...faultless.steps];

describe('detaching from a browser', () => {
  it('has the steps that are made to fail here', () => {
    const names = new Set(STEPS.map((step) => step.replace(/^\S+ /, '')));
    for (const name of ['WebAuthn.disable', 'detach', 'Target.setAutoAttach', 'Page.getFrameTree'])
      expect(names).toContain(name);
    expect(faultless.closed()).toBe(1);
  });

  it.each(STEPS.map((what, place) => [place, what] as const))(
    'comes to its end and closes all the rest when step %d (%s) throws',
    async (place, what) => {
      const error = new Error('this step is broken');
      const { root, pages, passkeys, closed } = await attached(place, () => Promise.reject(error));
      const outcome = await passkeys.detach().then(
        () => undefined,
        (thrown) => thrown,
      );
      if (outcome !== undefined)
        expect(outcome).toMatchObject({
          code: 'not-closed',
          message: expect.stringContaining('is broken'),
          cause: error,
        });
      for (const session of [root, ...pages]) {
        expect(session.log, `${session.name} after ${what}`).toContain('detach');
        expect(session.listening).toBe(0);
      }
      for (const page of pages) expect(page.log).toContain('WebAuthn.disable');
      const [first, ...later] = root.log.filter((line) => line.startsWith('Target.setAutoAttach'));
      expect(first).toContain('"waitForDebuggerOnStart":true');
      expect(later.at(-1)).toContain('"waitForDebuggerOnStart":false');
      expect(closed()).toBe(1);
      await expect(passkeys.detach().catch(() => undefined)).resolves.toBeUndefined();
    },
  );

  const OF_PAGES = [...new Set(STEPS.filter((step) => step.startsWith('one ')))];
  it.each(OF_PAGES)(
    'leaves a page that does not answer at "%s" after its time, and closes the other',
    async (what) => {
      const clock = new ManualClock();
      const log: string[] = [];
      let closing = false;
      const step = async (name: string): Promise<unknown> => {
        log.push(name);
        return closing && name === what ? new Promise(() => undefined) : undefined;
      };
      const mode = new ChromiumMode([new Authenticator()], new Emitter(), clock);
      await mode.prepare();
      const sessions = ['one', 'two'].map((name) => new FakeSession(name, step));
      for (const session of sessions)
        await mode.enter(
          {
            session,
            info: { targetId: session.name, type: 'page', url: '' },
            parent: undefined,
            locate: async () => '',
          },
          async () => undefined,
        );
      closing = true;
      let ended = false;
      const work = mode.close().then(
        () => undefined,
        (error) => error,
      );
      void work.then(() => {
        ended = true;
      });
      while (!ended) {
        clock.advance(1_000);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(log).toContain('two detach');
      expect(log).toContain('one detach');
      const error = await work;
      if (error !== undefined)
        expect(error).toMatchObject({ code: 'not-closed', message: /no answer within/ });
    },
  );
});
