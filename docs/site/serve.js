// A folder on loopback, as any host of files serves it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve, sep } from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
};

/** Where it is, and what ends it. @typedef {{ readonly url: string, close(): Promise<void> }} Served */

/**
 * @param {string} folder
 * @param {{ readonly base?: string, readonly port?: number }} [options] `base`: the path below which it is; `port`: 0, or none, is a free one
 * @returns {Promise<Served>}
 */
export async function serveFolder(folder, { base = '/', port = 0 } = {}) {
  const top = resolve(folder);
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost');
    const file = fileAt(top, base, pathname);
    if (file !== undefined && statSync(file).isDirectory())
      return void response.writeHead(301, { location: `${pathname}/` }).end();
    // (As hosts do that know pages of this name.)
    const notFound = join(top, '404.html');
    if (file === undefined && !existsSync(notFound)) return void response.writeHead(404).end();
    const found = file ?? notFound;
    const type = TYPES[extname(found)] ?? 'application/octet-stream';
    response.writeHead(file === undefined ? 404 : 200, { 'content-type': type });
    response.end(readFileSync(found));
  });
  await new Promise((ready, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => ready(undefined));
  });
  const at = /** @type {import('node:net').AddressInfo} */ (server.address()).port;
  return {
    url: `http://localhost:${at}${base}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * What a path means: a file of the folder, or a folder in it; undefined where there is none.
 *
 * @param {string} top
 * @param {string} base
 * @param {string} pathname
 */
function fileAt(top, base, pathname) {
  if (!pathname.startsWith(base)) return undefined;
  const path = decoded(pathname.slice(base.length));
  if (path === undefined) return undefined;
  const file = join(top, path.replace(/(^|\/)$/, '$1index.html'));
  return file.startsWith(top + sep) && existsSync(file) ? file : undefined;
}

/** @param {string} text */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
