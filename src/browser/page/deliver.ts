/** How an answer comes to a document by an event: run there, with the event's type and the answer. */

/** The event goes to the first place where it is heard: `document.open()` takes all listeners from the window (injected.ts). */
export const DELIVER_BY_EVENT = `(type, detail) => {
  const event = new CustomEvent(type, { detail, cancelable: true });
  void (dispatchEvent(event) && performance.dispatchEvent(event));
}`;
