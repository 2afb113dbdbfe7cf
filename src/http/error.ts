/** What a client of the door is told where there is no result. */
import {
  StuntkeyError,
  type StuntkeyErrorCode,
  type StuntkeyErrorKind,
  stuntkeyErrorKinds,
} from '../base/stuntkey-error.ts';
import { Cancelled } from '../client/platform/session.ts';
import { CtapError } from '../ctap/status.ts';
import { wayOutOf } from '../ctap/way-out.ts';
import type { Refusal } from '../decode/trace/record.ts';
import type { SignRefusal } from '../load/threads/types.ts';

/** The door's own refusals, before any device is asked. */
export type HttpErrorCode =
  | 'authenticator-exists'
  | 'authenticator-forgotten'
  | 'bad-body'
  | 'bad-host'
  | 'bad-media-type'
  | 'bad-path'
  | 'bad-query'
  | 'bad-request'
  | 'bad-token'
  | 'body-too-large'
  | 'busy'
  | 'fault-queue-full'
  | 'from-a-page'
  | 'headers-too-large'
  | 'method-not-allowed'
  | 'no-finger'
  | 'no-fleet'
  | 'no-pin'
  | 'no-right'
  | 'no-scripted-user'
  | 'no-such-authenticator'
  | 'no-such-fingerprint'
  | 'no-such-path'
  | 'no-such-prompt'
  | 'no-such-trace'
  | 'not-decodable'
  | 'not-a-page'
  | 'not-ready'
  | 'origin-not-listed'
  | 'poor-samples'
  | 'stopping'
  | 'too-many-authenticators'
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
  readonly wayOut: string | undefined;
  /** The number under which it is kept. */
  readonly trace: number;

  constructor(
    cause: Error,
    { step, reason, wayOut }: Pick<Refusal, 'step' | 'reason' | 'wayOut'>,
    trace: number,
  ) {
    super(cause.message, { cause });
    this.step = step;
    this.reason = reason;
    this.wayOut = wayOut;
    this.trace = trace;
  }
}

/** What a page is refused with where it is no ceremony: a DOMException, or a TypeError. */
export class PageRefusal extends Error {
  override readonly name = 'PageRefusal';

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/** What blames the request has a status of its own; all else is our side's. */
const STATUS: Readonly<Record<StuntkeyErrorKind, number>> = {
  input: 400,
  missing: 404,
  exists: 409,
  state: 500,
};

/** Codes of the state of things that a request has chosen, and another may choose better. */
const NOT_NOW: ReadonlySet<string> = new Set<StuntkeyErrorCode>(['fault-not-applicable']);

/** An error as clients read it. */
interface ErrorJson {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly reason?: string;
  readonly step?: string;
  readonly status?: string;
  readonly wayOut?: string;
  readonly trace?: number;
}

/** An error's HTTP status, and what is said of it. */
export interface Told {
  readonly status: number;
  readonly error: ErrorJson;
}

function statusOf(code: StuntkeyErrorCode): number {
  return NOT_NOW.has(code) ? 409 : STATUS[stuntkeyErrorKinds[code]];
}

export function toldOf(error: unknown): Told {
  if (error instanceof CeremonyError) return toldOfCeremony(error);
  if (error instanceof PageRefusal) return toldOfPage(error.cause as Error);
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof Cancelled)
    return {
      status: 409,
      error: {
        name: 'HttpError',
        code: 'no-pin' satisfies HttpErrorCode,
        message: 'expected a PIN from the person, got none: say which they enter (PUT /user with pin)',
      },
    };
  if (error instanceof HttpError) return { status: error.status, error: { name, code: error.code, message } };
  if (error instanceof StuntkeyError)
    return { status: statusOf(error.code), error: { name, code: error.code, message } };
  if (error instanceof CtapError) {
    const status = error.code ?? 'CTAP1_ERR_OTHER';
    const wayOut = wayOutOf(error.status);
    const out = wayOut !== undefined && !message.includes(wayOut) && { wayOut };
    return { status: 403, error: { name, code: 'refused', message, reason: message, status, ...out } };
  }
  return { status: 500, error: { name, code: 'internal', message } };
}

function toldOfCeremony({ cause, step, reason, wayOut, trace, message }: CeremonyError): Told {
  const { name } = cause as Error;
  const more = { step, reason, ...(wayOut !== undefined && { wayOut }), trace };
  if (cause instanceof DOMException) {
    const status = ctapStatusIn(cause);
    return {
      status: 403,
      error: { name, code: codeOfName(name), message, ...more, ...(status && { status }) },
    };
  }
  // Options that a browser would not take at all.
  if (cause instanceof TypeError)
    return { status: 400, error: { name, code: 'bad-options', message, ...more } };
  const told = toldOf(cause);
  return { ...told, error: { ...told.error, trace } };
}

function toldOfPage({ name, message }: Error): Told {
  if (name === 'TypeError') return { status: 400, error: { name, code: 'bad-options', message } };
  return { status: 403, error: { name, code: codeOfName(name), message } };
}

/** What came of a ceremony on another thread. */
export function toldOfRefusal({ name, code, message }: SignRefusal): Told {
  if (name === 'TypeError') return { status: 400, error: { name, code: 'bad-options', message } };
  if (name === 'StuntkeyError' && code !== undefined && Object.hasOwn(stuntkeyErrorKinds, code))
    return { status: statusOf(code as StuntkeyErrorCode), error: { name, code, message } };
  const status = code?.startsWith('CTAP') ? { status: code } : {};
  return { status: 403, error: { name, code: codeOfName(name), message, ...status } };
}

/** `NotAllowedError` is `not-allowed`. */
function codeOfName(name: string): string {
  return name
    .replace(/Error$/, '')
    .replace(/\B[A-Z]/g, '-$&')
    .toLowerCase();
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
