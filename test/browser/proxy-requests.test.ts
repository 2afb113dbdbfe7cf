import { describe, expect, it, vi } from 'vitest';
import { nextTurn } from '../../src/base/turn.ts';
import type { Caller } from '../../src/browser/page/caller.ts';
import { openProxyMode } from '../../src/browser/proxy/mode.ts';
import { ProxyRequests } from '../../src/browser/proxy/requests.ts';
import {
  type Completed,
  type ProxyAnswer,
  type ProxyRequest,
  workerScript,
} from '../../src/browser/proxy/worker.ts';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';

const override = { origin: 'https://shop.example', sameOriginWithAncestors: false };
const json = (more: object = {}): string =>
  JSON.stringify({
    rpId: 'example.com',
    challenge: 'AAAA',
    ...more,
    extensions: { remoteDesktopClientOverride: override },
  });

describe('a request of Chromium’s to a proxy', () => {
  const asked = async (
    request: ProxyRequest,
    answer: ConstructorParameters<typeof ProxyRequests>[0],
  ): Promise<unknown[]> => {
    const completed: unknown[] = [];
    const requests = new ProxyRequests(answer, (...completion) => completed.push(completion));
    await requests.asked(request);
    return completed;
  };

  it('is answered as a question at the origin that Chromium names', async () => {
    const questions: [unknown, Caller][] = [];
    const completed = await asked({ kind: 'get', requestId: -3, json: json() }, async (question, caller) => {
      questions.push([question, caller]);
      return { id: 'AA' };
    });
    expect(completed).toEqual([['completeGetRequest', { requestId: -3, responseJson: '{"id":"AA"}' }]]);
    expect(questions).toMatchObject([
      [
        { op: 'get', argument: { rpId: 'example.com', challenge: 'AAAA', extensions: {} } },
        { origin: 'https://shop.example', crossOrigin: true, permissions: { rpIdChecked: true } },
      ],
    ]);
  });

  it.each(['no JSON', 'null', '{}', '{"extensions":{}}', '[]'])(
    'is refused with %j for details',
    async (text) => {
      const never = async (): Promise<unknown> => 'never';
      expect(await asked({ kind: 'create', requestId: 1, json: text }, never)).toMatchObject([
        ['completeCreateRequest', { requestId: 1, error: { name: expect.stringMatching(/Error$/) } }],
      ]);
    },
  );

  it('is not answered any more when it is canceled', async () => {
    const completed: unknown[] = [];
    const requests = new ProxyRequests(
      (_question, _caller, signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      (...answer) => completed.push(answer),
    );
    const one = requests.asked({ kind: 'get', requestId: 1, json: json() });
    const other = requests.asked({ kind: 'get', requestId: 2, json: json() });
    await requests.asked({ kind: 'cancel', requestId: 1 });
    await requests.asked({ kind: 'cancel', requestId: 77 });
    await one;
    requests.end();
    await other;
    expect(completed).toEqual([]);
  });

  it('whether there is a platform authenticator is answered even when it cannot be known', async () => {
    const failing = (): Promise<unknown> => Promise.reject(new Error('unplugged'));
    expect(await asked({ kind: 'isUvpaa', requestId: 5 }, failing)).toEqual([
      ['completeIsUvpaaRequest', { requestId: 5, isUvpaa: false }],
    ]);
  });
});

describe('a client behind a browser that has checked the RP ID', () => {
  it('does not check it again, and signs for the origin it was told', async () => {
    const authenticator = new Authenticator();
    const options = {
      rp: { id: 'example.com', name: 'Example' },
      user: { id: 'AQ', name: 'ada', displayName: 'Ada' },
      challenge: 'AAAA',
      pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    };
    const origin = 'https://shop.example';
    const plain = new WebAuthnClient({ origin, authenticator });
    await expect(plain.create(options)).rejects.toMatchObject({ name: 'SecurityError' });
    const client = new WebAuthnClient({ origin, authenticator, permissions: { rpIdChecked: true } });
    const { id, response } = await client.create(options);
    expect(JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString())).toMatchObject({
      origin,
    });
    const allowCredentials = [{ type: 'public-key', id }];
    expect((await client.get({ rpId: 'example.com', challenge: 'AAAA', allowCredentials })).id).toBe(id);
    // A member that is absent was not checked.
    await expect(client.get({ challenge: 'AAAA', allowCredentials })).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
  });
});

describe('an extension that asks', () => {
  const ANSWER = '[["completeIsUvpaaRequest",{"requestId":7,"isUvpaa":true}]]';
  const capabilities = { userVerifyingPlatformAuthenticator: true };

  /** What it is called with, until it has the answer to its request. */
  const callsWith = async (answer: Parameters<typeof openProxyMode>[1]): Promise<string[]> => {
    const calls: string[] = [];
    const requests: ProxyRequest[] = [{ kind: 'isUvpaa', requestId: 7 }];
    let leave = (): void => {};
    let opened: ReturnType<typeof openProxyMode> | undefined;
    const answered = new Promise<void>((resolve) => {
      const evaluate = (expression: string): Promise<unknown> => {
        const [call] = /(?<=\.)(?:attach|detach|next|complete)\(.*\)/.exec(expression) ?? [];
        if (call !== undefined) calls.push(call);
        if (call?.startsWith('next') === true && requests.length > 0)
          return Promise.resolve(requests.splice(0));
        if (call?.includes(ANSWER) === true) resolve();
        if (call?.startsWith('next') !== true) return Promise.resolve();
        return new Promise((_, reject) => {
          leave = () => reject(new Error('the worker is gone'));
        });
      };
      const browser = {
        check: async () => {},
        isThere: async () => {},
        install: async () => 'extension',
        uninstall: async () => leave(),
        onWorker: async (_id: string, came: (worker: { evaluate: typeof evaluate }) => void) =>
          came({ evaluate }),
        close: async () => {},
      };
      opened = openProxyMode(browser, answer);
    });
    await answered;
    await (await opened)?.close();
    return calls.filter((call) => !/^(?:at|de)tach/.test(call));
  };

  it('gets an answer that is there at once with the next question, in one message', async () => {
    const calls = await callsWith(async () => capabilities);
    expect(calls).toEqual(['next([])', `next(${ANSWER})`]);
  });

  it('gets an answer that takes longer in a message of its own, after the next question', async () => {
    const calls = await callsWith(async () => {
      for (let turns = 0; turns < 3; turns++) await nextTurn();
      return capabilities;
    });
    expect(calls).toEqual(['next([])', 'next([])', `complete(${ANSWER})`]);
  });
});

describe('the worker of the extension', () => {
  const unreadable = { name: 'UnknownError', message: 'An unknown error occurred.' };

  it('answers with UnknownError when Chromium cannot read a response', async () => {
    const realm = globalThis as unknown as Record<string, unknown>;
    const taken: unknown[] = [];
    const listen = { addListener: (): void => {} };
    const completeGetRequest = async (details: ProxyAnswer): Promise<void> => {
      taken.push(details);
      if (details.responseJson !== undefined) throw new Error('Invalid responseJson');
    };
    realm.chrome = {
      webAuthenticationProxy: {
        onCreateRequest: listen,
        onGetRequest: listen,
        onIsUvpaaRequest: listen,
        onRequestCanceled: listen,
        completeGetRequest,
      },
    };
    try {
      workerScript('worker', unreadable);
      const { complete } = realm.worker as { complete(answers: readonly Completed[]): void };
      complete([['completeGetRequest', { requestId: 1, responseJson: '{}' }]]);
      await vi.waitUntil(() => taken.length === 2);
    } finally {
      delete realm.chrome;
      delete realm.worker;
    }
    expect(taken).toEqual([
      { requestId: 1, responseJson: '{}' },
      { requestId: 1, error: unreadable },
    ]);
  });
});
