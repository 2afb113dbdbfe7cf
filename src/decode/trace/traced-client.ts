/** A client that records every ceremony. A `WebAuthnClient` itself does not know of it, and has no cost. */
import { systemClock } from '../../base/clock.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import {
  authenticatorsOf,
  type CeremonyOptions,
  type CreationOptionsGiven,
  type OptionsOrWrapped,
  type RequestOptionsGiven,
  WebAuthnClient,
  type WebAuthnClientOptions,
} from '../../client/client.ts';
import {
  checkedCeremony,
  checkedOptions,
  KnownCeremony,
  originOf,
  withDevices,
} from '../../client/options.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../../webauthn/types.ts';
import type { CeremonyRecord } from './record.ts';
import { Recorder } from './recorder.ts';

/** Called with each ceremony when it has ended. If it throws, the ceremony throws the same. */
export type Trace = (record: CeremonyRecord) => void;

/** Options of a {@link TracedClient}: those of a client, and what is called with each record. */
export interface TracedClientOptions extends WebAuthnClientOptions {
  readonly trace: Trace;
}

/**
 * A `WebAuthnClient` whose ceremonies can be read afterwards: options, every CTAP2 message decoded, client data, outcome; for a
 * refusal the step and the reason.
 *
 * @example
 * ```ts
 * import { Authenticator, TracedClient } from 'stuntkey';
 * const client = new TracedClient({
 *   origin: 'https://example.com',
 *   authenticator: new Authenticator(),
 *   trace: (record) => console.log(String(record)),
 * });
 * ```
 */
export class TracedClient extends WebAuthnClient {
  readonly #recorder: Recorder;

  /** @throws StuntkeyError `bad-origin` when an origin cannot be parsed; `bad-options` that names the option */
  constructor({ trace, ...given }: TracedClientOptions) {
    if (typeof trace !== 'function')
      throw new StuntkeyError('bad-options', `trace: expected a function, got ${String(trace)}`);
    const options = checkedOptions(given);
    const { serialized } = originOf(options.origin);
    const recorder = new Recorder(serialized, options.clock ?? systemClock, trace);
    const authenticator = authenticatorsOf(options).map((one) => recorder.device(one));
    super(withDevices(options, authenticator));
    this.#recorder = recorder;
  }

  override create(
    options: OptionsOrWrapped<CreationOptionsGiven>,
    ceremony?: CeremonyOptions,
  ): Promise<RegistrationResponseJSON> {
    return this.#recorder.ceremony('create', options, ceremony?.signal, (collected) =>
      super.create(options, watched(ceremony, collected)),
    );
  }

  override get(
    options: OptionsOrWrapped<RequestOptionsGiven>,
    ceremony: CeremonyOptions & { readonly mediation: 'silent' },
  ): Promise<null>;
  override get(
    options: OptionsOrWrapped<RequestOptionsGiven>,
    ceremony?: CeremonyOptions,
  ): Promise<AuthenticationResponseJSON>;
  override get(
    options: OptionsOrWrapped<RequestOptionsGiven>,
    ceremony?: CeremonyOptions,
  ): Promise<AuthenticationResponseJSON | null> {
    return this.#recorder.ceremony<AuthenticationResponseJSON | null>(
      'get',
      options,
      ceremony?.signal,
      (collected) => super.get(options, watched(ceremony, collected)),
    );
  }
}

/** A call whose client data goes to the recorder, too. @throws StuntkeyError `bad-options` */
function watched(
  ceremony: CeremonyOptions | undefined,
  collected: (clientDataJSON: Uint8Array) => void,
): CeremonyOptions {
  const {
    signal,
    mediation,
    uiMode,
    collected: told,
  } = checkedCeremony(ceremony && !(ceremony instanceof KnownCeremony) ? named(ceremony) : ceremony);
  const both = (clientDataJSON: Uint8Array): void => {
    collected(clientDataJSON);
    told?.(clientDataJSON);
  };
  return new KnownCeremony({ signal, mediation, uiMode, collected: both }) as CeremonyOptions;
}

/** Members read by name, too: the signal of an AbortController that stands for its options is inherited. */
function named(ceremony: CeremonyOptions): CeremonyOptions {
  const { signal, mediation, uiMode, collected } = ceremony;
  return {
    ...ceremony,
    ...(signal !== undefined && { signal }),
    ...(mediation !== undefined && { mediation }),
    ...(uiMode !== undefined && { uiMode }),
    ...(collected !== undefined && { collected }),
  };
}

/** A client that hands its ceremonies to `trace`, if there is one. */
export function clientFor(
  options: WebAuthnClientOptions & { readonly trace?: Trace | undefined },
): WebAuthnClient {
  const { trace, ...rest } = options;
  return trace === undefined ? new WebAuthnClient(rest) : new TracedClient({ ...rest, trace });
}
