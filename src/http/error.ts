/** What a client of the door is told where there is no result. */
import { StuntkeyError, type StuntkeyErrorKind, stuntkeyErrorKinds } from '../base/stuntkey-error.ts';
import { CtapError } from '../ctap/status.ts';

/** The door's own refusals, before any device is asked. */
export type HttpErrorCode =
  | 'bad-body'
  | 'bad-host'
  | 'bad-media-type'
  | 'bad-path'
  | 'bad-query'
  | 'bad-request'
  | 'bad-token'
  | 'body-too-large'
  | 'busy'
  | 'from-a-page'
  | 'headers-too-large'
  | 'method-not-allowed'
  | 'no-such-path'
  | 'no-scripted-user'
  | 'stopping'
  | 'too-slow'
  | 'user-queue-full';

/** A request that comes to nothing, by its HTTP status. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: HttpErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: HttpErrorCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** A ceremony that ended without a credential, with what a page would not be told. */
export class CeremonyError extends Error {
  override readonly name = 'CeremonyError';
  /** Where in the algorithm it was, or which command of the device. */
  readonly step: string;
  readonly reason: string;

  constructor(cause: Error, { step, reason }: { readonly step: string; readonly reason: string }) {
    super(cause.message, { cause });
    this.step = step;
    this.reason = reason;
  }
}

/** What blames the request has a status of its own; all else is our side's. */
const STATUS: Readonly<Record<StuntkeyErrorKind, number>> = {
  input: 400,
  missing: 404,
  exists: 409,
  state: 500,
};

/** An error as clients read it. */
export interface ErrorJson {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly reason?: string;
  readonly step?: string;
  readonly status?: string;
}

/** An error's HTTP status, and what is said of it. */
export function toldOf(error: unknown): { readonly status: number; readonly error: ErrorJson } {
  if (error instanceof CeremonyError) return toldOfCeremony(error);
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof HttpError) return { status: error.status, error: { name, code: error.code, message } };
  if (error instanceof StuntkeyError)
    return { status: STATUS[stuntkeyErrorKinds[error.code]], error: { name, code: error.code, message } };
  if (error instanceof CtapError) {
    const status = error.code ?? 'CTAP1_ERR_OTHER';
    return { status: 403, error: { name, code: 'refused', message, reason: message, status } };
  }
  return { status: 500, error: { name, code: 'internal', message } };
}

function toldOfCeremony({ cause, step, reason, message }: CeremonyError): ReturnType<typeof toldOf> {
  const { name } = cause as Error;
  if (cause instanceof DOMException) {
    const code = name
      .replace(/Error$/, '')
      .replace(/\B[A-Z]/g, '-$&')
      .toLowerCase();
    const status = ctapStatusIn(cause);
    return { status: 403, error: { name, code, message, reason, step, ...(status && { status }) } };
  }
  // Options that a browser would not take at all.
  if (cause instanceof TypeError)
    return { status: 400, error: { name, code: 'bad-options', message, reason, step } };
  return toldOf(cause);
}

/** The status that a device refused with. */
function ctapStatusIn(error: Error): string | undefined {
  let next: unknown = error;
  for (let depth = 0; next instanceof Error && depth < 10; depth++) {
    if (next instanceof CtapError) return next.code;
    next = next instanceof AggregateError ? next.errors.at(-1) : next.cause;
  }
  return undefined;
}
