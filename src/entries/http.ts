/** A device behind HTTP on loopback. Subpath `stuntkey/http`. */
export { type HttpOptions, type HttpServer, serveHttp } from '../http/serve.ts';
