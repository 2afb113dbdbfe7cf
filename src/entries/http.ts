/** A device behind HTTP on loopback. Subpath `stuntkey/http`. */
export type { HttpOptions } from '../http/options.ts';
export { type HttpServer, serveHttp } from '../http/serve.ts';
