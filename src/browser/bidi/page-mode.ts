/** `mode: 'page'` over WebDriver BiDi: a preload script in every document, and a channel that names the document. */

import { PAGE_SCRIPT } from '#page-script';
import type { PageAnswer } from '../../page/messages.ts';
import { ifStillThere } from '../gone.ts';
import { Listeners } from '../listeners.ts';
import { DELIVER_BY_EVENT } from '../page/deliver.ts';
import { type Answerer, Questions } from '../page/questions.ts';
import type { DriverSide } from '../passkeys.ts';
import { type Place, Reach } from '../reach.ts';
import {
  type BidiConnection,
  type ChannelMessage,
  type ContextInfo,
  persistent,
  type RealmInfo,
  treeOf,
} from './connection.ts';
import { BidiDocuments, SANDBOX } from './documents.ts';

const EVENTS = { events: ['script.message', 'script.realmDestroyed'] };

/** Runs in every document. Through the channel come first the function that takes answers, then questions. */
const preloadWith = (token: string): string => `(channel) => (${PAGE_SCRIPT})({
  token: ${JSON.stringify(token)}, send: (text) => channel(text), started: (deliver) => channel(deliver) })`;

/** Firefox's realms are UUIDs. */
const OF_FIREFOX = /^[\da-f]{8}-|^$/;

/**
 * A document, in the form that its browser always finds. Chromium does not find a popup's document by its context: the popup's first document keeps the
 * global of the empty one before it, and Chromium waits for a new global. Firefox looks for a realm in all documents, and fails at one that goes.
 */
function targetFor(realm: string, context: string): object {
  return OF_FIREFOX.test(realm) ? { context } : { realm };
}

let opened = 0;

/** @param userContext absent: all of the browser */
export async function openBidiPageMode(
  driven: BidiConnection,
  answer: Answerer,
  userContext: string | undefined,
  patience: number | undefined,
): Promise<DriverSide> {
  const connection = persistent(driven);
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
  const deliver = (realm: string, context: string, given: PageAnswer): Promise<unknown> => {
    const text = { type: 'string', value: JSON.stringify(given) };
    const handle = handles.get(realm);
    // Without that function, an event is used.
    if (handle === undefined) return inPage({ realm }, DELIVER_BY_EVENT, [token, text]);
    // Only its own document knows the handle, so the context can be used for a realm.
    return inPage(targetFor(realm, context), '(deliver, text) => deliver(text)', [{ handle }, text]);
  };
  const ownRealms = async (context: string): Promise<readonly string[]> => {
    const { realms } = (await connection.send('script.getRealms', { context, type: 'window' })) as {
      realms: readonly RealmInfo[];
    };
    return realms.filter(({ sandbox }) => sandbox === undefined).map(({ realm }) => realm);
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
          deliver: (given) =>
            deliver(realm, context, given).catch((error) => {
              // It asked while it went, after it was reported to be gone.
              forget(realm);
              throw error;
            }),
        },
        answer,
      );
    asking.set(realm, questions);
    void questions.asked(data.value);
  });
  const forget = (realm: string): void => {
    asking.get(realm)?.end();
    asking.delete(realm);
    handles.delete(realm);
  };
  listeners.on<{ realm: string }>('script.realmDestroyed', ({ realm }) => forget(realm));

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
  const reach = new Reach(patience);
  const places = new Map<string, Place>();
  /** The address of a page, also of one that does not answer. */
  const placeOf = (context: string): Place => {
    const locate = async (): Promise<string> =>
      (await treeOf(connection, context).catch(() => []))[0]?.url ?? '';
    const place = places.get(context) ?? { locate };
    places.set(context, place);
    return place;
  };
  const restore = async (context: string): Promise<void> => {
    const own = await ownRealms(context);
    await Promise.all(own.map((realm) => deliver(realm, context, { restore: true })));
  };

  const way = { type: 'channel', value: { channel, ownership: 'root' } };
  const scripts: string[] = [];
  let subscription: string | undefined;
  let begun: Promise<unknown> = Promise.resolve();
  const close = async (): Promise<void> => {
    listeners.off();
    await reach.settled();
    // A browser may wait for all of its pages before it answers this, and one of them may never answer.
    const removed = begun.then(() =>
      Promise.all(
        scripts.map((script) => ifStillThere(connection.send('script.removePreloadScript', { script }))),
      ),
    );
    reach.track(undefined, removed);
    for (const context of await covered().catch(() => []))
      reach.track(placeOf(context), ifStillThere(restore(context)));
    await reach.settled();
    // Other subscriptions to the same events stay.
    if (subscription !== undefined)
      await ifStillThere(connection.send('session.unsubscribe', { subscriptions: [subscription] }));
    for (const questions of asking.values()) questions.end();
    asking.clear();
  };
  try {
    ({ subscription } = (await connection.send('session.subscribe', EVENTS)) as { subscription?: string });
    let failure: unknown;
    begun = Promise.all([
      preload({ functionDeclaration: preloadWith(token.value), arguments: [way] }),
      preload({ functionDeclaration: '() => {}', sandbox: SANDBOX }),
    ]).catch((error) => {
      failure = error;
    });
    reach.track(undefined, begun);
    await reach.settled();
    if (failure !== undefined) throw failure;
    const contexts = await covered();
    const enter = async (context: string): Promise<void> => {
      const [realm = ''] = await ownRealms(context);
      await inPage(targetFor(realm, context), preloadWith(token.value), [way]);
    };
    for (const context of contexts) reach.track(placeOf(context), ifStillThere(enter(context)));
    await reach.settled();
    // In some documents Chromium never answers this, and such a document's policy comes from its frame's element.
    for (const context of contexts)
      void inPage({ context, sandbox: SANDBOX }, '() => {}').catch(() => undefined);
  } catch (error) {
    await close();
    throw error;
  }
  return { settled: () => reach.settled(), unreached: () => reach.unreached, close };
}
