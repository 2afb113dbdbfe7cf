/** The package lmdb, which all but durable stores do without: it is loaded when a store is opened, and asked for by name where it is missing. */
import { createRequire } from 'node:module';
import type { StuntkeyError } from '../../base/stuntkey-error.ts';
import { storeError } from './errors.ts';

/** What stuntkey uses of it. */
type Lmdb = Pick<typeof import('lmdb'), 'open'>;

let loaded: Lmdb | undefined;

/** @throws StuntkeyError `store-needs-lmdb` */
export function lmdb(): Lmdb {
  try {
    // The CommonJS build is one file, which loads faster than twenty modules.
    loaded ??= createRequire(import.meta.url)('lmdb') as Lmdb;
    return loaded;
  } catch (cause) {
    throw needsLmdb(cause, import.meta.url);
  }
}

/**
 * Why lmdb could not be loaded, and what to do.
 *
 * @param place the URL of a file of this package, which says how it was installed
 */
export function needsLmdb(cause: unknown, place: string): StuntkeyError {
  const { code, message } = cause as { readonly code?: unknown; readonly message: string };
  // (lmdb itself, not something that it needs: Node adds who asked for it.)
  const missing = code === 'MODULE_NOT_FOUND' && /^Cannot find module 'lmdb'(\n|$)/.test(message);
  const why = missing
    ? 'is not installed'
    : `cannot be loaded on ${process.platform}-${process.arch} (${message.replaceAll(/\s+/g, ' ').slice(0, 200)})`;
  return storeError(
    'store-needs-lmdb',
    `a store on disk needs the package lmdb, which ${why}: ${lineFor(place, missing)}`,
    missing ? undefined : cause,
  );
}

/** The line to type. */
function lineFor(place: string, missing: boolean): string {
  if (/\/_npx\//.test(place)) return 'npx --package=stuntkey --package=lmdb stuntkey';
  const everywhere = /\/(?:lib|npm)\/node_modules\/stuntkey\//.test(place) ? ' --global' : '';
  return missing
    ? `npm install${everywhere} lmdb`
    : `npm install${everywhere} --include=optional --force lmdb`;
}
