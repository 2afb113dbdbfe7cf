/** Giving control back to the event loop, so that timers, signals and input have their turn. */

/** One end of a channel. */
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** What realms have for it, here or there. */
interface Turning {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly MessageChannel?: new () => { readonly port1: Port; readonly port2: Port };
}

// (Taken when this is loaded: tests that put fake timers in their place mean their own code's time.)
const realm = globalThis as unknown as Turning;
const { setImmediate } = realm;
// (Node loads its channels when they are first named.)
const Channel = setImmediate === undefined ? realm.MessageChannel : undefined;

/** Resolves in another turn of the event loop; at once in a realm that has none. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate !== undefined) {
      setImmediate(resolve);
    } else if (Channel !== undefined) {
      const { port1, port2 } = new Channel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(undefined);
    } else resolve();
  });
}
