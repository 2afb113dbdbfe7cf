/** A file of credentials: JSON, JSON line by line, PEM, or an archive. */
import { fromBase64url, isBase64url } from '../base/base64url.ts';
import type { PortableFormat } from '../portable/convert.ts';
import type { KnownMembers } from '../portable/formats/format.ts';
import { isZip } from '../portable/zip.ts';
import { UsageError } from './error.ts';
import { readFile } from './input.ts';

interface Source {
  readonly format: PortableFormat;
  readonly rpId?: string;
  readonly userId?: string;
  readonly userName?: string;
}

/** @throws UsageError */
export async function readCredentials(
  file: string | undefined,
  { format, rpId, userId, userName }: Source,
): Promise<{ readonly value: unknown; readonly known: KnownMembers }> {
  if (userId !== undefined && !isBase64url(userId)) {
    throw new UsageError(`--user-id: expected base64url, got ${userId}`);
  }
  const bytes = await readFile(file ?? '-', 'credentials');
  const text = Buffer.from(bytes).toString('utf8');
  const known: KnownMembers = {
    ...(rpId !== undefined && { rpId }),
    ...(userId !== undefined && { userId: fromBase64url(userId), discoverable: true }),
    ...(userName !== undefined && { userName }),
  };
  if (format === 'cxf' && isZip(bytes)) return { value: bytes, known };
  return { value: format === 'pem' ? text : parsed(text), known };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > 1) {
      try {
        return lines.map((line) => JSON.parse(line));
      } catch {}
    }
    throw new UsageError(`credentials: expected JSON: ${(error as Error).message}`);
  }
}
