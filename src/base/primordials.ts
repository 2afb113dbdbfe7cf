/**
 * Intrinsics as they were when this module was loaded. Code that runs inside a page uses these after its start and nothing of the
 * globals or of prototypes, which a page may change at any time: no method is called on a value, nothing is iterated over or
 * spread, and what is missing in an object is not looked for along its prototypes.
 */

type Uncurried<F> = F extends (this: infer Self, ...args: infer Args) => infer Result
  ? (self: Self, ...args: Args) => Result
  : never;

// biome-ignore lint/suspicious/noExplicitAny: any function at all
type Anything = any;

const { bind, call } = Function.prototype;

/** A method as a function whose first argument is its `this`. */
const uncurried: <F extends (this: Anything, ...args: Anything[]) => unknown>(method: F) => Uncurried<F> =
  bind.bind(call as Anything) as Anything;

export const apply: typeof Reflect.apply = Reflect.apply;
export const defineProperty: typeof Reflect.defineProperty = Reflect.defineProperty;
export const deleteProperty: typeof Reflect.deleteProperty = Reflect.deleteProperty;
export const getOwnPropertyDescriptor: typeof Reflect.getOwnPropertyDescriptor =
  Reflect.getOwnPropertyDescriptor;
export const ownKeys: typeof Reflect.ownKeys = Reflect.ownKeys;
const setPrototypeOf: typeof Reflect.setPrototypeOf = Reflect.setPrototypeOf;
export const createObject: (prototype: object | null) => object = Object.create;
export const isArray: typeof Array.isArray = Array.isArray;
export const isView: typeof ArrayBuffer.isView = ArrayBuffer.isView;
export const stringify: typeof JSON.stringify = JSON.stringify;
export const parse: typeof JSON.parse = JSON.parse;

export const Bytes: Uint8ArrayConstructor = Uint8Array;
export const ProxyOf: ProxyConstructor = Proxy;
const WeakMapOf: WeakMapConstructor = WeakMap;

const hasOwn = uncurried(Object.prototype.hasOwnProperty) as (self: object, key: PropertyKey) => boolean;
const sortInPlace = uncurried(Array.prototype.sort) as (self: unknown[]) => unknown[];
const weakGet = uncurried(WeakMap.prototype.get) as (self: object, key: object) => unknown;
const weakSet = uncurried(WeakMap.prototype.set) as (self: object, key: object, value: unknown) => unknown;

export const charCodeAt: (text: string, place: number) => number = uncurried(
  String.prototype.charCodeAt,
) as Anything;
export const toWellFormed: (text: string) => string = uncurried(String.prototype.toWellFormed) as Anything;

/** Symbol.iterator, which is a property of a global. */
export const ITERATOR: typeof Symbol.iterator = Symbol.iterator;

type Getter = (this: unknown) => unknown;

/** A getter of a prototype. Those of built-in objects look at internal slots, and so tell kinds of objects apart in every realm. */
export function getterOf(prototype: object, name: PropertyKey): Getter | undefined {
  return getOwnPropertyDescriptor(prototype, name)?.get as Getter | undefined;
}

/** What a getter says; undefined where the thing is of another kind. */
export function ask(get: Getter | undefined, thing: unknown): unknown {
  if (get === undefined) return undefined;
  try {
    return apply(get, thing, []);
  } catch {
    return undefined;
  }
}

const typedArrayLength = getterOf(Object.getPrototypeOf(Uint8Array.prototype) as object, 'length') as Getter;

/** How many bytes there are. */
export function lengthOf(bytes: Uint8Array): number {
  return apply(typedArrayLength, bytes, []) as number;
}

/** An own member, and nothing of what prototypes have. */
export function own(object: object, key: PropertyKey): unknown {
  return hasOwn(object, key) ? (object as Record<PropertyKey, unknown>)[key] : undefined;
}

/**
 * Sets an own member of an object of {@link bareObject}, or of a realm's Object, whatever it is called and whatever prototypes have
 * under that name. (Object.prototype itself can have no other prototype: what is not in the object, no setter hears of.)
 */
export function define(object: object, key: PropertyKey, value: unknown): void {
  if (key in object) redefine(object, key, value);
  else (object as Record<PropertyKey, unknown>)[key] = value;
}

/** The same of any object. It takes ten times as long. */
function redefine(object: object, key: PropertyKey, value: unknown): void {
  defineProperty(object, key, {
    __proto__: null,
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  } as PropertyDescriptor);
}

/** Puts an element at the end. */
export function append<T>(list: T[], element: T): void {
  redefine(list, list.length, element);
}

/** Names of own members in lexicographical order. */
export function sortedKeys(object: object): string[] {
  const keys = bareList<string>();
  const all = ownKeys(object);
  for (let i = 0; i < all.length; i++) if (typeof all[i] === 'string') append(keys, all[i] as string);
  sortInPlace(keys);
  return keys;
}

/** An object without a prototype. */
export function bareObject(): Record<string, unknown> {
  return createObject(null) as Record<string, unknown>;
}

/** An array without a prototype: it has a length and its elements, and no methods. */
export function bareList<T>(): T[] {
  const list: T[] = [];
  setPrototypeOf(list, null);
  return list;
}

/** What is remembered of objects. */
export class Memory<T> {
  readonly #map = new WeakMapOf<object, T>();

  get(thing: unknown): T | undefined {
    return weakGet(this.#map, thing as object) as T | undefined;
  }

  set(thing: object, value: T): void {
    weakSet(this.#map, thing, value);
  }
}
