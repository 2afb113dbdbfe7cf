/**
 * Interfaces as Web IDL makes them (https://webidl.spec.whatwg.org/#interface-object): constructors that refuse, attributes as
 * enumerable getters on the prototype, operations that cannot be constructed, a name for `Object.prototype.toString`, and
 * everything brand-checked. Where a browser has an interface already, graft.ts puts ours into it.
 */
import { createObject, Memory, ProxyOf } from '../base/primordials.ts';
import { promised, type Realm } from '../webauthn/realm.ts';

/** A call of an operation. */
export interface Invocation<Slots> {
  readonly slots: Slots;
  readonly args: readonly unknown[];
  /** The browser's own operation in the same place, where it has one: called with the same `this`. */
  readonly native: ((args: readonly unknown[]) => unknown) | undefined;
}

/** An operation: how many arguments it must have, whether it returns a promise, and what it does. */
export interface OperationShape<Slots> {
  readonly length?: number;
  /** Whether a thrown error becomes a rejected promise. */
  readonly promise?: boolean;
  /** Whether a browser's own operation stays, because it needs nothing of ours. */
  readonly leaveNative?: boolean;
  readonly run: (invocation: Invocation<Slots>) => unknown;
}

type Attributes<Slots> = Readonly<Record<string, (slots: Slots) => unknown>>;
type Operations<Slots> = Readonly<Record<string, OperationShape<Slots>>>;

export interface InterfaceShape<Slots> {
  readonly name: string;
  readonly parent?: Parent<Slots>;
  readonly attributes?: Attributes<Slots>;
  readonly operations?: Operations<Slots>;
  readonly statics?: Operations<undefined>;
}

/** What a derived interface needs of the one it is derived from. */
interface Parent<Slots> {
  readonly interfaceObject: new () => object;
  /** Called with every object of a derived interface. */
  adopt(thing: object, slots: Slots): void;
}

/** An interface in a realm. */
export interface Interface<Slots> extends Parent<Slots> {
  readonly name: string;
  /** Makes an object of it, with its slots. */
  make(slots: Slots): object;
  /** The slots of such an object, or of one of a derived interface; undefined for anything else. */
  slotsOf(thing: unknown): Slots | undefined;
}

/** How interfaces come into a realm: as new ones, or put into those of the browser. */
export type Define = <Slots>(realm: Realm, shape: InterfaceShape<Slots>) => Interface<Slots>;

const NOTHING = Object.freeze(Object.create(null)) as object;

/** The rest of an interface, given its constructor. */
export function interfaceOf<Slots>(
  { name, parent }: InterfaceShape<Slots>,
  interfaceObject: new () => object,
  objects: Memory<Slots>,
): Interface<Slots> {
  const prototype = interfaceObject.prototype as object;
  const adopt = (thing: object, slots: Slots): void => {
    objects.set(thing, slots);
    parent?.adopt(thing, slots);
  };
  return {
    name,
    interfaceObject,
    make(slots) {
      // As platform objects that are not serializable, a Proxy is refused by structured clone.
      const thing = new ProxyOf(createObject(prototype), NOTHING);
      adopt(thing, slots);
      return thing;
    },
    slotsOf: (thing) => objects.get(thing),
    adopt,
  };
}

/** Runs an operation as Web IDL calls it. One that returns a promise rejects where others throw. */
export function invoke<Slots>(
  realm: Realm,
  path: string,
  { length = 0, promise = false, run }: OperationShape<Slots>,
  invocation: () => Invocation<Slots>,
): unknown {
  try {
    const given = invocation();
    const got = given.args.length;
    if (got < length)
      throw new realm.TypeError(
        `${path}(): expected ${length} argument${length === 1 ? '' : 's'}, got ${got}.`,
      );
    return run(given);
  } catch (error) {
    if (!promise) throw error;
    return promised(realm, (_, reject) => reject(error));
  }
}

/** Makes an interface in a realm. */
export function defineInterface<Slots>(realm: Realm, shape: InterfaceShape<Slots>): Interface<Slots> {
  const { name, parent } = shape;
  const objects = new Memory<Slots>();
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
    const slots = objects.get(thing);
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
  for (const [key, operation] of Object.entries(shape.operations ?? {}))
    define(realm, prototype, key, operation, (self, args) =>
      invoke(realm, `${name}.${key}`, operation, () => ({ slots: own(self), args, native: undefined })),
    );
  for (const [key, operation] of Object.entries(shape.statics ?? {}))
    define(realm, interfaceObject, key, operation, (_, args) =>
      invoke(realm, `${name}.${key}`, operation, () => ({ slots: undefined, args, native: undefined })),
    );
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
  return interfaceOf(shape, interfaceObject, objects);
}

/** Puts an operation on a prototype or constructor. */
function define(
  realm: Realm,
  on: object,
  name: string,
  { length = 0 }: { readonly length?: number },
  call: (self: unknown, args: readonly unknown[]) => unknown,
): void {
  const operation = {
    [name](this: unknown, ...args: unknown[]): unknown {
      return call(this, args);
    },
  }[name] as () => unknown;
  Object.defineProperty(operation, 'length', { value: length, configurable: true });
  inRealm(realm, operation);
  Object.defineProperty(on, name, { value: operation, writable: true, enumerable: true, configurable: true });
}

function inRealm(realm: Realm, operation: object): void {
  Object.setPrototypeOf(operation, realm.Function.prototype);
}
