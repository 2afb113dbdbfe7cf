/**
 * BufferSource: an ArrayBuffer or a view of one, of any realm (https://webidl.spec.whatwg.org/#BufferSource). Shared and
 * resizable memory is refused; what was detached counts as empty.
 */
import { ask, Bytes, getterOf, isView } from '../base/primordials.ts';
import type { IdlType } from './idl.ts';
import { unexpected } from './idl.ts';

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const bufferLength = getterOf(ArrayBuffer.prototype, 'byteLength');
const sharedLength =
  typeof SharedArrayBuffer === 'undefined' ? undefined : getterOf(SharedArrayBuffer.prototype, 'byteLength');
const resizable = getterOf(ArrayBuffer.prototype, 'resizable');

/** Attributes of a view, asked for past whatever the page has put over them. */
const ofTypedArray = attributesOf(typedArray);
const ofDataView = attributesOf(DataView.prototype);

function attributesOf(
  prototype: object,
): Record<'buffer' | 'byteOffset' | 'byteLength', ReturnType<typeof getterOf>> {
  return {
    buffer: getterOf(prototype, 'buffer'),
    byteOffset: getterOf(prototype, 'byteOffset'),
    byteLength: getterOf(prototype, 'byteLength'),
  };
}

/** Takes a BufferSource and gives its bytes, which are still the page's: copy what outlives the call. */
export const bufferSource: IdlType<Uint8Array> = (value, place, realm) => {
  const view = isView(value);
  // (What asks a getter in vain costs an error, so the usual kinds come first.)
  const kind = view && ask(ofTypedArray.byteLength, value) === undefined ? ofDataView : ofTypedArray;
  const buffer = view ? ask(kind.buffer, value) : value;
  const length = ask(bufferLength, buffer);
  if (length === undefined) {
    if (ask(sharedLength, buffer) !== undefined)
      throw unexpected(realm, place, 'memory that is not shared', value);
    const hint =
      typeof value === 'string' ? ' (PublicKeyCredential.parse…FromJSON() makes them of JSON)' : '';
    throw unexpected(realm, place, `an ArrayBuffer or a view of one${hint}`, value);
  }
  if (ask(resizable, buffer) === true) throw unexpected(realm, place, 'memory that is not resizable', value);
  if (length === 0) return new Bytes(0);
  if (!view) return new Bytes(buffer as ArrayBuffer);
  const start = ask(kind.byteOffset, value) as number;
  return new Bytes(buffer as ArrayBuffer, start, ask(kind.byteLength, value) as number);
};
