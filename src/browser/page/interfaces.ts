/**
 * Credential Management's and WebAuthn's interfaces for a page whose browser has none, as WebKitGTK's and WPE's builds: enough of them
 * for the page script to answer for. It goes over as text, so it uses nothing from outside itself.
 */

type Members = Readonly<Record<string, unknown>>;

/** Declares what is missing, in a secure context. @returns what takes it away again */
export function bringInterfaces(): () => void {
  const page = globalThis as unknown as Record<string, { prototype: object } | undefined>;
  const { defineProperty, deleteProperty, setPrototypeOf } = Reflect;
  const undo: (() => void)[] = [];
  const bring = (target: object, key: string, descriptor: PropertyDescriptor): void => {
    defineProperty(target, key, { ...descriptor, configurable: true });
    undo.push(() => deleteProperty(target, key));
  };
  const takeAway = (): void => {
    for (const take of undo.splice(0).reverse()) take();
  };
  if ((page as { isSecureContext?: unknown }).isSecureContext !== true) return takeAway;

  const illegal = (): never => {
    throw new TypeError('Illegal invocation');
  };
  const declare = (
    name: string,
    base: string,
    attributes: readonly string[],
    operations: Members = {},
  ): void => {
    if (page[name] !== undefined) return;
    const made = {
      [name]: class {
        constructor() {
          throw new TypeError('Illegal constructor');
        }
      },
    }[name] as { prototype: object };
    const { prototype } = made;
    const above = page[base];
    if (above !== undefined) {
      setPrototypeOf(made, above);
      setPrototypeOf(prototype, above.prototype);
    }
    for (const key of attributes) {
      const { get } = Object.getOwnPropertyDescriptor(
        {
          get [key]() {
            return illegal();
          },
        },
        key,
      ) as { get(): unknown };
      defineProperty(prototype, key, { get, enumerable: true, configurable: true });
    }
    for (const [key, value] of Object.entries(operations))
      defineProperty(prototype, key, { value, enumerable: true, configurable: true, writable: true });
    defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
    bring(page, name, { value: made, writable: true });
  };

  const bytes = (text: unknown): ArrayBuffer => {
    if (typeof text !== 'string' || !/^[\w-]*$/.test(text))
      throw new DOMException('A member is not base64url.', 'EncodingError');
    return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0))
      .buffer;
  };
  /** The places where options in JSON have bytes in base64url. */
  const PLACES =
    /^(?:challenge|user\.id|(?:allow|exclude)Credentials\[\]\.id|extensions\.(?:largeBlob\.write|credBlob|prf\.eval(?:ByCredential\.[\w-]+)?\.(?:first|second)))$/;
  const parsed = (value: unknown, place: string): unknown => {
    if (PLACES.test(place)) return bytes(value);
    if (Array.isArray(value)) return value.map((one) => parsed(one, `${place}[]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, parsed(one, place === '' ? key : `${place}.${key}`)]),
    );
  };
  const unsupported = async (): Promise<never> => {
    throw new DOMException('Only public key credentials are supported.', 'NotSupportedError');
  };

  declare('Credential', '', ['id', 'type']);
  declare('CredentialsContainer', '', [], {
    create: { create: () => unsupported() }.create,
    get: { get: (_options?: unknown) => unsupported() }.get,
    store: { store: (_credential: unknown) => unsupported() }.store,
    preventSilentAccess: { preventSilentAccess: async () => undefined }.preventSilentAccess,
  });
  const before = page.PublicKeyCredential;
  declare('PublicKeyCredential', 'Credential', ['rawId', 'response', 'authenticatorAttachment'], {
    getClientExtensionResults: illegal,
    toJSON: illegal,
  });
  if (before === undefined) {
    const asked = [
      ...[
        'isUserVerifyingPlatformAuthenticatorAvailable',
        'isConditionalMediationAvailable',
        'getClientCapabilities',
      ],
      ...['signalUnknownCredential', 'signalAllAcceptedCredentials', 'signalCurrentUserDetails'],
    ].map((key) => [key, { [key]: () => illegal() }[key]] as const);
    const statics: Members = {
      ...Object.fromEntries(asked),
      parseCreationOptionsFromJSON: (options: unknown) => parsed(options, ''),
      parseRequestOptionsFromJSON: (options: unknown) => parsed(options, ''),
    };
    for (const [key, value] of Object.entries(statics))
      defineProperty(page.PublicKeyCredential as object, key, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
  declare('AuthenticatorResponse', '', ['clientDataJSON']);
  declare('AuthenticatorAttestationResponse', 'AuthenticatorResponse', ['attestationObject'], {
    getAuthenticatorData: illegal,
    getPublicKey: illegal,
    getPublicKeyAlgorithm: illegal,
    getTransports: illegal,
  });
  declare('AuthenticatorAssertionResponse', 'AuthenticatorResponse', [
    'authenticatorData',
    'signature',
    'userHandle',
  ]);

  const { navigator } = globalThis as unknown as { navigator: { credentials?: object } };
  if (navigator.credentials === undefined) {
    const container = Object.create((page.CredentialsContainer as { prototype: object }).prototype) as object;
    bring(Object.getPrototypeOf(navigator) as object, 'credentials', {
      get: () => container,
      enumerable: true,
    });
  }
  return takeAway;
}
