/** Why a virtual user could not go on, in one word that can be counted. */

/** Thrown for an answer that is none of a login server that works, or a ceremony that a browser would refuse. */
export class Refused extends Error {
  override readonly name = 'Refused';
  /** Such as `status-429`, `not-json`, `SecurityError` or `CTAP2_ERR_NO_CREDENTIALS`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A response as load engines have it. */
export interface Answer {
  readonly statusCode: number;
  readonly body?: unknown;
}

/** Characters of a body that an error shows. */
const SHOWN = 120;

/**
 * The JSON object of an answer.
 *
 * @throws Refused `status-…` unless it is 2xx, `no-body`, `not-json`
 */
export function jsonOf({ statusCode, body }: Answer): Record<string, unknown> {
  const text =
    typeof body === 'string' ? body : body === undefined || body === null ? '' : JSON.stringify(body);
  if (!(statusCode >= 200 && statusCode < 300)) {
    throw new Refused(`status-${statusCode}`, `expected 2xx, got ${statusCode}: ${text.slice(0, SHOWN)}`);
  }
  if (text.trim() === '')
    throw new Refused('no-body', `expected JSON, got nothing with status ${statusCode}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Refused('not-json', `expected JSON, got ${text.slice(0, SHOWN)}`, { cause });
  }
  if (typeof value !== 'object' || value === null) {
    throw new Refused('not-json', `expected an object in JSON, got ${text.slice(0, SHOWN)}`);
  }
  return value as Record<string, unknown>;
}

/** Servers say no with a status, or with 200 and `verified: false`. @throws Refused `status-…` or `not-verified` */
export function accepted({ statusCode, body }: Answer): void {
  if (statusCode === 204) return;
  const answer = jsonOf({ statusCode, body });
  if (answer.verified === false) throw new Refused('not-verified', 'the server answered verified: false');
}
