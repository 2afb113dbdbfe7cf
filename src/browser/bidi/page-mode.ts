/** `mode: 'page'` over WebDriver BiDi: a preload script in every document, and a channel that tells whose. */

import { ifStillThere } from '../gone.ts';
import { Listeners } from '../listeners.ts';
import { type Answerer, Questions } from '../page/questions.ts';
import { PAGE_SCRIPT, type PageAnswer } from '../page/script.ts';
import type { DriverSide } from '../passkeys.ts';
import {
  type BidiConnection,
  type ChannelMessage,
  type ContextInfo,
  type RealmInfo,
  treeOf,
} from './connection.ts';
import { BidiDocuments, SANDBOX } from './documents.ts';

const NAME = '__stuntkey';
const EVENTS = { events: ['script.message', 'script.realmDestroyed'] };

/** Runs in every document, once: puts the channel where the page script looks for the way out. */
const PRELOAD = `(channel) => {
  if (${JSON.stringify(NAME)} in globalThis) return;
  const send = (text) => channel(text);
  Object.defineProperty(globalThis, ${JSON.stringify(NAME)}, { value: send, configurable: true });
  (${PAGE_SCRIPT})(${JSON.stringify(NAME)});
}`;

const DELIVER = `(text) => globalThis[${JSON.stringify(NAME)}]?.(text)`;

let opened = 0;

/** @param userContext absent: all of the browser */
export async function openBidiPageMode(
  connection: BidiConnection,
  answer: Answerer,
  userContext?: string,
): Promise<DriverSide> {
  opened += 1;
  const channel = `stuntkey-${opened}`;
  const documents = new BidiDocuments(connection);
  const asking = new Map<string, Questions>();

  const inPage = (target: object, functionDeclaration: string, given: object[] = []): Promise<unknown> =>
    connection.send('script.callFunction', {
      functionDeclaration,
      arguments: given,
      target,
      awaitPromise: false,
    });
  const deliver = (realm: string, given: PageAnswer): Promise<unknown> =>
    inPage({ realm }, DELIVER, [{ type: 'string', value: JSON.stringify(given) }]);

  const listeners = new Listeners(connection);
  listeners.on<ChannelMessage>('script.message', ({ channel: from, data, source }) => {
    const { realm, context } = source;
    if (from !== channel || data.type !== 'string' || context === undefined) return;
    const questions =
      asking.get(realm) ??
      new Questions(
        {
          caller: () => documents.callerOf(realm, context),
          deliver: (given) => deliver(realm, given),
        },
        answer,
      );
    asking.set(realm, questions);
    void questions.asked(data.value);
  });
  listeners.on<{ realm: string }>('script.realmDestroyed', ({ realm }) => {
    asking.get(realm)?.end();
    asking.delete(realm);
  });

  const covered = async (): Promise<readonly string[]> => {
    const inside = ({ context, children }: ContextInfo): string[] => [
      context,
      ...(children ?? []).flatMap(inside),
    ];
    const trees = await treeOf(connection);
    return trees
      .filter((tree) => userContext === undefined || tree.userContext === userContext)
      .flatMap(inside);
  };

  const preload = async (what: object): Promise<void> => {
    const added = await connection.send('script.addPreloadScript', {
      ...what,
      ...(userContext !== undefined && { userContexts: [userContext] }),
    });
    scripts.push((added as { script: string }).script);
  };
  const restore = async (context: string): Promise<void> => {
    const { realms } = (await connection.send('script.getRealms', { context, type: 'window' })) as {
      realms: readonly RealmInfo[];
    };
    const own = realms.filter(({ sandbox }) => sandbox === undefined);
    await Promise.all(own.map(({ realm }) => deliver(realm, { restore: true })));
  };

  const way = { type: 'channel', value: { channel } };
  const scripts: string[] = [];
  let subscription: string | undefined;
  const close = async (): Promise<void> => {
    listeners.off();
    for (const script of scripts)
      await ifStillThere(connection.send('script.removePreloadScript', { script }));
    const contexts = await covered().catch(() => []);
    await Promise.all(contexts.map((context) => ifStillThere(restore(context))));
    // Others' subscriptions to the same events stay.
    if (subscription !== undefined)
      await ifStillThere(connection.send('session.unsubscribe', { subscriptions: [subscription] }));
    for (const questions of asking.values()) questions.end();
    asking.clear();
  };
  try {
    ({ subscription } = (await connection.send('session.subscribe', EVENTS)) as { subscription?: string });
    await preload({ functionDeclaration: PRELOAD, arguments: [way] });
    await preload({ functionDeclaration: '() => {}', sandbox: SANDBOX });
    const contexts = await covered();
    await Promise.all(contexts.map((context) => ifStillThere(inPage({ context }, PRELOAD, [way]))));
    // In some documents Chromium never answers this, and such a document's policy comes from its frame's element.
    for (const context of contexts)
      void inPage({ context, sandbox: SANDBOX }, '() => {}').catch(() => undefined);
  } catch (error) {
    await close();
    throw error;
  }
  return { settled: async () => {}, close };
}
