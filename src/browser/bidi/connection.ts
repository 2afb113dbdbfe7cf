/** WebDriver BiDi (https://www.w3.org/TR/webdriver-bidi/), only the part that is needed, so that every driver has it. */
export interface BidiConnection {
  /** @returns the command's result */
  send(method: string, parameters: object): Promise<unknown>;
  /** Listens to an event. */
  on(event: string, listener: (parameters: never) => void): unknown;
  /** Ends that. */
  off(event: string, listener: (parameters: never) => void): unknown;
}

/** https://www.w3.org/TR/webdriver-bidi/#type-browsingContext-Info */
export interface ContextInfo {
  readonly context: string;
  readonly children: readonly ContextInfo[] | null;
  readonly userContext: string;
  readonly url: string;
}

/** https://www.w3.org/TR/webdriver-bidi/#type-script-RealmInfo, of a window. */
export interface RealmInfo {
  readonly realm: string;
  readonly origin: string;
  readonly type: string;
  readonly context: string;
  /** For realms beside the page's own. */
  readonly sandbox?: string;
}

/** https://www.w3.org/TR/webdriver-bidi/#event-script-message */
export interface ChannelMessage {
  readonly channel: string;
  readonly data: { readonly type: string; readonly value?: unknown; readonly handle?: string };
  readonly source: { readonly realm: string; readonly context?: string };
}

export async function treeOf(connection: BidiConnection, root?: string): Promise<readonly ContextInfo[]> {
  const result = await connection.send('browsingContext.getTree', root === undefined ? {} : { root });
  return (result as { contexts: readonly ContextInfo[] }).contexts;
}

/** How often a command is sent again after Firefox failed at it. */
const MOST_TRIES = 20;

/**
 * The same connection, which repeats a command that names a realm when another document goes meanwhile: Firefox looks for a realm in all documents
 * of the browser at once, and fails at one that goes (script.sys.mjs, `#getWindowRealmInfos`), before it does anything else.
 */
export function persistent(connection: BidiConnection): BidiConnection {
  return {
    async send(method, parameters) {
      for (let tries = 1; ; tries++) {
        try {
          return await connection.send(method, parameters);
        } catch (error) {
          if (tries === MOST_TRIES || !/\brealm is null\b/.test((error as Error).message)) throw error;
        }
      }
    },
    on: (event, listener) => connection.on(event, listener),
    off: (event, listener) => connection.off(event, listener),
  };
}
