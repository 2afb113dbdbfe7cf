/** A durable store of credentials and device state. For Node: it needs a file system. */

export type { StoreErrorCode } from './errors.ts';
export { type ExportOptions, exportStore, type ImportOptions, importStore } from './export.ts';
export { openStore, type StoreOptions } from './open.ts';
export { type JsonObject, type JsonValue, LmdbStore, type Page, type PageOptions } from './store.ts';
