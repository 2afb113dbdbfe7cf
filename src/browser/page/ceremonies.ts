/** Answers a page's questions: our client at the page's origin, in front of one device or several. */
import type { CancelSignal } from '../../base/canceler.ts';
import type { CeremonyOptions, WebAuthnClient } from '../../client/client.ts';
import { KnownCeremony } from '../../client/options.ts';
import type { CeremonyRecord } from '../../decode/trace/record.ts';
import { clientFor, type Trace } from '../../decode/trace/traced-client.ts';
import { clientCapabilities } from '../../page/capabilities.ts';
import type { PageQuestion } from '../../page/messages.ts';
import { type PageAuthenticator, PageClient } from '../../page/page-client.ts';
import { applySignal } from '../../page/signals.ts';
import { webAuthnError } from '../../webauthn/errors.ts';
import { readHow } from '../../webauthn/options.ts';
import type { Fetch } from '../../webauthn/related-origins.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../webauthn/types.ts';
import type { Emitter } from '../events.ts';
import { type Caller, isCrossOrigin } from './caller.ts';

export type { PageAuthenticator } from '../../page/page-client.ts';

/** The source of the devices, which may change, as those of a `WebAuthnDomain` do. */
export interface DeviceSource {
  readonly devices: readonly PageAuthenticator[];
}

/** The most clients that are kept: a page can make up as many origins below its own as it likes. */
const MOST_CLIENTS = 256;

/** A client, and its devices. */
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
  readonly #trace: Trace | undefined;
  /** By caller: documents of one origin, in the same frames, share a client, which knows whether a user has signed in. */
  readonly #clients = new Map<string, Served>();
  /** The same, by document: found without a key. */
  readonly #served = new WeakMap<Caller, Served>();
  /** Refused ceremonies, by their errors. */
  readonly #refused = new WeakMap<object, CeremonyRecord>();

  constructor(source: DeviceSource, events: Emitter, fetch?: Fetch, trace?: Trace) {
    this.#source = source;
    this.#events = events;
    this.#fetch = fetch;
    this.#trace = trace;
  }

  async answer(question: PageQuestion, caller: Caller, signal: CancelSignal): Promise<unknown> {
    const { op, argument } = question;
    switch (op) {
      case 'create':
      case 'get':
        try {
          return await this.#ceremony(op, question, caller, signal);
        } catch (error) {
          const ceremony = this.#refused.get(error as Error);
          this.#events.emit('refused', {
            origin: caller.origin,
            operation: op,
            error: error as Error,
            ...(ceremony && { ceremony }),
          });
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
    signal: CancelSignal,
  ): Promise<unknown> {
    const { argument, active, hidden } = question;
    const { mediation, uiMode } = readHow(question);
    const how = new KnownCeremony({ signal, mediation, uiMode }) as CeremonyOptions;
    const { client } = this.#servedFor(caller);
    if (op === 'get') return client.get(argument as PublicKeyCredentialRequestOptionsJSON, how);
    // Step 2 of create(): in a frame of another origin, registration needs a user activation.
    if (caller.permissions.create && isCrossOrigin(caller) && active !== true)
      throw webAuthnError('NotAllowedError', 'A user activation is required in a cross-origin frame.');
    // Chromium makes sure that the person sees the page that makes a credential; Level 3 leaves it to the client.
    if (hidden === true)
      throw webAuthnError('NotAllowedError', 'The page is out of sight: bring it to the front.');
    return client.create(argument as PublicKeyCredentialCreationOptionsJSON, how);
  }

  #ended(ceremony: CeremonyRecord): void {
    const { origin, outcome } = ceremony;
    try {
      this.#trace?.(ceremony);
    } catch {
      // The page's ceremony does not depend on who looks on.
    }
    if ('refused' in outcome) {
      const { error } = outcome.refused;
      if (typeof error === 'object' && error !== null) this.#refused.set(error, ceremony);
      return;
    }
    const response = outcome.credential;
    if (response === null) return;
    const { id } = response;
    if ('attestationObject' in response.response)
      this.#events.emit('registered', {
        id,
        origin,
        response: response as RegistrationResponseJSON,
        ceremony,
      });
    else
      this.#events.emit('authenticated', {
        id,
        origin,
        response: response as AuthenticationResponseJSON,
        ceremony,
      });
  }

  #servedFor(caller: Caller): Served {
    const { devices } = this.#source;
    const known = this.#served.get(caller);
    if (known !== undefined && sameMembers(known.devices, devices)) return known;
    const served = this.#servedForItsOrigin(caller, devices);
    this.#served.set(caller, served);
    return served;
  }

  #servedForItsOrigin(caller: Caller, devices: readonly PageAuthenticator[]): Served {
    const { origin, ancestors, permissions, app } = caller;
    const crossOrigin = isCrossOrigin(caller);
    const topOrigin = crossOrigin ? ancestors.at(-1) : undefined;
    const key = JSON.stringify([origin, crossOrigin, topOrigin, permissions, app]);
    const served = this.#clients.get(key);
    if (served !== undefined && sameMembers(served.devices, devices)) return served;
    const client = clientFor({
      origin,
      trace: (ceremony) => this.#ended(ceremony),
      // A domain may have no devices now: calls fail as with a device that has gone.
      authenticator: devices.length > 0 ? devices : GONE,
      permissions,
      crossOrigin,
      ...(topOrigin !== undefined && { topOrigin }),
      ...(app && { app }),
      ...(this.#fetch !== undefined && { fetch: this.#fetch }),
    });
    const made = { client, devices, page: new PageClient(origin, devices, client, this.#fetch, permissions) };
    // The oldest client goes first. With it goes only the fact that a user has signed in there.
    const [oldest] = this.#clients.keys();
    if (this.#clients.size >= MOST_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
    this.#clients.set(key, made);
    return made;
  }
}

const GONE: PageAuthenticator = {
  transact: async () => Uint8Array.of(0x7f),
} as Pick<PageAuthenticator, 'transact'> as PageAuthenticator;

function sameMembers<T>(some: readonly T[], others: readonly T[]): boolean {
  return some.length === others.length && some.every((one, place) => one === others[place]);
}
