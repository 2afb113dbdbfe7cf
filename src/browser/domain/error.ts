/** Errors of the WebAuthn domain: the protocol's numbers and Chromium's messages, as drivers show them. */

/** Numbers of JSON-RPC, which the protocol builds upon. */
export const CdpErrorCode = {
  methodNotFound: -32601,
  invalidParameters: -32602,
  serverError: -32000,
} as const;

/**
 * Thrown by `WebAuthnDomain`, as a session of the Chrome DevTools Protocol would throw it.
 *
 * @example
 * ```js
 * import { CdpError, WebAuthnDomain } from 'stuntkey/puppeteer';
 * const refused = await new WebAuthnDomain().send('WebAuthn.noSuchMethod').catch((error) => error);
 * console.log(refused instanceof CdpError, refused.code); // true -32601
 * ```
 */
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
