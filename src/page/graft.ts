/**
 * Puts an interface of ours into the one that a browser has: its own classes stay, and their members know our objects beside
 * those of the browser. A function is replaced by a Proxy of itself, which prints as native code, has the same name, length and
 * properties, and cannot be constructed, without further work.
 */
import {
  apply,
  defineProperty,
  deleteProperty,
  getOwnPropertyDescriptor,
  Memory,
  ProxyOf,
} from '../base/primordials.ts';
import type { Realm } from '../webauthn/realm.ts';
import { type Define, defineInterface, type InterfaceShape, interfaceOf, invoke } from './interface.ts';

type Native = (this: unknown, ...args: unknown[]) => unknown;

/** The changes in a page, and the values before. */
export class Changes {
  readonly #undo: (() => void)[] = [];
  #undone = false;

  /** Whether they have no effect any more, also if the page has kept or wrapped one of our functions. */
  get undone(): boolean {
    return this.#undone;
  }

  /** Sets a property; `undo` puts it back, unless the page has put something else there since. */
  set(on: object, key: PropertyKey, descriptor: PropertyDescriptor): void {
    const before = bareDescriptor(getOwnPropertyDescriptor(on, key));
    const ours = bareDescriptor(descriptor) as PropertyDescriptor;
    if (!defineProperty(on, key, ours)) return;
    this.#undo[this.#undo.length] = () => {
      const now = bareDescriptor(getOwnPropertyDescriptor(on, key));
      if (now?.value !== ours.value || now?.get !== ours.get) return;
      if (before === undefined) deleteProperty(on, key);
      else defineProperty(on, key, before);
    };
  }

  undo(): void {
    this.#undone = true;
    for (let i = this.#undo.length - 1; i >= 0; i--) this.#undo[i]?.();
    this.#undo.length = 0;
  }
}

/** A copy without anything that a page may have put on Object.prototype. */
function bareDescriptor(descriptor: PropertyDescriptor | undefined): PropertyDescriptor | undefined {
  return descriptor && ({ __proto__: null, ...descriptor } as PropertyDescriptor);
}

/**
 * How interfaces come into the page with this global. Those that it lacks are made; where the browser has none of WebAuthn at all,
 * that is all of them.
 */
export function grafting(page: object, changes: Changes): Define {
  return (realm, shape) => {
    const { name } = shape;
    const native = (page as Record<string, (new () => object) | undefined>)[name];
    if (typeof native === 'function') return graft(realm, shape, native, changes);
    const made = defineInterface(realm, shape);
    changes.set(page, name, {
      value: made.interfaceObject,
      writable: true,
      enumerable: false,
      configurable: true,
    });
    return made;
  };
}

function graft<Slots>(
  realm: Realm,
  shape: InterfaceShape<Slots>,
  native: new () => object,
  changes: Changes,
): ReturnType<typeof interfaceOf<Slots>> {
  const { name, attributes = {}, operations = {}, statics = {} } = shape;
  const objects = new Memory<Slots>();
  const { prototype } = native as { prototype: object };

  for (const [key, read] of Object.entries(attributes))
    replace(changes, prototype, key, 'get', (original, self, args) => {
      const slots = objects.get(self);
      return slots === undefined ? apply(original, self, args) : read(slots);
    });
  for (const [key, operation] of Object.entries(operations)) {
    if (operation.leaveNative) continue;
    replace(changes, prototype, key, 'value', (original, self, args) => {
      const slots = objects.get(self);
      if (slots === undefined || (operation.promise && changes.undone)) return apply(original, self, args);
      const onward = (given: readonly unknown[]): unknown => apply(original, self, given);
      return invoke(realm, `${name}.${key}`, operation, () => ({ slots, args, native: onward }));
    });
  }
  for (const [key, operation] of Object.entries(statics)) {
    if (operation.leaveNative) continue;
    replace(changes, native, key, 'value', (original, self, args) => {
      if (operation.promise && changes.undone) return apply(original, self, args);
      const onward = (given: readonly unknown[]): unknown => apply(original, self, given);
      return invoke(realm, `${name}.${key}`, operation, () => ({ slots: undefined, args, native: onward }));
    });
  }
  return interfaceOf(shape, native, objects);
}

/**
 * Removes what the page has put over operations on one object. (A password manager wraps those of `navigator.credentials`.)
 * what was wrapped before we came are the browser's own, which nothing answers.
 */
export function uncover(changes: Changes, on: object, { prototype }: { readonly prototype: object }): void {
  const keys = ['create', 'get'];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const ours = getOwnPropertyDescriptor(prototype, key);
    if (ours !== undefined && getOwnPropertyDescriptor(on, key) !== undefined) changes.set(on, key, ours);
  }
}

/** Replaces a native function, if there is one. */
function replace(
  changes: Changes,
  target: object,
  key: string,
  part: 'value' | 'get',
  answer: (original: Native, self: unknown, args: readonly unknown[]) => unknown,
): void {
  const before = getOwnPropertyDescriptor(target, key);
  const original = before?.[part] as Native | undefined;
  if (before === undefined || typeof original !== 'function') return;
  const handler = { __proto__: null, apply: answer } as unknown as ProxyHandler<Native>;
  changes.set(target, key, { ...before, [part]: new ProxyOf(original, handler) });
}
