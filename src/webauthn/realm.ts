/**
 * The intrinsics of the global that is furnished. A jsdom or happy-dom window may have its own ArrayBuffer, TypeError and
 * DOMException, and a page there asks `instanceof` of those, not of ours.
 */

/** Constructors as the page knows them. */
export interface Realm {
  readonly ArrayBuffer: ArrayBufferConstructor;
  readonly Array: ArrayConstructor;
  readonly Object: ObjectConstructor;
  readonly Function: FunctionConstructor;
  readonly Promise: PromiseConstructor;
  readonly TypeError: TypeErrorConstructor;
  readonly DOMException: typeof DOMException;
  /** The page's, and ours: code in Node may drive a page in jsdom. */
  readonly abortSignals: readonly (typeof AbortSignal)[];
}

/** What `target` has of these, and ours of what it has not. */
export function realmOf(target: object): Realm {
  const its = target as Partial<typeof globalThis>;
  return {
    ArrayBuffer: its.ArrayBuffer ?? ArrayBuffer,
    Array: its.Array ?? Array,
    Object: its.Object ?? Object,
    Function: its.Function ?? Function,
    Promise: its.Promise ?? Promise,
    TypeError: its.TypeError ?? TypeError,
    DOMException: its.DOMException ?? DOMException,
    abortSignals: [...new Set([its.AbortSignal ?? AbortSignal, AbortSignal])],
  };
}

/** An ArrayBuffer of the page's with a copy of these bytes. */
export function toArrayBuffer(realm: Realm, bytes: Uint8Array): ArrayBuffer {
  const buffer = new realm.ArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** A DOMException of the page's. */
export function domException(realm: Realm, name: string, message: string, cause?: unknown): DOMException {
  const error = new realm.DOMException(message, name);
  if (cause !== undefined)
    Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  return error;
}

/** An error of the client's as the page would meet it; every other value as it is. */
export function translated(realm: Realm, error: unknown): unknown {
  if (error instanceof realm.DOMException || error instanceof realm.TypeError) return error;
  if (Object.prototype.toString.call(error) === '[object DOMException]') {
    const { name, message, cause } = error as DOMException & { cause?: unknown };
    return domException(realm, name, message, cause);
  }
  if (error instanceof TypeError) return new realm.TypeError(error.message, { cause: error });
  return error;
}

/**
 * A promise of the page's for what `work` comes to. As Web IDL has it for operations that return promises, whatever is
 * thrown on the way rejects.
 */
export function promised<T>(realm: Realm, work: () => T | Promise<T>): Promise<T> {
  return new realm.Promise<T>((resolve, reject) => {
    (async () => work())().then(resolve, reject);
  });
}
