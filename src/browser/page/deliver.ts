/** Delivers an answer to a document: what runs there. */

/**
 * By an event, with its type and the answer, from a world beside the page's. The event goes to the first place where it is heard:
 * `document.open()` removes all listeners from the window (injected.ts).
 */
export const DELIVER_BY_EVENT = `(type, detail) => {
  const event = new CustomEvent(type, { detail, cancelable: true });
  void (dispatchEvent(event) && performance.dispatchEvent(event));
}`;

/** By a call of the listener for those events, which is `this`. Nothing of the page is looked at. */
export const DELIVER_BY_CALL = 'function (answer) { return this(answer); }';
