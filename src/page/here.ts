/** Whether a script of ours answers this document already: tools may add one more than once. */
import { apply } from '../base/primordials.ts';

interface Window {
  readonly Event: { new (type: string, init?: object): object; readonly prototype: object };
  addEventListener(type: string, listener: (event: object) => void): void;
  removeEventListener(type: string, listener: (event: object) => void): void;
  dispatchEvent(event: object): boolean;
}

/** An event of this type is canceled where one is there. It leaves no name in the page, and says nothing but that. */
const HERE = 'stuntkey?';

/** Asks, and is there from now on. @param leaving called with what ends that */
export function isHere(global: object, leaving?: (leave: () => void) => void): boolean {
  const { Event, addEventListener, removeEventListener, dispatchEvent } = global as Window;
  const { preventDefault } = Event.prototype as { preventDefault(): void };
  const event = new Event(HERE, { cancelable: true });
  if (!apply(dispatchEvent, global, [event])) return true;
  const here = (asked: object): void => apply(preventDefault, asked, []) as undefined;
  apply(addEventListener, global, [HERE, here]);
  leaving?.(() => apply(removeEventListener, global, [HERE, here]));
  return false;
}
