/** What the client names of the Web's interfaces, for realms without: origins as URLs, and the errors of ceremonies. */

const ORIGIN =
  /^(https?):\/\/(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d.])?)(?::(\d{1,5}))?(\/[^?#]*)?(\?[^#]*)?(#.*)?$/i;
const PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/** A URL, if it is of a website and spelled plainly: ASCII, no user name. */
export class URL {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly username = '';
  readonly password = '';
  readonly origin: string;

  /** @throws TypeError for any other */
  constructor(text: string) {
    const [, scheme, host, port = '', path = '/', search = '', hash = ''] = ORIGIN.exec(text) ?? [];
    if (scheme === undefined || host === undefined || Number(port) > 0xffff) {
      throw new TypeError(`Invalid URL: ${text}`);
    }
    this.protocol = `${scheme.toLowerCase()}:`;
    this.hostname = host.toLowerCase();
    this.port = port === '' || String(Number(port)) === PORTS[this.protocol] ? '' : String(Number(port));
    [this.pathname, this.search, this.hash] = [path, search, hash];
    this.origin = `${this.protocol}//${this.hostname}${this.port && `:${this.port}`}`;
  }
}

/** As Web IDL's, but for the old numbers of some names. */
export class DOMException extends Error {
  override readonly name: string;

  constructor(message = '', name = 'Error') {
    super(message);
    this.name = name;
  }
}
