/** `mode: 'page'` over WebDriver BiDi: a preload script in every document, and a channel that tells whose. */

import { PAGE_SCRIPT } from '#page-script';
import type { PageAnswer } from '../../page/messages.ts';
import { ifStillThere } from '../gone.ts';
import { Listeners } from '../listeners.ts';
import { type Answerer, Questions } from '../page/questions.ts';
import type { DriverSide } from '../passkeys.ts';
import {
  type BidiConnection,
  type ChannelMessage,
  type ContextInfo,
  type RealmInfo,
  treeOf,
} from './connection.ts';
import { BidiDocuments, SANDBOX } from './documents.ts';

const EVENTS = { events: ['script.message', 'script.realmDestroyed'] };

/** Runs in every document. Through the channel come first the function that takes answers, then questions. */
const preloadWith = (token: string): string => `(channel) => (${PAGE_SCRIPT})({
  token: ${JSON.stringify(token)}, send: (text) => channel(text), started: (deliver) => channel(deliver) })`;

/** Where that function is not known, an event takes its place. */
const BY_EVENT = '(token, detail) => void dispatchEvent(new CustomEvent(token, { detail }))';

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
  const token = { type: 'string', value: `stuntkey-${crypto.randomUUID()}` };
  const handles = new Map<string, string>();
  const deliver = (realm: string, given: PageAnswer): Promise<unknown> => {
    const text = { type: 'string', value: JSON.stringify(given) };
    const handle = handles.get(realm);
    if (handle === undefined) return inPage({ realm }, BY_EVENT, [token, text]);
    return inPage({ realm }, '(deliver, text) => deliver(text)', [{ handle }, text]);
  };

  const listeners = new Listeners(connection);
  listeners.on<ChannelMessage>('script.message', ({ channel: from, data, source }) => {
    const { realm, context } = source;
    if (from !== channel || context === undefined) return;
    if (data.type === 'function' && data.handle !== undefined) handles.set(realm, data.handle);
    if (data.type !== 'string') return;
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
    handles.delete(realm);
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

  const way = { type: 'channel', value: { channel, ownership: 'root' } };
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
    await preload({ functionDeclaration: preloadWith(token.value), arguments: [way] });
    await preload({ functionDeclaration: '() => {}', sandbox: SANDBOX });
    const contexts = await covered();
    await Promise.all(
      contexts.map((context) => ifStillThere(inPage({ context }, preloadWith(token.value), [way]))),
    );
    // In some documents Chromium never answers this, and such a document's policy comes from its frame's element.
    for (const context of contexts)
      void inPage({ context, sandbox: SANDBOX }, '() => {}').catch(() => undefined);
  } catch (error) {
    await close();
    throw error;
  }
  return { settled: async () => {}, close };
}
