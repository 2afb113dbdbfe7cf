/** The key of an agent: its device, its person, the browser that it is attached to, and what happened with it. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import { utf8 } from '../base/bytes.ts';
import type { Passkeys } from '../browser/passkeys.ts';
import type { RunningBrowser } from '../browser/running/browser.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import type { ScriptedUser } from '../person/user.ts';
import { AllowList, guarded } from './allowed.ts';

/** In the place of a product's: a key that was made for an agent says so to every server. */
export const AGENT_AAGUID: Uint8Array = utf8('stuntkey agent 1');

/** How many ceremonies are remembered. */
const MOST_EVENTS = 100;

export interface AgentOptions {
  readonly authenticator: Authenticator;
  readonly user: ScriptedUser;
  /** RP IDs that it may make and use credentials of. */
  readonly rpIds: readonly string[];
  /** Where a browser's remote debugging is, if the agent may not choose. */
  readonly browserUrl?: string;
}

/** What happened in a page, or by a tool. */
export interface AgentEvent {
  readonly number: number;
  readonly event: 'registered' | 'authenticated' | 'refused';
  readonly origin?: string;
  readonly credentialId?: string;
  readonly error?: string;
}

export class Agent {
  readonly device: Authenticator;
  /** What pages and tools use: it refuses what is not on the list. */
  readonly guarded: Authenticator;
  readonly user: ScriptedUser;
  readonly allowed: AllowList;
  readonly browserUrl: string | undefined;
  readonly #events: AgentEvent[] = [];
  #number = 0;
  #refusal: CeremonyRecord | undefined;
  #notListed: string | undefined;
  #attached: { readonly browser: RunningBrowser; readonly passkeys: Passkeys } | undefined;

  /** @throws StuntkeyError `bad-options` */
  constructor({ authenticator, user, rpIds, browserUrl }: AgentOptions) {
    this.device = authenticator;
    this.user = user;
    this.allowed = new AllowList(rpIds);
    this.browserUrl = browserUrl;
    this.guarded = guarded(authenticator, this.allowed, (rpId) => {
      this.#notListed = rpId;
    });
  }

  get browser(): RunningBrowser | undefined {
    return this.#attached?.browser;
  }

  /** The pages that do not answer. */
  get unreached(): Passkeys['unreached'] {
    return this.#attached?.passkeys.unreached ?? [];
  }

  /** The last refused ceremony, and the RP ID by which it was, if the list was the reason. */
  get refusal(): { readonly record: CeremonyRecord; readonly notListed: string | undefined } | undefined {
    return this.#refusal && { record: this.#refusal, notListed: this.#notListed };
  }

  eventsAfter(number: number): readonly AgentEvent[] {
    return this.#events.filter((one) => one.number > number);
  }

  /** Keeps a ceremony that has ended. */
  ended(record: CeremonyRecord): void {
    const { origin, outcome } = record;
    if ('refused' in outcome) {
      this.#refusal = record;
      this.#add({ event: 'refused', origin, error: outcome.refused.name });
      return;
    }
    this.#notListed = undefined;
    const { credential } = outcome;
    const event = record.ceremony === 'create' ? 'registered' : 'authenticated';
    this.#add({ event, origin, ...(credential !== null && { credentialId: credential.id }) });
  }

  async attach(browser: RunningBrowser): Promise<void> {
    const passkeys = await browser.attach(this.guarded, {});
    for (const name of ['registered', 'authenticated', 'refused'] as const)
      passkeys.on(name, ({ ceremony }) => ceremony && this.ended(ceremony));
    await passkeys.settled();
    const attached = { browser, passkeys };
    this.#attached = attached;
    void browser.gone.then(() => {
      if (this.#attached === attached) this.#attached = undefined;
    });
  }

  /** Leaves the browser, if there is one, which runs on. @returns whether there was one */
  async detach(): Promise<boolean> {
    const attached = this.#attached;
    this.#attached = undefined;
    if (attached === undefined) return false;
    try {
      await attached.passkeys.detach();
    } finally {
      await attached.browser.leave();
    }
    return true;
  }

  #add(event: Omit<AgentEvent, 'number'>): void {
    this.#number += 1;
    this.#events.push({ number: this.#number, ...event });
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
  }
}
