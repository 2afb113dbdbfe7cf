/** The playground as it is deployed: built into a folder, and served from a path below a site's root. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

export interface Site {
  /** Where the playground is. */
  readonly url: string;
  readonly folder: string;
  close(): Promise<void>;
}

let built: string | undefined;

/** Builds the playground, once for all tests of a worker. */
export function playgroundFolder(): string {
  if (built !== undefined && existsSync(built)) return built;
  built = join(mkdtempSync(join(tmpdir(), 'stuntkey-playground-')), 'out');
  execFileSync(process.execPath, ['scripts/playground.js', built], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return built;
}

/** Serves a folder from `/docs/playground/`, as a site for static files does. */
export async function serveFolder(folder: string): Promise<Site> {
  const base = '/docs/playground/';
  const server = createServer(({ url = '' }, response) => {
    const path = new URL(url, 'http://localhost').pathname;
    const file = path.startsWith(base) ? join(folder, path.slice(base.length) || 'index.html') : '';
    const isThere = file !== '' && !path.includes('..') && existsSync(file);
    if (!isThere) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    folder,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
