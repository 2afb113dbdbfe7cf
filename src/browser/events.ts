/** What a page's ceremonies came to, told to whoever listens. */
import type { CeremonyRecord } from '../decode/trace/record.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../webauthn/types.ts';

export interface CeremonyEvents {
  /** A credential was made. In `cdp` mode Chromium tells its ID, RP ID and counter, but neither origin nor response. */
  readonly registered: {
    readonly id: string;
    readonly rpId?: string;
    readonly signCount?: number;
    readonly origin?: string;
    readonly response?: RegistrationResponseJSON;
    /** What was asked, every message to the device and its answer: decoded when looked at. Of `page` mode. */
    readonly ceremony?: CeremonyRecord;
  };
  /** A credential was used. As above. */
  readonly authenticated: {
    readonly id: string;
    readonly rpId?: string;
    readonly signCount?: number;
    readonly origin?: string;
    readonly response?: AuthenticationResponseJSON;
    /** As above. */
    readonly ceremony?: CeremonyRecord;
  };
  /** A ceremony was refused; the error's `cause` says what the page does not learn. Not told of in `cdp` mode. */
  readonly refused: {
    readonly origin: string;
    readonly operation: 'create' | 'get';
    readonly error: Error;
    /** Absent where the page was refused before our client was asked. */
    readonly ceremony?: CeremonyRecord;
  };
  /**
   * Something took the devices out of a page: another session on it ended, or disabled the domain. They are there again, with the
   * store's credentials, and calls that were under way end with AbortError; where that failed, `error` says why. Of `cdp` mode.
   */
  readonly restored: { readonly url: string; readonly error?: Error };
  /** A credential came to the device that pages cannot use. Of `cdp` mode. */
  readonly excluded: { readonly id: string; readonly rpId?: string; readonly reason: string };
}

export type CeremonyListener<Name extends keyof CeremonyEvents> = (event: CeremonyEvents[Name]) => void;

export class Emitter {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  /** @returns what takes the listener off again */
  on<Name extends keyof CeremonyEvents>(name: Name, listener: CeremonyListener<Name>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  emit<Name extends keyof CeremonyEvents>(name: Name, event: CeremonyEvents[Name]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(event as never);
  }
}
