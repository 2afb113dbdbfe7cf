/**
 * A durable store of credentials and device state, for several processes. It needs Node, and the package lmdb beside stuntkey.
 *
 * @example
 * ```js
 * import { readFileSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { Authenticator } from 'stuntkey';
 * import { checkStore, exportStore, importStore, LmdbStore, openStore, salvageStore } from 'stuntkey/store';
 *
 * const path = `${tmpdir()}/stuntkey-reference-${process.pid}`;
 * const store = await openStore({ path });
 * await new Authenticator({ store }).getInfo();
 * const pieces = [];
 * for await (const piece of exportStore(store)) pieces.push(piece);
 * await store.close();
 *
 * const check = await checkStore({ path });
 * console.log(check.problems.length); // 0
 * const copy = await importStore(pieces, { path: `${path}-copy` });
 * console.log(copy instanceof LmdbStore); // true
 * await copy.close();
 * const { problems } = await salvageStore({ path }, (piece) => writeFileSync(`${path}.export`, piece, { flag: 'a' }));
 * console.log(problems.length, readFileSync(`${path}.export`).length > 0); // 0 true
 * ```
 * @module stuntkey/store
 */

export { checkStore, type LostCredential, type StoreCheck } from '../store/lmdb/check.ts';
export type { StoreErrorCode } from '../store/lmdb/errors.ts';
export { exportStore, importStore, salvageStore } from '../store/lmdb/export.ts';
export { openStore } from '../store/lmdb/open.ts';
export type { CheckOptions, ExportOptions, ImportOptions, StoreOptions } from '../store/lmdb/options.ts';
export {
  type JsonObject,
  type JsonValue,
  LmdbStore,
  type Page,
  type PageOptions,
} from '../store/lmdb/store.ts';
