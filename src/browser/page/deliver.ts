/** Delivers an answer to a document by an event: runs there, with the event's type and the answer. */

/** The event goes to the first place where it is heard: `document.open()` removes all listeners from the window (injected.ts). */
export const DELIVER_BY_EVENT = `(type, detail) => {
  const event = new CustomEvent(type, { detail, cancelable: true });
  void (dispatchEvent(event) && performance.dispatchEvent(event));
}`;
