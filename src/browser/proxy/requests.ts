/** Chromium's requests to a `chrome.webAuthenticationProxy`, until they are answered or dropped. */
import { Canceler, type CancelSignal } from '../../base/canceler.ts';
import { type Caller, isCrossOrigin } from '../page/caller.ts';
import { type Answerer, errorForPage } from '../page/questions.ts';
import { readableOptions } from './readable.ts';
import type { Completion, ProxyAnswer, ProxyRequest } from './worker.ts';

type Ceremony = Extract<ProxyRequest, { readonly json: string }>;

/** Options as Chromium passes them on: with the RP ID that it has checked, and the origin of the request. */
interface Details {
  readonly extensions: { readonly remoteDesktopClientOverride: Override };
}

interface Override {
  readonly origin: string;
  readonly sameOriginWithAncestors: boolean;
}

/** Chromium has checked the page's permissions policy, too. */
const PERMISSIONS = { create: true, get: true, rpIdChecked: true };
const NO_PAGE: Caller = { origin: 'null', ancestors: [], permissions: PERMISSIONS };

export class ProxyRequests {
  readonly #answer: Answerer;
  readonly #complete: (operation: Completion, details: ProxyAnswer) => void;
  readonly #pending = new Map<number, Canceler>();
  /** The one before: what answers knows it again by its object. */
  #caller = NO_PAGE;

  constructor(answer: Answerer, complete: (operation: Completion, details: ProxyAnswer) => void) {
    this.#answer = answer;
    this.#complete = complete;
  }

  async asked(request: ProxyRequest): Promise<void> {
    const { kind, requestId } = request;
    if (kind === 'cancel') this.#pending.get(requestId)?.abort();
    else if (kind === 'isUvpaa') await this.#isUvpaa(requestId);
    else await this.#ceremony(request as Ceremony);
  }

  /** Ends the requests under way. */
  end(): void {
    for (const canceler of this.#pending.values()) canceler.abort();
  }

  /** Chromium waits for this answer without a limit, so there always is one. */
  async #isUvpaa(requestId: number): Promise<void> {
    const question = { id: requestId, op: 'capabilities' } as const;
    const capabilities = await this.#answer(question, NO_PAGE, new Canceler()).catch(() => undefined);
    const { userVerifyingPlatformAuthenticator: isUvpaa = false } = (capabilities ?? {}) as {
      userVerifyingPlatformAuthenticator?: boolean;
    };
    this.#complete('completeIsUvpaaRequest', { requestId, isUvpaa });
  }

  async #ceremony(request: Ceremony): Promise<void> {
    const { kind, requestId } = request;
    const operation = kind === 'create' ? 'completeCreateRequest' : 'completeGetRequest';
    const canceler = new Canceler();
    this.#pending.set(requestId, canceler);
    const outcome = await this.#outcome(request, canceler);
    this.#pending.delete(requestId);
    if (!canceler.aborted) this.#complete(operation, { requestId, ...outcome });
  }

  async #outcome({ kind, requestId, json }: Ceremony, signal: CancelSignal): Promise<Partial<ProxyAnswer>> {
    try {
      const { extensions, ...options } = JSON.parse(json) as Details;
      const { remoteDesktopClientOverride: by, ...rest } = extensions;
      // Chromium has checked the user activation in a frame of another origin.
      const argument = { ...(kind === 'create' ? readableOptions(options) : options), extensions: rest };
      const question = { id: requestId, op: kind, argument, active: true };
      return { responseJson: JSON.stringify(await this.#answer(question, this.#callerOf(by), signal)) };
    } catch (thrown) {
      return { error: errorForPage(thrown) };
    }
  }

  #callerOf({ origin, sameOriginWithAncestors }: Override): Caller {
    const crossOrigin = !sameOriginWithAncestors;
    if (this.#caller.origin !== origin || isCrossOrigin(this.#caller) !== crossOrigin)
      this.#caller = { origin, ancestors: [], permissions: PERMISSIONS, ...(crossOrigin && { crossOrigin }) };
    return this.#caller;
  }
}
