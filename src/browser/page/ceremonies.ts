/** Answers a page's questions: our client at the page's origin, in front of one device or several. */
import { WebAuthnClient } from '../../client/client.ts';
import type { Mediation } from '../../client/context.ts';
import { clientCapabilities } from '../../client/dom/capabilities.ts';
import { type PageAuthenticator, PageClient } from '../../client/dom/page-client.ts';
import { webAuthnError } from '../../client/errors.ts';
import type { Fetch } from '../../client/related-origins.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../client/types.ts';
import type { Emitter } from '../events.ts';
import { type Caller, isCrossOrigin } from './caller.ts';
import type { PageQuestion } from './script.ts';
import { applySignal } from './signals.ts';

export type { PageAuthenticator } from '../../client/dom/page-client.ts';

/** Where the devices are: they may come and go, as those of a `WebAuthnDomain` do. */
export interface DeviceSource {
  readonly devices: readonly PageAuthenticator[];
}

const MEDIATIONS: readonly string[] = ['conditional', 'immediate', 'optional', 'required', 'silent'];

/** A client, and the devices it was made for. */
interface Served {
  readonly client: WebAuthnClient;
  /** The same, as capabilities and signals see it. */
  readonly page: PageClient;
  readonly devices: readonly PageAuthenticator[];
}

export class PageCeremonies {
  readonly #source: DeviceSource;
  readonly #events: Emitter;
  readonly #fetch: Fetch | undefined;
  /** By who calls: documents of one origin, in the same frames, share a client, which knows whether somebody has signed in. */
  readonly #clients = new Map<string, Served>();

  constructor(source: DeviceSource, events: Emitter, fetch?: Fetch) {
    this.#source = source;
    this.#events = events;
    this.#fetch = fetch;
  }

  async answer(question: PageQuestion, caller: Caller, signal: AbortSignal): Promise<unknown> {
    const { op, argument } = question;
    switch (op) {
      case 'create':
      case 'get':
        try {
          return await this.#ceremony(op, question, caller, signal);
        } catch (error) {
          this.#events.emit('refused', { origin: caller.origin, operation: op, error: error as Error });
          throw error;
        }
      case 'capabilities':
        return clientCapabilities(this.#servedFor(caller).page);
      case 'signalUnknownCredential':
      case 'signalAllAcceptedCredentials':
      case 'signalCurrentUserDetails':
        return applySignal(op, argument, this.#servedFor(caller).page);
      default:
        throw webAuthnError('NotSupportedError', 'Pages can create, get, signal and ask for capabilities.');
    }
  }

  async #ceremony(
    op: 'create' | 'get',
    question: PageQuestion,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { argument, active } = question;
    const mediation = (question.mediation ?? 'optional') as Mediation;
    if (!MEDIATIONS.includes(mediation))
      throw new TypeError(`mediation: expected one of ${MEDIATIONS.join(', ')}, got ${String(mediation)}.`);
    const { client } = this.#servedFor(caller);
    const { origin } = caller;
    if (op === 'get') {
      const options = argument as PublicKeyCredentialRequestOptionsJSON;
      const response: Awaited<ReturnType<WebAuthnClient['get']>> | null = await client.get(options, {
        signal,
        mediation,
      });
      if (response !== null) this.#events.emit('authenticated', { id: response.id, origin, response });
      return response;
    }
    // Step 2 of create(): in a frame of another origin, only a person who does something there registers.
    if (caller.permissions.create && isCrossOrigin(caller) && active !== true)
      throw webAuthnError('NotAllowedError', 'A user activation is required in a cross-origin frame.');
    const options = argument as PublicKeyCredentialCreationOptionsJSON;
    const response = await client.create(options, { signal, mediation });
    this.#events.emit('registered', { id: response.id, origin, response });
    return response;
  }

  #servedFor(caller: Caller): Served {
    const { devices } = this.#source;
    const { origin, ancestors, permissions } = caller;
    const topOrigin = isCrossOrigin(caller) ? ancestors.at(-1) : undefined;
    const key = JSON.stringify([origin, topOrigin, permissions]);
    const served = this.#clients.get(key);
    if (served !== undefined && sameMembers(served.devices, devices)) return served;
    const client = new WebAuthnClient({
      origin,
      authenticator: devices,
      permissions,
      ...(topOrigin !== undefined && { crossOrigin: true, topOrigin }),
      ...(this.#fetch !== undefined && { fetch: this.#fetch }),
    });
    const made = { client, devices, page: new PageClient(origin, devices, client, this.#fetch) };
    this.#clients.set(key, made);
    return made;
  }
}

function sameMembers<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((one, place) => one === others[place]);
}
