/**
 * The realm of the page that is answered: its constructors, taken before the page's own scripts can change them. A jsdom or
 * happy-dom window may have its own ArrayBuffer, TypeError and DOMException, and a page there asks `instanceof` of those, not of
 * ours.
 */
import {
  append,
  apply,
  ask,
  Bytes,
  bareList,
  bareObject,
  defineProperty,
  getterOf,
  lengthOf,
} from '../base/primordials.ts';

type Getter = (this: unknown) => unknown;

/** AbortSignal of some realm: its getters, which know its objects from those of others. */
interface SignalKind {
  readonly Signal: typeof AbortSignal;
  /** Absent in a window whose signals have own members instead. */
  readonly aborted: Getter | undefined;
  readonly reason: Getter | undefined;
  readonly add: (this: unknown, type: string, listener: () => void) => void;
  readonly remove: (this: unknown, type: string, listener: () => void) => void;
}

/** The page's AbortSignal, asked past whatever the page has put over it. */
export interface PageSignal {
  aborted(): boolean;
  reason(): unknown;
  /** Calls when it is aborted. @returns what takes the listener away */
  onAbort(listener: () => void): () => void;
}

/** Constructors as the page knows them. */
export interface Realm {
  readonly ArrayBuffer: ArrayBufferConstructor;
  readonly Object: ObjectConstructor;
  readonly Function: FunctionConstructor;
  readonly Promise: PromiseConstructor;
  readonly TypeError: TypeErrorConstructor;
  readonly DOMException: typeof DOMException;
  /** A new object, as what is converted becomes. */
  object(): Record<string, unknown>;
  /** A new array. */
  list<T>(): T[];
  /** Puts an element at the end of an array. */
  append<T>(list: T[], element: T): void;
  /** The page's, and ours: code in Node may drive a page in jsdom. */
  readonly signals: readonly SignalKind[];
}

/** What `target` has of these, and ours of what it has not. */
export function realmOf(target: object): Realm {
  const its = target as Partial<typeof globalThis>;
  const [TheirObject, TheirArray] = [its.Object ?? Object, its.Array ?? Array];
  // (A realm of ECMAScript alone has none.)
  const { AbortSignal: ours } = globalThis as Partial<typeof globalThis>;
  const theirs = its.AbortSignal ?? ours;
  const signals = theirs === undefined ? [] : [signalKind(theirs)];
  if (ours !== undefined && ours !== theirs) append(signals, signalKind(ours));
  return {
    ArrayBuffer: its.ArrayBuffer ?? ArrayBuffer,
    Object: TheirObject,
    Function: its.Function ?? Function,
    Promise: its.Promise ?? Promise,
    TypeError: its.TypeError ?? TypeError,
    DOMException: its.DOMException ?? DOMException,
    object: () => new TheirObject() as Record<string, unknown>,
    list: <T>() => new TheirArray<T>(),
    append,
    signals,
  };
}

function signalKind(Signal: typeof AbortSignal): SignalKind {
  const { prototype } = Signal;
  return {
    Signal,
    aborted: getterOf(prototype, 'aborted'),
    reason: getterOf(prototype, 'reason'),
    add: prototype.addEventListener as SignalKind['add'],
    remove: prototype.removeEventListener as SignalKind['remove'],
  };
}

/** The same realm, for values that JSON.stringify is to read and the page is not to see: no prototype of the page's is asked for `toJSON`. */
export function bare(realm: Realm): Realm {
  return { ...realm, object: bareObject, list: bareList };
}

/** An AbortSignal of any realm. */
export function signalOf(realm: Realm, value: unknown): PageSignal | undefined {
  for (let i = 0; i < realm.signals.length; i++) {
    const { Signal, aborted, reason, add, remove } = realm.signals[i] as SignalKind;
    const known = aborted === undefined ? value instanceof Signal : ask(aborted, value) !== undefined;
    if (!known) continue;
    const signal = value as AbortSignal;
    return {
      aborted: () => (aborted === undefined ? signal.aborted : apply(aborted, signal, []) === true),
      reason: () => (reason === undefined ? signal.reason : apply(reason, signal, [])),
      onAbort(listener) {
        apply(add, value, ['abort', listener]);
        return () => apply(remove, value, ['abort', listener]);
      },
    };
  }
  return undefined;
}

/** An ArrayBuffer of the page's with a copy of these bytes. */
export function toArrayBuffer(realm: Realm, bytes: Uint8Array): ArrayBuffer {
  const length = lengthOf(bytes);
  const buffer = new realm.ArrayBuffer(length);
  const copy = new Bytes(buffer);
  for (let i = 0; i < length; i++) copy[i] = bytes[i] as number;
  return buffer;
}

/** A DOMException of the page's. */
export function domException(realm: Realm, name: string, message: string, cause?: unknown): DOMException {
  const error = new realm.DOMException(message, name);
  if (cause !== undefined)
    defineProperty(error, 'cause', {
      __proto__: null,
      value: cause,
      configurable: true,
      writable: true,
    } as PropertyDescriptor);
  return error;
}

/** What is to come of something: one of the two is called, once. */
export type Work<T> = (resolve: (value: T) => void, reject: (error: unknown) => void) => void;

/** A promise of the page's. What is thrown on the way rejects, as Web IDL has it for operations that return promises. */
export function promised<T>(realm: Realm, work: Work<T>): Promise<T> {
  return new realm.Promise<T>((resolve, reject) => {
    try {
      work(resolve, reject);
    } catch (error) {
      reject(error);
    }
  });
}
