/** The official SDK, which is looked for only when it is needed: an optional peer. Its types are written down as far as they are used. */

/** https://modelcontextprotocol.io/specification, the server's side. */
export interface McpServer {
  setRequestHandler(
    method: string,
    handler: (request: McpRequest, context: McpContext | undefined) => Promise<object>,
  ): void;
  connect(transport: object): Promise<void>;
  close(): Promise<void>;
  onclose?: (() => void) | undefined;
}

interface McpRequest {
  readonly params?: { readonly name?: unknown; readonly arguments?: unknown };
}

interface McpContext {
  /** Aborted when the client cancels the request. */
  readonly signal?: AbortSignal;
  readonly mcpReq?: { readonly signal?: AbortSignal };
}

export interface McpSdk {
  readonly Server: new (info: object, options: object) => McpServer;
  readonly StdioServerTransport: new (input?: object, output?: object) => object;
}

const SDK = '@modelcontextprotocol/server';

/** (Names that are written out, for a bundler and bin/modules.js look at them.) */
const loadPeer = (): Promise<readonly unknown[]> =>
  Promise.all([
    // @ts-expect-error: an optional peer, which is not installed here
    import('@modelcontextprotocol/server'),
    // @ts-expect-error: the same
    import('@modelcontextprotocol/server/stdio'),
  ]);

/** @throws Error that says what to install */
export async function loadSdk(load: () => Promise<readonly unknown[]> = loadPeer): Promise<McpSdk> {
  try {
    const [server, stdio] = (await load()) as [Pick<McpSdk, 'Server'>, Pick<McpSdk, 'StdioServerTransport'>];
    return { Server: server.Server, StdioServerTransport: stdio.StdioServerTransport };
  } catch (cause) {
    throw new Error(`expected ${SDK} beside stuntkey, got none: npm install ${SDK}`, { cause });
  }
}
