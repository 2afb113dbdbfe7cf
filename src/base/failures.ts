/**
 * Why a device answered only that something went wrong: the error of what was handed in to it, such as its user. It is no part of the
 * protocol, and is kept beside the response for a client in the same process.
 */
const reasons = new WeakMap<Uint8Array, unknown>();

/** Keeps the reason of a response. @returns the response */
export function withReason(response: Uint8Array, reason: unknown): Uint8Array {
  reasons.set(response, reason);
  return response;
}

/** The reason of a response; undefined where the response says all there is. */
export function reasonOf(response: unknown): unknown {
  return reasons.get(response as Uint8Array);
}
