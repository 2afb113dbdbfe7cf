/**
 * The script that runs in a browser's page before its own scripts: `navigator.credentials` asks us, and the page gets objects of
 * the browser's own classes. scripts/page.js bundles it, with its imports, into one text (script-text.ts). It takes what it
 * needs of the page's globals at once, before the page can change them, and leaves no name behind.
 */
import {
  apply,
  ask,
  bareObject,
  define,
  getterOf,
  isArray,
  own,
  parse,
  stringify,
} from '../base/primordials.ts';
import { domException, type Realm, realmOf } from '../webauthn/realm.ts';
import type { Answers, CredentialJson, Json } from './answers.ts';
import { furnish } from './furnish.ts';
import { Changes } from './graft.ts';
import { FLOODED, MOST_PENDING, type PageAnswer } from './messages.ts';

/** How this script and the driver's script around it communicate. */
interface Way {
  /** A word that no page can guess. An event of this type at one of the `places` has an answer as its detail. */
  readonly token: string;
  /** Sends a question. Absent: it is the detail of an event whose type is the token and `>`. */
  send?(text: string): void;
  /** Whether a question says if the page is hidden. */
  readonly visibility?: boolean;
  /** Called with the function that takes answers. */
  started?(deliver: (text: string) => void): void;
}

/** The argument of the function that scripts/page.js makes of this file. */
declare const way: Way;

/** The parts of the DOM that are used here. */
interface Window {
  readonly isSecureContext?: boolean;
  readonly navigator: { readonly credentials?: object; readonly userActivation?: object };
  readonly Document?: { readonly prototype: object };
  readonly UserActivation?: { readonly prototype: object };
  readonly PageTransitionEvent?: { readonly prototype: object };
  readonly Event: { new (type: string, init?: object): object; readonly prototype: object };
  readonly CustomEvent: { new (type: string, init?: object): object; readonly prototype: object };
  readonly performance?: object;
  addEventListener(type: string, listener: (event: object) => void): void;
  removeEventListener(type: string, listener: (event: object) => void): void;
  dispatchEvent(event: object): boolean;
}

/** Of the global itself, which no page can change. */
declare const document: object;

interface Pending {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Questions without an answer, by their numbers. */
interface Asked {
  readonly pending: Record<string, Pending>;
  count: number;
  /** Whether questions are over, because nothing would answer. */
  closed: boolean;
}

/** What a page has canceled. It keeps its place until we say that it is over, so that a page cannot ask faster than it is answered. */
const CANCELED: Pending = { resolve: () => {}, reject: () => {} };

const page = globalThis as unknown as Window;
const { addEventListener, removeEventListener, dispatchEvent, Event, CustomEvent } = page;
const preventDefault = (Event.prototype as { preventDefault(): void }).preventDefault;
const detail = getterOf(CustomEvent.prototype, 'detail');
const persisted = getterOf(page.PageTransitionEvent?.prototype ?? {}, 'persisted');
const isActiveUser = getterOf(page.UserActivation?.prototype ?? {}, 'isActive');
const isHidden = getterOf(page.Document?.prototype ?? {}, 'hidden');
const { token } = way;
/**
 * Where events go between this script and the driver's, the first with a listener: `document.open()` removes all listeners from the
 * window, and none from `performance`.
 */
const places: object[] = page.performance === undefined ? [page] : [page, page.performance];
/** Whether this script is here already: an event of this type is canceled then. */
const HERE = `${token}?`;

function listen(type: string, listener: (event: object) => void): void {
  for (let i = 0; i < places.length; i++) apply(addEventListener, places[i], [type, listener]);
}

function unlisten(type: string, listener: (event: object) => void): void {
  for (let i = 0; i < places.length; i++) apply(removeEventListener, places[i], [type, listener]);
}

/** @returns whether a listener has canceled it, which says that it was heard */
function tell(event: object): boolean {
  for (let i = 0; i < places.length; i++) if (!apply(dispatchEvent, places[i], [event])) return true;
  return false;
}

function open(): void {
  const realm = realmOf(globalThis);
  const asked: Asked = {
    pending: bareObject() as Record<string, Pending>,
    count: 0,
    closed: false,
  };
  const { pending } = asked;
  const changes = new Changes();
  furnish(page, realm, changes, askingThrough(realm, asked));

  const deliver = (text: string): void => {
    const answer = parse(text) as PageAnswer;
    if (own(answer, 'restore') === true) close();
    else settle(realm, asked, answer as Exclude<PageAnswer, { restore: true }>);
  };
  /** Takes an answer, or an event with it. @returns true for an answer, which says that it was taken */
  const delivered = (given: object | string): true | undefined => {
    if (typeof given === 'string') {
      deliver(given);
      return true;
    }
    const text = ask(detail, given);
    apply(preventDefault, given, []);
    if (typeof text === 'string') deliver(text);
    return undefined;
  };
  const here = (event: object): void => apply(preventDefault, event, []);
  const abort = (): void => {
    for (const id in pending) {
      const { reject } = pending[id] as Pending;
      delete pending[id];
      reject(aborted(realm));
    }
    asked.count = 0;
  };
  // A document that comes back was gone for us, and its questions are over.
  const shown = (event: object): void => {
    if ((event as { isTrusted: boolean }).isTrusted && ask(persisted, event) === true) abort();
  };
  const close = (): void => {
    asked.closed = true;
    changes.undo();
    unlisten(token, delivered);
    unlisten(HERE, here);
    apply(removeEventListener, page, ['pageshow', shown]);
    abort();
  };
  listen(token, delivered);
  listen(HERE, here);
  apply(addEventListener, page, ['pageshow', shown]);
  way.started?.(deliver);
}

const aborted = (realm: Realm): DOMException =>
  domException(realm, 'AbortError', 'The operation was aborted.');

/** A question's end, once. */
function settle(realm: Realm, asked: Asked, answer: Exclude<PageAnswer, { restore: true }>): void {
  const { pending } = asked;
  const waiting = own(pending, answer.id) as Pending | undefined;
  if (waiting === undefined) return;
  delete pending[answer.id];
  asked.count -= 1;
  const error = own(answer, 'error') as { name: string; message: string } | undefined;
  if (error === undefined) waiting.resolve(own(answer, 'value'));
  else if (error.name === 'TypeError') waiting.reject(new realm.TypeError(error.message));
  else waiting.reject(domException(realm, error.name, error.message));
}

/** Answers that come from us, through the driver. */
function askingThrough(realm: Realm, asked: Asked): Answers {
  const { pending } = asked;
  const { userActivation } = page.navigator;
  let last = 0;
  const send = (question: Json): void => {
    const text = stringify(question);
    if (way.send !== undefined) way.send(text);
    else
      tell(
        new CustomEvent(`${token}>`, {
          __proto__: null,
          detail: text,
          cancelable: true,
        } as unknown as object),
      );
  };
  const put = (op: string, question: Json, waiting: Pending): number | undefined => {
    if (asked.closed) {
      waiting.reject(aborted(realm));
      return undefined;
    }
    if (asked.count >= MOST_PENDING) {
      waiting.reject(domException(realm, 'OperationError', FLOODED));
      return undefined;
    }
    asked.count += 1;
    last += 1;
    const id = last;
    define(question, 'id', id);
    define(question, 'op', op);
    define(pending, id, waiting);
    send(question);
    return id;
  };
  const one = <T>(op: string, argument?: Json) => {
    return (resolve: (value: T) => void, reject: (error: unknown) => void): void => {
      const question = bareObject();
      if (argument !== undefined) define(question, 'argument', argument);
      put(op, question, { resolve: resolve as Pending['resolve'], reject });
    };
  };
  return {
    ceremony(op, publicKey, { mediation, uiMode }, resolve, reject) {
      const question = bareObject();
      define(question, 'argument', publicKey);
      define(question, 'mediation', mediation);
      if (uiMode !== undefined) define(question, 'uiMode', uiMode);
      define(question, 'active', ask(isActiveUser, userActivation) === true);
      if (way.visibility && op === 'create') {
        define(question, 'hidden', ask(isHidden, document) === true);
        define(question, 'plain', isNative(isHidden, 'hidden') && isNative(isActiveUser, 'isActive'));
      }
      const id = put(op, question, {
        resolve: (value) => resolve(value as CredentialJson | null),
        reject,
      });
      return {
        cancel() {
          if (id === undefined) return;
          define(pending, id, CANCELED);
          const cancel = bareObject();
          define(cancel, 'id', id);
          define(cancel, 'op', 'cancel');
          send(cancel);
        },
      };
    },
    capabilities: () => one('capabilities'),
    signal: (op, options) => one(op, options),
  };
}

/**
 * Whether a getter is V8's own. A script that came before this one may have put something else there, and something over whatever
 * tells what a function is; the engine itself spells it in an error.
 */
function isNative(get: unknown, name: string): boolean {
  try {
    // (Handed on, so that no bundler leaves it out. It is no array.)
    return isArray(class extends (get as new () => object) {});
  } catch (error) {
    const message = own(error as Error, 'message');
    return (
      message === `Class extends value function get ${name}() { [native code] } is not a constructor or null`
    );
  }
}

// An insecure context has no WebAuthn, and gets none.
if (page.isSecureContext === true && !tell(new Event(HERE, { cancelable: true }))) open();
