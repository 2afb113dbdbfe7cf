/**
 * Interfaces as Web IDL makes them (https://webidl.spec.whatwg.org/#interface-object): constructors that refuse, attributes as
 * enumerable getters on the prototype, operations that cannot be constructed, a name for `Object.prototype.toString`, and
 * everything brand-checked.
 */
import { promised, type Realm } from '../webauthn/realm.ts';

type Operation<Slots> = (slots: Slots, ...args: unknown[]) => unknown;

/** An operation: how many arguments it must have, whether it returns a promise, and what it does. */
export interface OperationShape<Slots> {
  readonly length?: number;
  readonly promise?: boolean;
  readonly run: Operation<Slots>;
}

export interface InterfaceShape<Slots> {
  readonly name: string;
  readonly parent?: Parent<Slots>;
  readonly attributes?: Readonly<Record<string, (slots: Slots) => unknown>>;
  readonly operations?: Readonly<Record<string, OperationShape<Slots>>>;
  readonly statics?: Readonly<Record<string, OperationShape<undefined>>>;
}

/** What a derived interface needs of the one it is derived from. */
interface Parent<Slots> {
  readonly interfaceObject: new () => object;
  /** Told of every object of a derived interface. */
  adopt(thing: object, slots: Slots): void;
}

/** An interface in a realm. */
export interface Interface<Slots> extends Parent<Slots> {
  readonly name: string;
  /** Makes an object of it, with what it holds inside. */
  make(slots: Slots): object;
  /** What such an object, or one of a derived interface, holds inside; undefined for anything else. */
  slotsOf(thing: unknown): Slots | undefined;
}

/** Makes an interface in a realm. */
export function defineInterface<Slots>(realm: Realm, shape: InterfaceShape<Slots>): Interface<Slots> {
  const { name, parent } = shape;
  const objects = new WeakMap<object, Slots>();
  const interfaceObject = {
    [name]: class {
      constructor() {
        throw new realm.TypeError('Illegal constructor');
      }
    },
  }[name] as unknown as new () => object;
  const prototype = interfaceObject.prototype as object;
  Object.setPrototypeOf(interfaceObject, parent?.interfaceObject ?? realm.Function.prototype);
  Object.setPrototypeOf(prototype, (parent?.interfaceObject.prototype as object) ?? realm.Object.prototype);

  const own = (thing: unknown): Slots => {
    const slots = objects.get(thing as object);
    if (slots === undefined) throw new realm.TypeError(`Illegal invocation: expected a ${name}`);
    return slots;
  };
  for (const [attribute, read] of Object.entries(shape.attributes ?? {})) {
    const { get } = Object.getOwnPropertyDescriptor(
      {
        get [attribute]() {
          return read(own(this));
        },
      },
      attribute,
    ) as { get: () => unknown };
    inRealm(realm, get);
    Object.defineProperty(prototype, attribute, { get, enumerable: true, configurable: true });
  }
  for (const [operation, { length = 0, promise = false, run }] of Object.entries(shape.operations ?? {})) {
    method(realm, prototype, `${name}.${operation}`, {
      length,
      promise,
      run: (self, args) => run(own(self), ...args),
    });
  }
  for (const [operation, { length = 0, promise = false, run }] of Object.entries(shape.statics ?? {})) {
    method(realm, interfaceObject, `${name}.${operation}`, {
      length,
      promise,
      run: (_, args) => run(undefined, ...args),
    });
  }
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });

  const adopt = (thing: object, slots: Slots): void => {
    objects.set(thing, slots);
    parent?.adopt(thing, slots);
  };
  return {
    name,
    interfaceObject,
    make(slots) {
      const thing = Object.create(prototype) as object;
      adopt(thing, slots);
      return thing;
    },
    slotsOf: (thing) => objects.get(thing as object),
    adopt,
  };
}

interface Method {
  readonly length: number;
  readonly promise: boolean;
  readonly run: (self: unknown, args: readonly unknown[]) => unknown;
}

/** Puts an operation on a prototype or constructor. One that returns a promise rejects where others throw. */
function method(realm: Realm, on: object, path: string, { length, promise, run }: Method): void {
  const name = path.slice(path.indexOf('.') + 1);
  const call = (self: unknown, args: readonly unknown[]): unknown => {
    if (args.length < length)
      throw new realm.TypeError(
        `${path}(): expected ${length} argument${length === 1 ? '' : 's'}, got ${args.length}.`,
      );
    return run(self, args);
  };
  const operation = {
    [name](this: unknown, ...args: unknown[]): unknown {
      return promise ? promised(realm, () => call(this, args)) : call(this, args);
    },
  }[name] as () => unknown;
  Object.defineProperty(operation, 'length', { value: length, configurable: true });
  inRealm(realm, operation);
  Object.defineProperty(on, name, { value: operation, writable: true, enumerable: true, configurable: true });
}

function inRealm(realm: Realm, operation: object): void {
  Object.setPrototypeOf(operation, realm.Function.prototype);
}
