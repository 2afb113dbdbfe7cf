/**
 * The script that runs in a page of any browser tool: `navigator.credentials` asks an HTTP door (docs/http.md), over the page's own
 * fetch. scripts/page.js bundles it, with its imports, into one text. The page's origin is what its browser says to the door.
 */
import { apply, bareObject, define, getterOf, own, parse, stringify } from '../base/primordials.ts';
import { domException, type Realm, realmOf, type Work } from '../webauthn/realm.ts';
import type { Answers, CredentialJson, Json } from './answers.ts';
import { furnish, type PageGlobal } from './furnish.ts';
import { Changes } from './graft.ts';
import { isHere } from './here.ts';
import { surroundingsOf } from './surroundings.ts';

/** The argument of the function that scripts/page.js makes of this file. */
declare const way: {
  /** Where the door is, or a named authenticator behind it. */
  readonly url: string;
  /** The bridge's own token. */
  readonly token: string;
};

/** The parts of the DOM that are used here. */
interface Window extends PageGlobal {
  readonly isSecureContext?: boolean;
  readonly location: { readonly origin: string };
  readonly console?: { error(text: string): void };
  readonly Response: { readonly prototype: object };
  readonly Promise: PromiseConstructor;
  readonly AbortController: { new (): object; readonly prototype: object };
  readonly MessageChannel: { new (): { readonly port1: Port; readonly port2: Port } };
  readonly SecurityPolicyViolationEvent?: { readonly prototype: object };
  fetch(url: string, init: object): Promise<object>;
  addEventListener(type: string, listener: (event: object) => void, capture: boolean): void;
  removeEventListener(type: string, listener: (event: object) => void, capture: boolean): void;
}

interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

type Settle = (value: unknown) => void;

const page = globalThis as unknown as Window;
const { fetch, addEventListener, removeEventListener, AbortController, MessageChannel } = page;
const then = page.Promise.prototype.then as (done: Settle, failed: Settle) => unknown;
const text = (page.Response.prototype as { text(): Promise<string> }).text;
const statusOf = getterOf(page.Response.prototype, 'status');
const abort = (AbortController.prototype as { abort(): void }).abort;
const signalOf = getterOf(AbortController.prototype, 'signal');
const blockedUri = getterOf(page.SecurityPolicyViolationEvent?.prototype ?? {}, 'blockedURI');
const { origin } = page.location;
const log = page.console?.error;
const { url, token } = way;
const door = new URL(url).origin;

/** Calls one of the two, once, when the promise is settled. */
const when = (promise: unknown, done: Settle, failed: Settle): void =>
  void apply(then, promise, [done, failed]);

/** Whether a Content-Security-Policy has kept the page from the door since the last look. */
let forbidden = false;
const violated = (event: object): void => {
  const blocked = blockedUri === undefined ? undefined : apply(blockedUri, event, []);
  if (typeof blocked === 'string' && isOfDoor(blocked)) forbidden = true;
};

function isOfDoor(blocked: string): boolean {
  for (let i = 0; i < door.length; i++) if (blocked[i] !== door[i]) return false;
  return true;
}

/** A JSON answer of the door, or the error of the page's realm that stands for it. */
function askDoor(realm: Realm, path: string, body: Json, resolve: Settle, reject: Settle): () => void {
  const controller = new AbortController();
  let over = false;
  const end = (settle: Settle, value: unknown): void => {
    if (over) return;
    over = true;
    apply(removeEventListener, page, ['securitypolicyviolation', violated, true]);
    settle(value);
  };
  forbidden = false;
  apply(addEventListener, page, ['securitypolicyviolation', violated, true]);
  const headers = bareObject();
  define(headers, 'authorization', `Bearer ${token}`);
  define(headers, 'content-type', 'application/json');
  const init = bareObject();
  define(init, 'method', 'POST');
  define(init, 'headers', headers);
  define(init, 'body', stringify(body));
  define(init, 'mode', 'cors');
  define(init, 'credentials', 'omit');
  define(init, 'cache', 'no-store');
  define(init, 'redirect', 'error');
  define(init, 'referrerPolicy', 'no-referrer');
  define(init, 'signal', signalOf && apply(signalOf, controller, []));
  const failed = (): void => later(() => end(reject, unreachable(realm)));
  when(
    apply(fetch, page, [`${url}/page/${path}`, init]),
    (response) => {
      const status = statusOf && apply(statusOf, response, []);
      when(
        apply(text, response, []),
        (told) => {
          let answer: unknown;
          try {
            answer = parse(told as string);
          } catch {
            return failed();
          }
          if (status === 200) return end(resolve, answer);
          end(reject, refusal(realm, answer));
        },
        failed,
      );
    },
    failed,
  );
  return () => {
    over = true;
    apply(removeEventListener, page, ['securitypolicyviolation', violated, true]);
    apply(abort, controller, []);
  };
}

/** The event of a policy that is violated comes as a task of its own, about when the fetch fails. */
function later(work: () => void): void {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    channel.port1.close();
    work();
  };
  channel.port2.postMessage(null);
}

/** What keeps the page from the door is no answer of a key: no error of a ceremony, but one that says what to mend. */
function unreachable(realm: Realm): DOMException {
  const message = forbidden
    ? `stuntkey: this page's Content-Security-Policy forbids the connection to ${url}. Add it to connect-src, or use a driver's attach(), which needs no connection.`
    : `stuntkey: no answer from ${url}. Is the door open (stuntkey serve --http), does it list this page's origin (--allow-origin ${origin}), and does the page's Content-Security-Policy have the door in connect-src?`;
  return told(realm, 'NetworkError', message);
}

/** An error that a developer ought to see, whatever the page does with it. */
function told(realm: Realm, name: string, message: string): DOMException {
  if (log !== undefined) apply(log, page.console, [message]);
  return domException(realm, name, message);
}

/** Names that only a ceremony's or a signal's refusal has. */
const OF_CEREMONIES: Json = {
  __proto__: null,
  AbortError: true,
  ConstraintError: true,
  DataError: true,
  EncodingError: true,
  InvalidStateError: true,
  NotAllowedError: true,
  NotSupportedError: true,
  OperationError: true,
  SecurityError: true,
  TimeoutError: true,
  UnknownError: true,
} as unknown as Json;

function refusal(realm: Realm, answer: unknown): unknown {
  const error = typeof answer === 'object' && answer !== null ? own(answer, 'error') : undefined;
  const given = typeof error === 'object' && error !== null ? error : bareObject();
  const name = own(given, 'name');
  const message = own(given, 'message');
  const said = typeof message === 'string' ? message : 'an answer that is no error of the door';
  if (name === 'TypeError') return new realm.TypeError(said);
  if (typeof name === 'string' && own(OF_CEREMONIES, name) === true) return domException(realm, name, said);
  return told(realm, 'NetworkError', `stuntkey: ${url} refused: ${said}`);
}

function askingOverHttp(realm: Realm): Answers {
  const around = surroundingsOf(page);
  const one =
    <T>(path: string, body: Json): Work<T> =>
    (resolve, reject) =>
      void askDoor(realm, path, body, resolve as Settle, reject);
  return {
    ceremony(op, publicKey, { mediation, uiMode }, resolve, reject) {
      const refused = around.refusal(realm, op);
      if (refused !== undefined) {
        reject(refused);
        return { cancel() {} };
      }
      const body = bareObject();
      define(body, 'options', publicKey);
      define(body, 'mediation', mediation);
      if (uiMode !== undefined) define(body, 'uiMode', uiMode);
      if (around.crossOrigin) define(body, 'crossOrigin', true);
      if (around.topOrigin !== undefined) define(body, 'topOrigin', around.topOrigin);
      const cancel = askDoor(realm, op, body, (made) => resolve(made as CredentialJson | null), reject);
      return { cancel };
    },
    capabilities: () => one('capabilities', bareObject()),
    signal(op, options) {
      const body = bareObject();
      define(body, 'signal', op);
      define(body, 'options', options);
      return one('signal', body);
    },
  };
}

// An insecure context has no WebAuthn, and gets none.
if (page.isSecureContext === true && !isHere(page)) {
  const realm = realmOf(page);
  furnish(page, realm, new Changes(), askingOverHttp(realm));
}
