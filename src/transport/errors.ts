/** What can go wrong between a client and a device, other than what the device itself answers. */

/** Which failure of a carrier it was. */
export type TransportErrorCode =
  /** A port, a device node or a stream could not be opened. */
  | 'cannot-open'
  /** The other side went away, or this side was closed. */
  | 'closed'
  /** Nothing came in time. */
  | 'timeout'
  /** What came is not the protocol. */
  | 'bad-frame'
  /** A message is longer than the carrier takes. */
  | 'too-long'
  /** This carrier has no way to do it. */
  | 'unsupported';

/** Thrown by carriers and by the client's side of them. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** Stable, for programs. */
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
