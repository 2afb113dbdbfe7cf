/**
 * What runs in the page, before any script of its own: `navigator.credentials` asks us, and what comes back are objects of the
 * browser's own classes. It goes over as text, so it uses nothing from outside itself, and keeps what it needs of the page's
 * globals before the page can change them.
 */

import { bringInterfaces } from './interfaces.ts';

/** Question of a page, as text in JSON. */
export interface PageQuestion {
  readonly id: number;
  readonly op: PageOperation | 'cancel';
  readonly argument?: unknown;
  readonly mediation?: unknown;
  /** Whether the page's user has just done something in it. */
  readonly active?: boolean;
}

/** All that a page can reach. */
type PageOperation =
  | 'create'
  | 'get'
  | 'capabilities'
  | 'signalUnknownCredential'
  | 'signalAllAcceptedCredentials'
  | 'signalCurrentUserDetails';

/** What is put back to the page: a value, or an error by its class, or a request to put everything back as it was. */
export type PageAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } }
  | { readonly restore: true };

type Method = (this: unknown, ...args: unknown[]) => unknown;
type Slots = Record<string, unknown>;
type Json = Record<string, unknown>;
interface Class {
  new (...args: unknown[]): object;
  readonly prototype: object;
}
interface PageSignal extends EventTarget {
  readonly aborted: boolean;
  readonly reason: unknown;
}

function pageScript(name: string, bring: () => () => void): void {
  const page = globalThis as unknown as Record<string, unknown>;
  const send = page[name] as (text: string) => void;
  Reflect.deleteProperty(page, name);
  const takeAway = bring();
  const { CredentialsContainer, PublicKeyCredential, Credential, AbortSignal, navigator } = page as Record<
    string,
    Class
  >;
  // An insecure context has none of it, and gets none.
  if (typeof send !== 'function' || CredentialsContainer === undefined || PublicKeyCredential === undefined)
    return;
  const { AuthenticatorResponse, AuthenticatorAttestationResponse, AuthenticatorAssertionResponse } =
    page as Record<string, Class>;
  const { stringify, parse } = JSON;
  const { btoa, atob } = globalThis;
  const { apply, defineProperty, getOwnPropertyDescriptor, deleteProperty } = Reflect;
  const container = (navigator as unknown as { credentials: object }).credentials;
  const activation = (navigator as unknown as { userActivation?: { isActive: boolean } }).userActivation;
  const slotsOf = new WeakMap<object, Slots>();
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  const undo: (() => void)[] = [takeAway];
  let last = 0;
  let busy = false;

  const bytesOf = (value: unknown): Uint8Array | undefined => {
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    try {
      // Only an ArrayBuffer, of any realm, can be under a DataView.
      return new Uint8Array(new DataView(value as ArrayBuffer).buffer);
    } catch {
      return undefined;
    }
  };
  const encode = (bytes: Uint8Array): string => {
    let text = '';
    for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i] as number);
    return btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  };
  const decode = (text: unknown): unknown => {
    if (typeof text !== 'string') return text;
    const binary = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return bytes.buffer;
  };

  /** The places where options have bytes and nothing else. */
  const PLACES = ['challenge', 'user.id', 'allowCredentials[].id', 'excludeCredentials[].id'];
  /** Options as JSON: bytes in base64url, wherever they stand. */
  const plain = (value: unknown, place: string, depth: number): unknown => {
    const bytes = typeof value === 'object' && value !== null ? bytesOf(value) : undefined;
    if (bytes !== undefined) return encode(bytes);
    if (PLACES.includes(place) && value !== undefined)
      throw new TypeError(
        `The provided value for ${place} is not of type '(ArrayBuffer or ArrayBufferView)'.`,
      );
    if (typeof value !== 'object' || value === null) return value;
    if (depth > 8) throw new TypeError(`${place}: expected options, got something too deep.`);
    if (Array.isArray(value)) return value.map((element) => plain(element, `${place}[]`, depth + 1));
    const copy: Json = {};
    for (const key in value)
      copy[key] = plain((value as Json)[key], place ? `${place}.${key}` : key, depth + 1);
    return copy;
  };

  /** The results of extensions that are bytes. */
  const results = (json: Json): Json => {
    const bytes = ['first', 'second', 'blob', 'getCredBlob', 'output1', 'output2', 'signature'];
    const copy: Json = {};
    for (const [key, value] of Object.entries(json)) {
      if (bytes.includes(key)) copy[key] = decode(value);
      else copy[key] = typeof value === 'object' && value !== null ? results(value as Json) : value;
    }
    return copy;
  };

  const errorOf = ({ name, message }: { name: string; message: string }): unknown =>
    name === 'TypeError' ? new TypeError(message) : new DOMException(message, name);

  /** Asks, and waits for the answer or the page's own abort. */
  const ask = (op: string, question: Json, signal?: PageSignal): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      waiting.set(id, { resolve, reject });
      signal?.addEventListener(
        'abort',
        () => {
          if (!waiting.delete(id)) return;
          send(stringify({ id, op: 'cancel' }));
          reject(signal.reason);
        },
        { once: true },
      );
      send(stringify({ ...question, id, op }));
    });

  const object = (of: Class, slots: Slots): object => {
    const made = Object.create(of.prototype) as object;
    slotsOf.set(made, slots);
    return made;
  };
  const credential = (value: unknown): object => {
    const json = value as Json & { response: Json };
    const { response } = json;
    const common = { clientDataJSON: decode(response.clientDataJSON) };
    const bytes = {
      authenticatorData: decode(response.authenticatorData),
      ...(response.attestationObject === undefined
        ? { signature: decode(response.signature), userHandle: decode(response.userHandle) ?? null }
        : {
            attestationObject: decode(response.attestationObject),
            publicKey: response.publicKey ?? null,
            publicKeyAlgorithm: response.publicKeyAlgorithm,
            transports: response.transports,
          }),
    };
    return object(PublicKeyCredential, {
      json,
      id: json.id,
      type: json.type,
      rawId: decode(json.rawId),
      authenticatorAttachment: json.authenticatorAttachment ?? null,
      response: object(
        (response.attestationObject === undefined
          ? AuthenticatorAssertionResponse
          : AuthenticatorAttestationResponse) as Class,
        { ...common, ...bytes },
      ),
    });
  };

  /** Puts a function in the place of a native one; one that it does not answer for goes on to it. */
  const replace = (
    target: object,
    key: string,
    part: 'value' | 'get',
    answer: (native: Method, self: unknown, args: unknown[]) => unknown,
  ): void => {
    const before = getOwnPropertyDescriptor(target, key);
    const native = before?.[part] as Method | undefined;
    if (before === undefined || native === undefined) return;
    const replaced = {
      call(this: unknown, ...args: unknown[]): unknown {
        return answer(native, this, args);
      },
    }.call;
    defineProperty(replaced, 'name', { value: native.name, configurable: true });
    defineProperty(replaced, 'length', { value: native.length, configurable: true });
    defineProperty(target, key, { ...before, [part]: replaced });
    undo.push(() => defineProperty(target, key, before));
  };
  const attribute = (of: Class | undefined, key: string): void => {
    if (of === undefined) return;
    replace(of.prototype, key, 'get', (native, self, args) => {
      const slots = slotsOf.get(self as object);
      return slots !== undefined && key in slots ? slots[key] : apply(native, self, args);
    });
  };
  const operation = (of: Class | undefined, key: string, read: (slots: Slots) => unknown): void => {
    if (of === undefined) return;
    replace(of.prototype, key, 'value', (native, self, args) => {
      const slots = slotsOf.get(self as object);
      return slots === undefined ? apply(native, self, args) : read(slots);
    });
  };

  for (const key of ['id', 'type']) attribute(Credential, key);
  for (const key of ['rawId', 'response', 'authenticatorAttachment']) attribute(PublicKeyCredential, key);
  attribute(AuthenticatorResponse, 'clientDataJSON');
  attribute(AuthenticatorAttestationResponse, 'attestationObject');
  for (const key of ['authenticatorData', 'signature', 'userHandle'])
    attribute(AuthenticatorAssertionResponse, key);
  operation(PublicKeyCredential, 'toJSON', ({ json }) => parse(stringify(json)));
  operation(PublicKeyCredential, 'getClientExtensionResults', ({ json }) =>
    results((json as Json).clientExtensionResults as Json),
  );
  const response = AuthenticatorAttestationResponse;
  operation(response, 'getAuthenticatorData', ({ authenticatorData }) =>
    (authenticatorData as ArrayBuffer).slice(0),
  );
  operation(response, 'getPublicKey', ({ publicKey }) => decode(publicKey));
  operation(response, 'getPublicKeyAlgorithm', ({ publicKeyAlgorithm }) => publicKeyAlgorithm);
  operation(response, 'getTransports', ({ transports }) => parse(stringify(transports)));

  for (const op of ['create', 'get']) {
    replace(CredentialsContainer.prototype, op, 'value', (native, self, args) => {
      const options = args[0] as
        | { publicKey?: unknown; signal?: PageSignal; mediation?: unknown }
        | undefined;
      if (self !== container || typeof options !== 'object' || options === null || !('publicKey' in options))
        return apply(native, self, args);
      return (async () => {
        const { publicKey, signal, mediation } = options;
        if (signal !== undefined && !(signal instanceof (AbortSignal as Class)))
          throw new TypeError("Failed to read the 'signal' property: it is not of type 'AbortSignal'.");
        const argument = plain(publicKey, '', 0);
        if (signal?.aborted) throw signal.reason;
        if (busy) throw new DOMException('A request is already pending.', 'OperationError');
        busy = true;
        const free = (): void => {
          busy = false;
        };
        signal?.addEventListener('abort', free, { once: true });
        try {
          const made = await ask(op, { argument, mediation, active: activation?.isActive ?? false }, signal);
          return made === null ? null : credential(made);
        } finally {
          if (!signal?.aborted) free();
          signal?.removeEventListener('abort', free);
        }
      })();
    });
  }

  const capability = (key: string, of: string): void =>
    replace(
      PublicKeyCredential,
      key,
      'value',
      async () => ((await ask('capabilities', {})) as Json)[of] === true,
    );
  capability('isUserVerifyingPlatformAuthenticatorAvailable', 'userVerifyingPlatformAuthenticator');
  capability('isConditionalMediationAvailable', 'conditionalGet');
  replace(PublicKeyCredential, 'getClientCapabilities', 'value', () => ask('capabilities', {}));
  for (const op of ['signalUnknownCredential', 'signalAllAcceptedCredentials', 'signalCurrentUserDetails'])
    replace(PublicKeyCredential, op, 'value', async (_native, _self, [options]) => {
      if (typeof options !== 'object' || options === null) throw new TypeError('Expected options.');
      await ask(op, { argument: plain(options, '', 0) });
    });

  // The way back: reached by the debugger under the name that the way out had. It can settle this page's questions only.
  const deliver = (text: string): void => {
    const answer = parse(text) as PageAnswer;
    if ('restore' in answer) {
      for (const put of undo.splice(0).reverse()) put();
      deleteProperty(page, name);
      const gone = new DOMException('The operation was aborted.', 'AbortError');
      for (const { reject } of waiting.values()) reject(gone);
      waiting.clear();
      return;
    }
    const asked = waiting.get(answer.id);
    if (!waiting.delete(answer.id) || asked === undefined) return;
    if ('error' in answer) asked.reject(errorOf(answer.error));
    else asked.resolve(answer.value);
  };
  defineProperty(page, name, { value: deliver, configurable: true });
}

/** The source of a function that is given the name of the way out, and runs in a page. */
export const PAGE_SCRIPT: string = `(name) => (${pageScript.toString()})(name, ${bringInterfaces.toString()})`;
