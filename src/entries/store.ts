/** A durable store of credentials and device state. For Node: it needs a file system. */

export {
  type CheckOptions,
  checkStore,
  type LostCredential,
  type StoreCheck,
} from '../store/lmdb/check.ts';
export type { StoreErrorCode } from '../store/lmdb/errors.ts';
export {
  type ExportOptions,
  exportStore,
  type ImportOptions,
  importStore,
  salvageStore,
} from '../store/lmdb/export.ts';
export { openStore } from '../store/lmdb/open.ts';
export type { StoreOptions } from '../store/lmdb/options.ts';
export {
  type JsonObject,
  type JsonValue,
  LmdbStore,
  type Page,
  type PageOptions,
} from '../store/lmdb/store.ts';
