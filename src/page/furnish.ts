/**
 * Puts WebAuthn into a browser's page, whatever answers it: the browser's own classes stay, and `navigator.credentials` asks us.
 * Everything here uses the page's globals as they were when this module was loaded.
 */
import { apply, getterOf } from '../base/primordials.ts';
import { domException, type Realm } from '../webauthn/realm.ts';
import type { Answers } from './answers.ts';
import { defineContainer } from './container.ts';
import { type Changes, grafting, uncover } from './graft.ts';
import { defineCredentials } from './public-key-credential.ts';
import { defineResponses } from './responses.ts';

/** The parts of a page's global that are changed, or asked for its document. */
export interface PageGlobal {
  readonly navigator: { readonly credentials?: object };
  readonly Document?: { readonly prototype: object };
}

/** Of the global itself, which no page can change; `globalThis.document` would be that of a document that has followed. */
declare const document: object;

export function furnish(page: PageGlobal, realm: Realm, changes: Changes, answers: Answers): void {
  const define = grafting(page, changes);
  const responses = defineResponses(realm, define);
  const isActive = activityOf(page);
  const requireActive = (): void => {
    if (!isActive()) throw domException(realm, 'InvalidStateError', 'The document is not fully active.');
  };
  const interfaces = defineCredentials(realm, define, answers, responses, requireActive);
  const container = defineContainer(realm, define, answers, interfaces, requireActive);
  const { navigator } = page;
  const { credentials } = navigator;
  if (credentials !== undefined) {
    container.adopt(credentials, {});
    uncover(changes, credentials, container.interfaceObject);
    return;
  }
  const made = container.make({});
  changes.set(Object.getPrototypeOf(navigator) as object, 'credentials', {
    get: () => made,
    enumerable: true,
    configurable: true,
  });
}

/** Whether the document is still the one of its window: that of a removed frame is not. */
function activityOf(page: PageGlobal): () => boolean {
  const view = getterOf(page.Document?.prototype ?? {}, 'defaultView');
  if (view === undefined) return () => true;
  // A popup's first document is followed by another one in the same global.
  return () => (apply(view, document, []) as object | null) !== null;
}
