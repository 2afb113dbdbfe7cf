// @ts-nocheck: runs in two globals, neither of them typed.
/**
 * The shape of WebAuthn's classes in a global: every own property of constructors and prototypes, with its flags, and what
 * describes functions (their names, lengths, whether they have a prototype).
 *
 * This function is also sent to a browser as text, so it uses nothing from outside.
 */
export function shapeOf(global, names) {
  const standIn = (value) =>
    typeof value === 'function'
      ? `${value.name}/${value.length}${Object.hasOwn(value, 'prototype') ? ', constructor' : ''}`
      : typeof value === 'object'
        ? 'object'
        : value;
  const flags = (descriptor) =>
    ['writable', 'enumerable', 'configurable'].filter((flag) => descriptor[flag]).join(' ');
  const properties = (object) =>
    Object.fromEntries(
      Reflect.ownKeys(object)
        .map((key) => {
          const descriptor = Object.getOwnPropertyDescriptor(object, key);
          const what =
            'value' in descriptor
              ? standIn(descriptor.value)
              : `${standIn(descriptor.get)}, ${standIn(descriptor.set)}`;
          return [String(key), `${what}: ${flags(descriptor)}`];
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  const inherited = (Class) => {
    const parent = Object.getPrototypeOf(Class);
    return parent === global.Function.prototype ? 'Function.prototype' : parent.name;
  };
  return Object.fromEntries(
    names.map((name) => {
      const Class = global[name];
      const above = Object.getPrototypeOf(Class.prototype);
      const attempt = (work) => {
        try {
          work();
          return 'nothing';
        } catch (error) {
          return error instanceof global.TypeError ? 'TypeError' : error.name;
        }
      };
      return [
        name,
        {
          global: flags(Object.getOwnPropertyDescriptor(global, name)),
          inherits: inherited(Class),
          above: above === global.Object.prototype ? 'Object.prototype' : above.constructor.name,
          constructor: properties(Class),
          prototype: properties(Class.prototype),
          constructed: attempt(() => new Class()),
          called: attempt(() => Class()),
          read: Reflect.ownKeys(Class.prototype)
            .filter((key) => Object.getOwnPropertyDescriptor(Class.prototype, key).get)
            .map((key) => attempt(() => Class.prototype[key])),
        },
      ];
    }),
  );
}

/** The shape of a credential and its response: what `in` and `for` find, what stays the same, what JSON has. */
export function shapeOfCredential(credential) {
  const keys = (object) => {
    const found = [];
    for (const key in object) found.push(key);
    return found;
  };
  const { response } = credential;
  const json = credential.toJSON();
  return {
    own: Reflect.ownKeys(credential).length + Reflect.ownKeys(response).length,
    tags: [String(credential), String(response)],
    members: keys(credential),
    responseMembers: keys(response),
    same: [
      () => credential.rawId,
      () => credential.response,
      () => response.clientDataJSON,
      () => credential.getClientExtensionResults(),
      () => response.getAuthenticatorData?.(),
      () => response.getPublicKey?.(),
    ]
      .map((read) => [read(), read()])
      .map(([first, second]) => first === second),
    json: Object.keys(json),
    responseJson: Object.keys(json.response),
    stringified: JSON.stringify(credential) === JSON.stringify(json),
    attachment: json.authenticatorAttachment,
    type: credential.type,
    extensions: JSON.stringify(json.clientExtensionResults),
  };
}
