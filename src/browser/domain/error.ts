/** Errors of the WebAuthn domain: the protocol's numbers and Chromium's messages, as drivers show them. */

/** Numbers of JSON-RPC, which the protocol builds upon. */
export const CdpErrorCode = {
  methodNotFound: -32601,
  invalidParameters: -32602,
  serverError: -32000,
} as const;

export class CdpError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: number;
  /** The message of the domain, without the prefix of drivers. */
  readonly originalMessage: string;

  constructor(method: string, code: number, message: string, data?: string) {
    super(`Protocol error (${method}): ${message}${data === undefined ? '' : ` ${data}`}`);
    this.code = code;
    this.originalMessage = message;
  }
}
