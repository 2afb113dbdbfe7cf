/** Reads the input of commands: a file, the argument itself, or stdin. */
import { createReadStream, readFileSync } from 'node:fs';
import { UsageError } from './error.ts';

/** In bytes; files with many credentials are shorter. */
const LONGEST = 64 * 1024 * 1024;

/** All of stdin. @throws UsageError if stdin is a terminal, or does not end */
async function readStdin(what: string): Promise<Uint8Array> {
  if (process.stdin.isTTY) {
    throw new UsageError(`${what}: expected a file, an argument or something on stdin, got a terminal`);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of process.stdin) {
    length += chunk.length;
    if (length > LONGEST) throw new UsageError(`${what}: expected at most ${LONGEST} bytes, got more`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A file's bytes; `-` is stdin. @throws UsageError */
export async function readFile(path: string, what: string): Promise<Uint8Array> {
  if (path === '-') return readStdin(what);
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`${what}: expected a file, got ${path}: ${reason(error)}`);
  }
}

/** A file's bytes as they come, of whatever length; `-` is stdin. Throws UsageError where there is none, once it is read. */
export async function* readChunks(path: string, what: string): AsyncGenerator<Uint8Array> {
  if (path === '-' && process.stdin.isTTY)
    throw new UsageError(`${what}: expected a file or something on stdin, got a terminal`);
  try {
    yield* path === '-' ? process.stdin : createReadStream(path);
  } catch (error) {
    throw new UsageError(`${what}: expected a file, got ${path}: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'that is a folder';
  if (code === 'EACCES') return 'reading it is not permitted';
  return code ?? String(error);
}

/**
 * JSON from an argument, a file or stdin.
 *
 * @param source the JSON itself (it begins with `{` or `[`), a file's path, or `-` or nothing for stdin
 * @param what names it in messages
 * @throws UsageError
 */
export async function readJson(source: string | undefined, what: string): Promise<unknown> {
  const isJson = source !== undefined && /^\s*[{[]/.test(source);
  // A byte order mark is skipped, as fetch's json() does (https://encoding.spec.whatwg.org/#utf-8-decode).
  const text = isJson ? source.trimStart() : new TextDecoder().decode(await readFile(source ?? '-', what));
  if (text.trim() === '') throw new UsageError(`${what}: expected JSON, got nothing`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${what}: expected JSON: ${(error as Error).message}`);
  }
}

/** A secret from a file: its first line. @throws UsageError */
export async function readSecret(path: string, what: string): Promise<string> {
  const text = Buffer.from(await readFile(path, what)).toString('utf8');
  const [line = ''] = text.split(/\r?\n/, 1);
  if (line === '') throw new UsageError(`${what}: expected a first line with text in ${path}, got none`);
  return line;
}
