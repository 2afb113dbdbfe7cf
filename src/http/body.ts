/** A request's body: bounded, and JSON or nothing. */
import type { IncomingMessage } from 'node:http';
import { problemOf, type Shape } from '../base/shape.ts';
import { HttpError } from './error.ts';
import { bodies } from './requests.ts';
import type { Route } from './route.ts';

/** So many bytes of a refused body are still read, so that the client sees the answer instead of a broken connection. */
const LONGEST_WASTE = 1024 * 1024;

/** What a route reads from a body. @throws HttpError 415 or 400 */
export function bodyOf(bytes: Uint8Array, request: IncomingMessage, route: Route): unknown {
  if (route.body === undefined) {
    if (bytes.length === 0) return undefined;
    throw new HttpError(400, 'bad-body', `body: expected none, got ${bytes.length} bytes`);
  }
  const type = request.headers['content-type'] ?? 'none';
  if (!/^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type))
    throw new HttpError(
      415,
      'bad-media-type',
      `Content-Type: expected application/json, got ${type.slice(0, 80)}`,
    );
  const value = parse(bytes);
  const shape: Shape<unknown> = bodies[route.body];
  const read = isTooDeep(value)
    ? `body: expected at most ${MOST_LEVELS} levels, got more`
    : problemOf(shape, value, 'body');
  if (typeof read === 'string') throw new HttpError(400, 'bad-body', read);
  return read.value;
}

/** No value of use has more levels; what has is refused before anything walks through it. */
const MOST_LEVELS = 32;

/** Whether a value has so many levels that it is better left alone. */
export function isTooDeep(value: unknown, level = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (level >= MOST_LEVELS) return true;
  for (const member of Object.values(value)) if (isTooDeep(member, level + 1)) return true;
  return false;
}

/** @throws HttpError 413, or rejects with what ends the request before its body does */
export function readBytes(request: IncomingMessage, longest: number): Promise<Uint8Array> {
  const tooLarge = (): HttpError =>
    new HttpError(413, 'body-too-large', `body: expected at most ${longest} bytes, got more`);
  if (Number(request.headers['content-length'] ?? 0) > longest) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // (Leaving the loop of an async iterator would destroy the request, and the connection with it.)
  return new Promise((resolve, reject) => {
    let ended = false;
    request.on('data', (chunk: Uint8Array) => {
      if (length > longest) return;
      length += chunk.length;
      if (length > longest) reject(tooLarge());
      else chunks.push(chunk);
    });
    request.on('error', reject).on('end', () => {
      ended = true;
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    // (An error costs the picture of its stack: none is made for a request that came as it should.)
    request.on('close', () => {
      if (!ended) reject(new Error('the client went away'));
    });
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new HttpError(
      400,
      'bad-body',
      `body: expected JSON in UTF-8: ${(error as Error).message.slice(0, 200)}`,
    );
  }
}

/** Reads on to the end, if that is near. @returns whether the connection can go on */
export async function discard(request: IncomingMessage): Promise<boolean> {
  if (request.complete) return true;
  if (Number(request.headers['content-length'] ?? 0) > LONGEST_WASTE) return false;
  let length = 0;
  return new Promise((resolve) => {
    request.removeAllListeners('data');
    request.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length > LONGEST_WASTE) resolve(false);
    });
    request.on('end', () => resolve(true)).on('close', () => resolve(false));
    request.resume();
  });
}
