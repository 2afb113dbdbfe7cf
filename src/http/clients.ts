/** The clients of a device's pages. Requests of one origin share one, which knows whether its user has signed in. */
import { Cache } from '../base/cache.ts';
import type { Clock } from '../base/clock.ts';
import type { ClientAuthenticator, WebAuthnClient, WebAuthnClientOptions } from '../client/client.ts';
import type { CeremonyRecord, Refusal } from '../decode/trace/record.ts';
import { TracedClient } from '../decode/trace/traced-client.ts';
import type { Fetch } from '../webauthn/related-origins.ts';
import type { CeremonySource } from './traces.ts';

/** The most that are kept: requests can make up as many origins as they like. */
const MOST = 64;

/** What a request says of its page. */
export type PageOfClient = Pick<WebAuthnClientOptions, 'origin' | 'topOrigin' | 'crossOrigin' | 'app'>;

interface Known {
  readonly client: WebAuthnClient;
  readonly device: ClientAuthenticator;
}

/** A ceremony that was refused. */
interface Refused {
  readonly refusal: Refusal;
  /** The number under which its trace is kept. */
  readonly trace: number;
}

export interface ClientsOptions {
  readonly clock: Clock;
  readonly fetch: Fetch | undefined;
  /** Keeps a ceremony. @returns the number under which it is kept */
  readonly ended: (ceremony: CeremonyRecord, source: CeremonySource) => number;
}

export class Clients {
  readonly #options: ClientsOptions;
  readonly #known = new Cache<string, Known>(MOST);
  /** By the errors that their callers got. */
  readonly #refused = new WeakMap<object, Refused>();

  constructor(options: ClientsOptions) {
    this.#options = options;
  }

  /** @throws StuntkeyError `bad-origin` */
  of(page: PageOfClient, device: ClientAuthenticator, source: CeremonySource): WebAuthnClient {
    const { origin, topOrigin, crossOrigin, app } = page;
    const plain = topOrigin === undefined && crossOrigin === undefined && app === undefined;
    const key = plain ? `${source} ${origin}` : JSON.stringify([source, origin, topOrigin, crossOrigin, app]);
    const known = this.#known.get(key);
    // (The next ceremony may be a faulty device's.)
    if (known?.device === device) return known.client;
    const { clock, fetch } = this.#options;
    const client = new TracedClient({
      ...page,
      authenticator: device,
      clock,
      ...(fetch && { fetch }),
      trace: (ceremony) => this.#ended(ceremony, source),
    });
    this.#known.set(key, { client, device });
    return client;
  }

  /** Why a ceremony ended with an error, if it was one of a client here. */
  refusalBy(error: unknown): Refused | undefined {
    return this.#refused.get(error as object);
  }

  #ended(ceremony: CeremonyRecord, source: CeremonySource): void {
    const trace = this.#options.ended(ceremony, source);
    const { outcome } = ceremony;
    if (!('refused' in outcome)) return;
    const { error } = outcome.refused;
    if (typeof error === 'object' && error !== null)
      this.#refused.set(error, { refusal: outcome.refused, trace });
  }
}
