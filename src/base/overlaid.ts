/** An object with some of its members replaced, and otherwise itself. */

/**
 * The same object, with others' members in front of its own. Its functions run on the object itself, so that private members
 * are there for them.
 */
export function overlaid<T extends object>(
  target: T,
  members: { readonly [M in keyof T]?: T[M] | undefined },
): T {
  return new Proxy(target, {
    get(target, name) {
      if (Object.hasOwn(members, name)) return members[name as keyof T];
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
