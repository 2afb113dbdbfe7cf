/**
 * The inspector that watches a key: it leaves a note in the key's folder, by which other commands with the same key find it, and tell it
 * of their ceremonies. The note is the owner's alone, as the key is, and goes when the inspector does.
 */
import { lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CeremonyRecord } from '../decode/trace/record.ts';
import type { TreeObject } from '../decode/tree.ts';
import type { HttpServer } from '../http/serve.ts';
import type { CeremonySource } from '../http/traces.ts';
import { MEMORY } from './key.ts';

const NAME = 'inspector.json';

/** Milliseconds that a command waits for an inspector that does not answer. */
const PATIENCE = 2000;

/** Leaves the note, in place of that of another inspector. @returns what takes it away */
export function leaveNote(path: string, { url, token }: HttpServer): () => void {
  // (Whatever speaks TLS has a certificate that other commands cannot know.)
  if (path === MEMORY || !url.startsWith('http:')) return () => {};
  const file = join(path, NAME);
  const note = JSON.stringify({ url, token, pid: process.pid });
  const unfinished = `${file}.${process.pid}`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, note, { mode: 0o600, flag: 'wx' });
  renameSync(unfinished, file);
  return () => {
    if (noteIn(file) === note) rmSync(file, { force: true });
  };
}

function noteIn(file: string): string | undefined {
  try {
    return lstatSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** An inspector that runs. */
interface Watcher {
  readonly url: string;
  /** Tells it of a ceremony; an inspector that has just gone is no error. */
  tell(ceremony: CeremonyRecord, source: CeremonySource): Promise<void>;
  /** The last so many ceremonies that it knows, the oldest first. @throws Error if it does not answer */
  last(count: number): Promise<readonly SeenCeremony[]>;
}

interface SeenCeremony {
  readonly at: number;
  readonly ceremony: TreeObject;
}

/** The inspector of the key at a path; undefined if none runs. */
export function watcherOf(path: string): Watcher | undefined {
  if (path === MEMORY) return undefined;
  const text = noteIn(join(path, NAME));
  if (text === undefined) return undefined;
  const { url, token, pid } = parsed(text);
  if (typeof url !== 'string' || typeof token !== 'string' || typeof pid !== 'number') return undefined;
  if (!isRunning(pid)) return undefined;
  const ask = async (method: string, route: string, body?: object): Promise<unknown> => {
    const response = await fetch(url + route, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      signal: AbortSignal.timeout(PATIENCE),
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`the inspector at ${url} answered ${response.status}`);
    return response.json();
  };
  return {
    url,
    async tell(ceremony, source) {
      await ask('POST', `/traces?source=${source}`, { ceremony: ceremony.toJSON() }).catch(() => undefined);
    },
    async last(count) {
      const { traces } = (await ask('GET', `/traces?limit=${count}`)) as { traces: { number: number }[] };
      const whole = traces.map(({ number }) => ask('GET', `/traces/${number}`) as Promise<SeenCeremony>);
      return (await Promise.all(whole)).reverse();
    },
  };
}

/** The members of a note; none of a file that is cut, or is something else. */
function parsed(text: string): { readonly url?: unknown; readonly token?: unknown; readonly pid?: unknown } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
