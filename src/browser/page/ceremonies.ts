/** Answers a page's questions: our client at the page's origin, in front of one device or several. */
import type { Credentials } from '../../authenticator/credentials.ts';
import { attachmentOf, canVerify, hasDiscoverable } from '../../client/authenticator-choice.ts';
import { WebAuthnClient, type WebAuthnClientOptions } from '../../client/client.ts';
import { DeviceLink } from '../../client/device-link.ts';
import { notAllowed, webAuthnError } from '../../client/errors.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../client/types.ts';
import { CtapError, type CtapStatusName } from '../../ctap/status.ts';
import type { CeremonyEvents, Emitter } from '../events.ts';
import { type Caller, isCrossOrigin } from './caller.ts';
import type { PageQuestion } from './script.ts';
import { applySignal } from './signals.ts';

/** A device for pages: in process, or behind a transport. Signals reach only credentials in process. */
export type PageAuthenticator = WebAuthnClientOptions['authenticator'] & {
  readonly credentials?: Credentials;
};

/** Where the devices are: they may come and go, as those of a `WebAuthnDomain` do. */
export interface DeviceSource {
  readonly devices: readonly PageAuthenticator[];
}

/** Statuses by which the person has spoken: no other device is asked after them. */
const SPOKEN: readonly CtapStatusName[] = [
  'CTAP2_ERR_OPERATION_DENIED',
  'CTAP2_ERR_KEEPALIVE_CANCEL',
  'CTAP2_ERR_USER_ACTION_TIMEOUT',
];

type Ceremony<Response> = (client: WebAuthnClient) => Promise<Response>;

export class PageCeremonies {
  readonly #source: DeviceSource;
  readonly #events: Emitter;
  readonly #clients = new WeakMap<Caller, Map<PageAuthenticator, WebAuthnClient>>();

  constructor(source: DeviceSource, events: Emitter) {
    this.#source = source;
    this.#events = events;
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
        return this.#capabilities();
      case 'signalUnknownCredential':
      case 'signalAllAcceptedCredentials':
      case 'signalCurrentUserDetails':
        return applySignal(
          op,
          argument,
          caller.origin,
          this.#source.devices.flatMap(({ credentials }) => credentials ?? []),
        );
      default:
        throw webAuthnError('NotSupportedError', 'Pages can create, get, signal and ask for capabilities.');
    }
  }

  async #ceremony(
    op: 'create' | 'get',
    { argument, mediation = 'optional', active }: PageQuestion,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<unknown> {
    if (!MEDIATIONS.includes(mediation as string))
      throw new TypeError(`mediation: expected one of ${MEDIATIONS.join(', ')}, got ${String(mediation)}.`);
    if (!caller.permissions[op]) {
      throw webAuthnError(
        'NotAllowedError',
        `The 'publickey-credentials-${op}' feature is not enabled in this document. Permissions Policy may be used to delegate Web Authentication capabilities to cross-origin child frames.`,
      );
    }
    if (mediation === 'silent' || (op === 'create' && mediation === 'conditional'))
      throw webAuthnError('NotSupportedError', `The mediation '${mediation}' is not supported here.`);
    if (op === 'create') {
      // Step 2 of create(): in a frame of another origin, only a person who does something there registers.
      if (isCrossOrigin(caller) && active !== true)
        throw webAuthnError('NotAllowedError', 'A user activation is required in a cross-origin frame.');
      const response = await this.#first(caller, (client) =>
        client.create(argument as PublicKeyCredentialCreationOptionsJSON, { signal }),
      );
      this.#tell('registered', { id: response.id, origin: caller.origin, response });
      return response;
    }
    const options = argument as PublicKeyCredentialRequestOptionsJSON;
    const get = (client: WebAuthnClient): ReturnType<WebAuthnClient['get']> =>
      client.get(options, { signal });
    const response =
      mediation === 'conditional'
        ? await patiently(() => this.#first(caller, get), signal)
        : await this.#first(caller, get);
    this.#tell('authenticated', { id: response.id, origin: caller.origin, response });
    return response;
  }

  #tell<Name extends keyof CeremonyEvents>(name: Name, event: CeremonyEvents[Name]): void {
    this.#events.emit(name, event);
  }

  /** The first device that does it; the person's refusal, and what no device could do, end it. */
  async #first<Response>(caller: Caller, ceremony: Ceremony<Response>): Promise<Response> {
    let refusal: unknown = notAllowed(new Error('there is no device'));
    for (const client of this.#clientsOf(caller)) {
      try {
        return await ceremony(client);
      } catch (error) {
        refusal = error;
        const { name, cause } = error as Error;
        if (
          name !== 'NotAllowedError' ||
          (cause instanceof CtapError && SPOKEN.includes(cause.code as CtapStatusName))
        )
          break;
      }
    }
    throw refusal;
  }

  #clientsOf(caller: Caller): readonly WebAuthnClient[] {
    const clients = this.#clients.get(caller) ?? new Map<PageAuthenticator, WebAuthnClient>();
    this.#clients.set(caller, clients);
    return this.#source.devices.map((authenticator) => {
      const client = clients.get(authenticator) ?? clientFor(caller, authenticator);
      clients.set(authenticator, client);
      return client;
    });
  }

  async #capabilities(): Promise<Record<string, boolean>> {
    const infos = await Promise.all(this.#source.devices.map((device) => new DeviceLink(device).getInfo()));
    const hybridTransport = infos.some(({ transports }) => transports?.includes('hybrid'));
    const platform = infos.some((info) => attachmentOf(info) === 'platform' && canVerify(info));
    return {
      conditionalCreate: false,
      conditionalGet: infos.some(hasDiscoverable),
      'extension:credProps': true,
      hybridTransport,
      passkeyPlatformAuthenticator: platform || hybridTransport,
      relatedOrigins: false,
      signalAllAcceptedCredentials: true,
      signalCurrentUserDetails: true,
      signalUnknownCredential: true,
      userVerifyingPlatformAuthenticator: platform,
    };
  }
}

function clientFor(caller: Caller, authenticator: PageAuthenticator): WebAuthnClient {
  const topOrigin = caller.ancestors.at(-1);
  return new WebAuthnClient({
    origin: caller.origin,
    authenticator,
    ...(isCrossOrigin(caller) && topOrigin !== undefined && { crossOrigin: true, topOrigin }),
  });
}

const MEDIATIONS: readonly string[] = ['conditional', 'optional', 'required', 'silent'];

/**
 * Conditional mediation: the page never learns that there was nothing to choose, or that nothing was chosen. It waits until it
 * stops waiting itself.
 */
async function patiently<T>(ceremony: () => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await ceremony();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') throw error;
    return new Promise((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }
}
