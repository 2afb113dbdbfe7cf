/** What targets make of what servers say. */

import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { parseOrigin } from '../../webauthn/origin.ts';
import type { Breakage } from '../exchange.ts';
import type { OptionsWish } from '../fault.ts';
import type { Answer, AuditUser } from './target.ts';

/** How a request for options is worded in FIDO's conformance interface, which callbacks are given too. */
export interface OptionsRequest {
  readonly username?: string;
  readonly displayName?: string;
  readonly authenticatorSelection?: {
    readonly residentKey?: string;
    readonly requireResidentKey?: boolean;
    readonly userVerification?: string;
  };
  readonly attestation?: string;
  readonly userVerification?: string;
  readonly extensions?: Readonly<Record<string, unknown>>;
}

export function registrationRequest({ name, displayName }: AuditUser, wish: OptionsWish): OptionsRequest {
  const { attestation, userVerification, residentKey, extensions } = wish;
  const selection = {
    ...(residentKey && { residentKey, requireResidentKey: residentKey === 'required' }),
    ...(userVerification && { userVerification }),
  };
  return {
    username: name,
    displayName,
    ...(Object.keys(selection).length > 0 && { authenticatorSelection: selection }),
    ...(attestation && { attestation }),
    ...(extensions && { extensions }),
  };
}

export function authenticationRequest(user: AuditUser | undefined, wish: OptionsWish): OptionsRequest {
  const { userVerification, extensions } = wish;
  return {
    ...(user && { username: user.name }),
    ...(userVerification && { userVerification }),
    ...(extensions && { extensions }),
  };
}

/** The options in what a server answered, with or without `publicKey` around them; undefined if there are none. */
export function optionsIn<Options>(answer: unknown): Options | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const { publicKey = answer } = answer as { publicKey?: unknown };
  const { challenge } = (publicKey ?? {}) as { challenge?: unknown };
  return typeof challenge === 'string' ? (publicKey as Options) : undefined;
}

/** Whether a result says yes or no: a boolean, `verified`, or FIDO's `status`; undefined if it says neither. */
export function isAcceptance(result: unknown): boolean | undefined {
  if (typeof result === 'boolean') return result;
  if (typeof result !== 'object' || result === null) return undefined;
  const { verified, status } = result as { verified?: unknown; status?: unknown };
  if (typeof verified === 'boolean') return verified;
  return status === 'ok' ? true : status === 'failed' ? false : undefined;
}

/** What a server said in words, if it did: short, and on one line. */
export function messageIn(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  const { errorMessage, message, error, detail } = result as Record<string, unknown>;
  const found = [errorMessage, message, error, detail].find((one) => typeof one === 'string' && one !== '');
  return found === undefined ? undefined : short(found as string);
}

export function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/** A value in an error message. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return short(JSON.stringify(value) ?? String(value));
  } catch {
    return typeof value;
  }
}

export function accepted(status?: number): Answer {
  return { kind: 'accepted', ...(status !== undefined && { status }) };
}

export function rejected(message: string | undefined, status?: number): Answer {
  return {
    kind: 'rejected',
    ...(message !== undefined && message !== '' && { message }),
    ...(status !== undefined && { status }),
  };
}

export function failed(message: string, cause: Breakage, status?: number): Answer {
  return { kind: 'error', message, cause, ...(status !== undefined && { status }) };
}

export function noOptions(message: string, status?: number): Answer {
  return { kind: 'no-options', message, ...(status !== undefined && { status }) };
}

/** @throws StuntkeyError `bad-target` */
export function httpUrl(field: string, url: unknown): URL {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new StuntkeyError('bad-target', `${field}: expected a URL with http or https, got ${shown(url)}`);
  return parsed;
}

const APPS = /^(?:android|chrome-extension|moz-extension):/;

/** Where a target's pages are, or which app's it is. @throws StuntkeyError `bad-target` */
export function originOf(field: string, given: unknown): string {
  if (typeof given !== 'string' || !APPS.test(given)) return httpUrl(field, given).origin;
  try {
    return parseOrigin(given).serialized;
  } catch (cause) {
    throw new StuntkeyError('bad-target', `${field}: ${(cause as Error).message}`, { cause });
  }
}

/** Whether a host is this machine: a loopback address, or a name that resolves to one by its definition (RFC 6761). */
export function isLoopback({ hostname }: URL): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
  );
}
