/** DER as text: the lax-free part of RFC 7468 that every program writes and reads. */
import { base64, fromBase64url } from '../../base/base64url.ts';
import { CryptoError } from '../error.ts';

const LINE = 64;

/**
 * Wraps DER as PEM.
 *
 * @param label what it is: "PRIVATE KEY" for PKCS#8, "PUBLIC KEY" for SPKI, "CERTIFICATE"
 * @example
 * toPem('PRIVATE KEY', toPkcs8(key));
 */
export function toPem(label: string, der: Uint8Array): string {
  const text = base64(der);
  const lines = [`-----BEGIN ${label}-----`];
  for (let i = 0; i < text.length; i += LINE) lines.push(text.slice(i, i + LINE));
  lines.push(`-----END ${label}-----`, '');
  return lines.join('\n');
}

/**
 * Unwraps the first PEM block with a label; text around it is allowed.
 *
 * @throws CryptoError `unsupported-format` when there is no such block, or what is in it is not base64
 */
export function fromPem(label: string, text: string): Uint8Array {
  const begin = `-----BEGIN ${label}-----`;
  const from = text.indexOf(begin);
  const to = text.indexOf(`-----END ${label}-----`, from);
  if (from < 0 || to < 0) throw bad(label, labelsIn(text));
  const body = text.slice(from + begin.length, to).replaceAll(/[ \t\r\n]/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body) || body.length % 4 !== 0) throw bad(label, 'something else in it');
  try {
    return fromBase64url(body.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''));
  } catch (cause) {
    throw bad(label, 'something else in it', cause);
  }
}

function labelsIn(text: string): string {
  const labels = [...text.slice(0, 100_000).matchAll(/-----BEGIN ([A-Z0-9 ]{1,64})-----/g)].map(
    ([, label]) => label,
  );
  return labels.length === 0 ? 'no PEM' : labels.join(', ');
}

function bad(label: string, got: string, cause?: unknown): CryptoError {
  return new CryptoError('unsupported-format', `expected PEM of a ${label} with base64 in it, got ${got}`, {
    field: label,
    got,
    ...(cause !== undefined && { cause }),
  });
}
