/**
 * BufferSource: an ArrayBuffer or a view of one, of any realm (https://webidl.spec.whatwg.org/#BufferSource). Shared and
 * resizable memory is refused; what was detached counts as empty.
 */
import type { IdlType } from './idl.ts';
import { unexpected } from './idl.ts';

type Getter = (this: unknown) => unknown;

/** A getter that looks at internal slots, and so tells kinds of objects apart in every realm. It throws for other kinds. */
function getter(prototype: object, name: string): Getter | undefined {
  return Object.getOwnPropertyDescriptor(prototype, name)?.get as Getter | undefined;
}

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const bufferLength = getter(ArrayBuffer.prototype, 'byteLength');
const sharedLength =
  typeof SharedArrayBuffer === 'undefined' ? undefined : getter(SharedArrayBuffer.prototype, 'byteLength');
const resizable = getter(ArrayBuffer.prototype, 'resizable');

function ask(get: Getter | undefined, thing: unknown): unknown {
  try {
    return get?.call(thing);
  } catch {
    return undefined;
  }
}

/** An own or inherited attribute of a view, asked for past whatever the page has put over it. */
function attribute(view: object, name: 'buffer' | 'byteOffset' | 'byteLength'): unknown {
  const kind = ask(getter(TypedArray, 'byteLength'), view) === undefined ? DataView.prototype : TypedArray;
  return ask(getter(kind, name), view);
}

/** Takes a BufferSource and gives its bytes, which are still the page's: copy what outlives the call. */
export const bufferSource: IdlType<Uint8Array> = (value, place, realm) => {
  const view = ArrayBuffer.isView(value);
  const buffer = view ? attribute(value, 'buffer') : value;
  if (ask(sharedLength, buffer) !== undefined)
    throw unexpected(realm, place, 'memory that is not shared', value);
  const length = ask(bufferLength, buffer);
  if (length === undefined) throw unexpected(realm, place, 'an ArrayBuffer or a view of one', value);
  if (ask(resizable, buffer) === true) throw unexpected(realm, place, 'memory that is not resizable', value);
  if (length === 0) return new Uint8Array();
  if (!view) return new Uint8Array(buffer as ArrayBuffer);
  const [start, size] = [attribute(value, 'byteOffset'), attribute(value, 'byteLength')];
  return new Uint8Array(buffer as ArrayBuffer, start as number, size as number);
};
