/** Giving control back to the event loop, so that timers, signals and input have their turn. */

interface Turning {
  readonly setImmediate?: (callback: () => void) => unknown;
  readonly setTimeout?: (callback: () => void, milliseconds: number) => unknown;
}

// (Taken when this is loaded: tests that put fake timers in their place mean their own code's time.)
const { setImmediate, setTimeout } = globalThis as Turning;

/** Resolves in another turn of the event loop; at once in a realm that has none. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (setImmediate !== undefined) setImmediate(resolve);
    else if (setTimeout !== undefined) setTimeout(resolve, 0);
    else resolve();
  });
}
