/**
 * Runs in the service worker of our extension: the requests of Chromium to a `chrome.webAuthenticationProxy`
 * (https://developer.chrome.com/docs/extensions/reference/api/webAuthenticationProxy) wait there until they are fetched. It is sent
 * as text, so it uses nothing from outside itself.
 */

/** A request of Chromium. */
export type ProxyRequest =
  | { readonly kind: 'create' | 'get'; readonly requestId: number; readonly json: string }
  | { readonly kind: 'isUvpaa' | 'cancel'; readonly requestId: number };

/** The worker's functions for us, under their own name. */
interface ProxyWorkerSide {
  attach(): Promise<void>;
  detach(): Promise<void>;
  /** Answers requests, then waits for others, and returns all that came since the last call. */
  next(answers: readonly Completed[]): Promise<readonly ProxyRequest[]>;
  /** Answers requests. */
  complete(answers: readonly Completed[]): void;
}

export type Completion = 'completeCreateRequest' | 'completeGetRequest' | 'completeIsUvpaaRequest';

/** An answer, and the function of Chromium's that takes it. */
export type Completed = readonly [operation: Completion, details: ProxyAnswer];

export interface ProxyAnswer {
  readonly requestId: number;
  readonly responseJson?: string;
  readonly error?: { readonly name: string; readonly message: string };
  readonly isUvpaa?: boolean;
}

interface Source<T> {
  addListener(listener: (details: T) => void): void;
}
interface Asked {
  readonly requestId: number;
  readonly requestDetailsJson: string;
}
interface ProxyApi extends Record<Completion, (details: ProxyAnswer) => Promise<void>> {
  readonly onCreateRequest: Source<Asked>;
  readonly onGetRequest: Source<Asked>;
  readonly onIsUvpaaRequest: Source<{ readonly requestId: number }>;
  readonly onRequestCanceled: Source<number>;
  attach(): Promise<void>;
  detach(): Promise<void>;
}

/** @param unreadable the error of a page whose response Chromium cannot read, so that the page does not wait */
export function workerScript(name: string, unreadable: NonNullable<ProxyAnswer['error']>): void {
  const worker = globalThis as unknown as Record<string, ProxyWorkerSide> & {
    readonly chrome: { readonly webAuthenticationProxy: ProxyApi };
  };
  const proxy = worker.chrome.webAuthenticationProxy;
  const queue: ProxyRequest[] = [];
  let wake: (() => void) | undefined;
  const came = (request: ProxyRequest): void => {
    queue.push(request);
    wake?.();
    wake = undefined;
  };
  proxy.onCreateRequest.addListener(({ requestId, requestDetailsJson }) =>
    came({ kind: 'create', requestId, json: requestDetailsJson }),
  );
  proxy.onGetRequest.addListener(({ requestId, requestDetailsJson }) =>
    came({ kind: 'get', requestId, json: requestDetailsJson }),
  );
  proxy.onIsUvpaaRequest.addListener(({ requestId }) => came({ kind: 'isUvpaa', requestId }));
  proxy.onRequestCanceled.addListener((requestId) => came({ kind: 'cancel', requestId }));
  const answer = async (operation: Completion, details: ProxyAnswer): Promise<void> => {
    try {
      await proxy[operation](details);
    } catch {
      await proxy[operation]({ requestId: details.requestId, error: unreadable });
    }
  };
  const complete = (answers: readonly Completed[]): void => {
    // What Chromium does not take at all, it does not wait for.
    for (const [operation, details] of answers) answer(operation, details).catch(() => {});
  };
  worker[name] = {
    attach: () => proxy.attach(),
    detach: () => proxy.detach(),
    next(answers) {
      complete(answers);
      return new Promise((resolve) => {
        const take = (): void => resolve(queue.splice(0));
        if (queue.length > 0) take();
        else wake = take;
      });
    },
    complete,
  };
}
