/**
 * Shapes of values that are handed in. One shape gives the check, its messages and the JSON Schema.
 * Each part has the words for what is expected. An unknown member is refused by name.
 */
import { isBytes } from './bytes.ts';
import type { JsonSchema } from './json-schema.ts';
import { nearest } from './nearest.ts';
import { once } from './once.ts';
import { expected, expectedOneOf, expectedSecret, noSuch, shown } from './shape-words.ts';
import { StuntkeyError, type StuntkeyErrorCode } from './stuntkey-error.ts';
import * as v from './valibot.ts';

/** The shape of a `T`. (A type of our own, so that valibot's types are not in the package's.) */
export interface Shape<T> {
  /** What checks it, as valibot has it. @internal */
  readonly schema: object;
  readonly '~output'?: T;
}

/** The shape of a member that may be absent. */
export interface MaybeShape<T> extends Shape<T> {
  readonly '~optional': true;
}

/** The members of an object's shape. */
export type Members = Readonly<Record<string, Shape<unknown>>>;

/** The shapes of an interface's members. */
export type MembersOf<T> = {
  readonly [M in keyof T]-?: Pick<Partial<T>, M> extends Pick<T, M> ? MaybeShape<T[M]> : Shape<T[M]>;
};

type Output<S> = S extends Shape<infer T> ? T : never;
type Optional<E> = { [M in keyof E]: E[M] extends MaybeShape<unknown> ? M : never }[keyof E];

/** An object of such members. */
export type Exactly<E> = { -readonly [M in Exclude<keyof E, Optional<E>>]: Output<E[M]> } & {
  -readonly [M in Optional<E>]?: Output<E[M]>;
};

type Schema<T> = v.GenericSchema<unknown, T>;

/** A shape whose schema is made when the first value is checked: a start makes hundreds of shapes, and checks nothing. */
class LateShape<T> implements Shape<T> {
  /** Whether it is that of a member that may be absent. */
  readonly optional: boolean;
  readonly #make: () => Schema<T>;
  #made: Schema<T> | undefined;

  constructor(make: () => Schema<T>, optional: boolean) {
    this.#make = make;
    this.optional = optional;
  }

  get schema(): Schema<T> {
    this.#made ??= this.#make();
    return this.#made;
  }
}

const inside = <T>(shape: Shape<T>): Schema<T> => shape.schema as never;
const outside = <T>(make: () => Schema<T>, optional = false): Shape<T> => new LateShape(make, optional);

/**
 * Checks a value against a shape.
 *
 * @param at the value's name in messages
 * @returns the value, its plain objects and arrays copied
 * @throws StuntkeyError that names the member, what was expected, what was given, and the word that was probably meant
 */
export function check<T>(shape: Shape<T>, value: unknown, code: StuntkeyErrorCode, at = ''): T {
  const problem = problemOf(shape, value, at);
  if (typeof problem === 'string') throw new StuntkeyError(code, problem);
  return problem.value;
}

/** A sentence that says what is wrong with a value; or the value. */
export function problemOf<T>(shape: Shape<T>, value: unknown, at = ''): string | { readonly value: T } {
  const { issues, output } = v.safeParse(inside(shape), value, { abortEarly: true });
  const first = issues?.[0];
  if (first === undefined) return { value: output as T };
  const issue = (first.input === undefined && misspelled(shape, value, first)) || first;
  const path = (issue.path ?? []).reduce(
    (name, { key }) =>
      typeof key === 'number' ? `${name}[${key}]` : name === '' ? String(key) : `${name}.${key}`,
    at,
  );
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** An unknown member beside a missing one: the misspelled name explains the missing one. */
function misspelled<T>(
  shape: Shape<T>,
  value: unknown,
  { path }: v.BaseIssue<unknown>,
): v.BaseIssue<unknown> | undefined {
  return v
    .safeParse(inside(shape), value)
    .issues?.find((issue) => issue.expected === 'never' && issue.path?.length === path?.length);
}

type Run<S extends { readonly '~run': unknown }> = S['~run'];

type Config = Parameters<Run<v.GenericSchema>>[1];
type Loose = Readonly<Record<string, unknown>>;

/**
 * Reads an object. (To valibot an array is an object, too.)
 *
 * @param right reads what is right, in a fraction of valibot's time; undefined for what may be wrong, about which valibot has the word
 */
function plain(
  schema: () => v.GenericSchema,
  what: string,
  right: (value: Loose, config: Config) => object | undefined,
  tidy: (output: object) => void = () => {},
): Run<v.GenericSchema> {
  const isPlain = (value: unknown): value is Loose =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
  const other = that<object>(isPlain, what);
  return (dataset, config) => {
    const { value } = dataset;
    if (!isPlain(value)) return inside(other)['~run'](dataset, config);
    const read = right(value, config);
    if (read !== undefined) return Object.assign(dataset, { typed: true as const, value: read });
    const slowly = schema()['~run'](dataset, config);
    tidy(slowly.value as object);
    return slowly;
  };
}

/**
 * An object of just these members. One that is undefined counts as absent.
 *
 * @param given the members, or what makes them when the first value is checked
 */
export function exactly<const E extends Members>(
  given: E | (() => E),
  what = 'an object',
): Shape<Exactly<E>> {
  return outside(() => {
    const members = typeof given === 'function' ? given() : given;
    const names = Object.keys(members);
    // (Only for what may be wrong: most options are not given, and their schemas are not made.)
    const whole = once(() =>
      v.strictObject(
        Object.fromEntries(names.map((name) => [name, inside(members[name] as Shape<unknown>)])),
        // A member too many, or one too few.
        (issue) => (issue.expected === 'never' ? noSuch(issue.input, names) : 'expected a value, got none'),
      ),
    );
    const tidy = (output: object): void => {
      for (const name of names) if (output[name as never] === undefined) delete output[name as never];
    };
    const right = (value: Loose, config: Config): object | undefined => {
      for (const name in value) if (!Object.hasOwn(members, name)) return undefined;
      const output: Record<string, unknown> = {};
      for (const name of names) {
        const member = value[name];
        const shape = members[name] as LateShape<unknown>;
        if (member === undefined) {
          if (!shape.optional && shape.schema.type !== 'optional') return undefined;
          continue;
        }
        const read = shape.schema['~run']({ value: member }, config);
        if (read.issues !== undefined) return undefined;
        output[name] = read.value;
      }
      return output;
    };
    const run = plain(whole, what, right, tidy);
    return {
      kind: 'schema',
      type: 'strict_object',
      expects: 'Object',
      async: false,
      get entries() {
        return whole().entries;
      },
      '~run': run,
    } as never;
  }) as Shape<never>;
}

/** A member that need not be there. */
export function maybe<T>(shape: Shape<T>): MaybeShape<T> {
  return outside(() => v.optional(inside(shape)), true) as never;
}

/** One of some texts. */
export function oneOf<const T extends string>(options: readonly T[]): Shape<T> {
  return outside(() =>
    v.picklist(
      options,
      expectedOneOf(options, (input) => nearest(input, options)),
    ),
  );
}

/** One of some numbers. @param named the number that goes by a name */
export function oneOfNumbers<const T extends number>(
  options: readonly T[],
  named: (name: unknown) => T | undefined = () => undefined,
): Shape<T> {
  return outside(() => v.picklist(options, expectedOneOf(options, named)));
}

export const flag: Shape<boolean> = outside(() => v.boolean(expected('true or false')));

/** A whole number within bounds, both included. */
export function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  const what = expected(
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${least}`
      : `a whole number from ${least} to ${most}`,
  );
  return outside(() =>
    v.pipe(v.number(what), v.integer(what), v.minValue(least, what), v.maxValue(most, what)),
  );
}

/** How many: a whole number, or Infinity. */
export function count(least = 0): Shape<number> {
  const what = expected(`a whole number of at least ${least}, or Infinity`);
  return outside(() =>
    v.pipe(
      v.number(what),
      v.check((value) => Number.isInteger(value) || value === Number.POSITIVE_INFINITY, what),
      v.minValue(least, what),
      v.metadata({ type: 'integer' }),
    ),
  );
}

/** A number of milliseconds, seconds or the like within bounds. */
export function amount(least: number, most: number = Number.MAX_SAFE_INTEGER): Shape<number> {
  const what = expected(
    most === Number.MAX_SAFE_INTEGER ? `a number of at least ${least}` : `a number from ${least} to ${most}`,
  );
  return outside(() => v.pipe(v.number(what), v.minValue(least, what), v.maxValue(most, what)));
}

export interface TextOptions {
  /** Code points. */
  readonly least?: number;
  readonly most?: number;
  readonly pattern?: RegExp;
  /** In messages. Default: "a text", with its length. */
  readonly what?: string;
  /** Keeps what came out of messages. */
  readonly secret?: true;
}

/** A text. */
export function text({ least = 0, most, pattern, what, secret }: TextOptions = {}): Shape<string> {
  const length = most === undefined ? (least > 0 ? ` of at least ${least}` : '') : ` of ${least} to ${most}`;
  const words = what ?? `a text${length}${length === '' ? '' : ' characters'}`;
  const say = secret ? expectedSecret(words) : expected(words);
  return outside(() =>
    v.pipe(
      v.string(say),
      // (JSON Schema counts code points.)
      v.check((value) => least <= 0 || [...value].length >= least, say),
      v.check((value) => most === undefined || value.length <= most || [...value].length <= most, say),
      v.check((value) => pattern === undefined || pattern.test(value), say),
      v.metadata({
        ...(least > 0 && { minLength: least }),
        ...(most !== undefined && { maxLength: most }),
        ...(pattern !== undefined && { pattern: pattern.source }),
      }),
    ),
  );
}

/** An array. */
export function listOf<T>(item: Shape<T>, what: string, least = 0): Shape<T[]> {
  const say = expected(what);
  return outside(() => v.pipe(v.array(inside(item), say), v.minLength(least, say)));
}

/** Names that a record leaves out. */
const UNSAFE: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

/** An object whose members have names of the user's own. */
export function recordOf<T>(item: Shape<T>, what: string): Shape<Record<string, T>> {
  const right = (value: Loose): object | undefined => {
    if (item !== anything) return undefined;
    for (const name in value) if (!Object.hasOwn(value, name) || UNSAFE.has(name)) return undefined;
    return { ...value };
  };
  return outside(() => {
    const schema = v.record(v.string(), inside(item), expected(what));
    return { ...schema, '~run': plain(() => schema, what, right) } as never;
  });
}

/** Bytes: any Uint8Array of that length. */
export function bytes(least: number, most: number = least): Shape<Uint8Array> {
  return that<Uint8Array>(
    (value) => isBytes(value) && value.length >= least && value.length <= most,
    `${least === most ? least : `${least} to ${most}`} bytes (a Uint8Array)`,
  );
}

/** An object that has these methods: one that is handed in, and called. */
export function having<T extends object>(what: string, ...methods: readonly (keyof T & string)[]): Shape<T> {
  return outside(() =>
    v.custom<T>(
      (value) =>
        (typeof value === 'object' || typeof value === 'function') &&
        value !== null &&
        methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
      ({ input }) => {
        const missing =
          typeof input !== 'object' || input === null
            ? undefined
            : methods.find((name) => typeof (input as Record<string, unknown>)[name] !== 'function');
        const which = missing === undefined ? '' : ` without ${missing}()`;
        return `expected ${what}, got ${shown(input)}${which}`;
      },
    ),
  );
}

/** A value for which something holds. */
export function that<T>(holds: (value: unknown) => boolean, what: string): Shape<T> {
  return outside(() => v.custom<T>(holds, expected(what)));
}

/** A function that is handed in, and called. */
export function callable<T extends (...args: never[]) => unknown>(what = 'a function'): Shape<T> {
  return that<T>((value) => typeof value === 'function', what);
}

export const abortSignal: Shape<AbortSignal> = that<AbortSignal>(
  (value) => typeof value === 'object' && value !== null && 'aborted' in value,
  'an AbortSignal',
);

/** One of several shapes, said in words. */
export function either<A, B>(a: Shape<A>, b: Shape<B>, what: string, secret?: 'secret'): Shape<A | B> {
  return outside(() => v.union([inside(a), inside(b)], secret ? expectedSecret(what) : expected(what)));
}

/** Nothing, on purpose. */
export const nothing: Shape<null> = outside(() => v.null_(expected('null')));

/** Any value: other code checks it. */
export const anything: Shape<unknown> = outside(() => v.unknown());

/**
 * A shape with further demands, which have words of their own.
 *
 * @param json the same in JSON Schema, where the shape has such a form
 */
export function such<T>(
  shape: Shape<T>,
  holds: (value: T) => boolean,
  what: string,
  json: JsonSchema = {},
): Shape<T> {
  return outside(() => v.pipe(inside(shape), v.check(holds, expected(what)), v.metadata({ ...json })));
}

/** A shape with what its JSON Schema says of it: a description, a default. */
export function described<T>(shape: Shape<T>, json: JsonSchema | string): Shape<T> {
  const said = typeof json === 'string' ? { description: json } : json;
  return outside(() => v.pipe(inside(shape), v.metadata({ ...said })));
}
