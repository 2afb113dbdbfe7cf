/** How a page's ceremonies ended, reported to listeners. */
import { nearest } from '../base/nearest.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../webauthn/types.ts';

/** The events of `passkeys.on`, by name. */
export interface CeremonyEvents {
  /** A credential was made. In `cdp` mode the event has its ID, RP ID and counter, but neither origin nor response. */
  readonly registered: {
    readonly id: string;
    readonly rpId?: string;
    readonly signCount?: number;
    readonly origin?: string;
    readonly response?: RegistrationResponseJSON;
    /** The request, and every message to the device with its answer, decoded when read. `page` mode only. */
    readonly ceremony?: CeremonyRecord;
  };
  /** A credential was used. The members are as above. */
  readonly authenticated: {
    readonly id: string;
    readonly rpId?: string;
    readonly signCount?: number;
    readonly origin?: string;
    readonly response?: AuthenticationResponseJSON;
    /** As above. */
    readonly ceremony?: CeremonyRecord;
  };
  /** A ceremony was refused; the error's `cause` says what the page does not learn. Not reported in `cdp` mode. */
  readonly refused: {
    readonly origin: string;
    readonly operation: 'create' | 'get';
    readonly error: Error;
    /** Absent if the page was refused before our client was asked. */
    readonly ceremony?: CeremonyRecord;
  };
  /**
   * The devices were removed from a page, because another session on it ended, or disabled the domain. They are back, with the
   * store's credentials, and calls that were under way end with AbortError. If that failed, `error` says why. `cdp` mode only.
   */
  readonly restored: { readonly url: string; readonly error?: Error };
  /** A credential was added to the device that pages cannot use. `cdp` mode only. */
  readonly excluded: { readonly id: string; readonly rpId?: string; readonly reason: string };
}

/** What `passkeys.on` calls. */
export type CeremonyListener<Name extends keyof CeremonyEvents> = (event: CeremonyEvents[Name]) => void;

const NAMES = [
  'registered',
  'authenticated',
  'refused',
  'restored',
  'excluded',
] as const satisfies readonly (keyof CeremonyEvents)[];

/** @throws StuntkeyError `bad-options`: a listener for what never happens is never called */
function checkListener(name: unknown, listener: unknown): void {
  if (!NAMES.some((one) => one === name)) {
    const meant = nearest(name, NAMES);
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    throw new StuntkeyError(
      'bad-options',
      `on: expected one of ${NAMES.join(', ')}, got ${String(name)}${hint}`,
    );
  }
  if (typeof listener !== 'function')
    throw new StuntkeyError(
      'bad-options',
      `on: expected a function for ${String(name)}, got ${String(listener)}`,
    );
}

export class Emitter {
  readonly #listeners = new Map<string, Set<(event: never) => void>>();

  /** @returns a function that removes the listener. @throws StuntkeyError `bad-options` */
  on<Name extends keyof CeremonyEvents>(name: Name, listener: CeremonyListener<Name>): () => void {
    checkListener(name, listener);
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
