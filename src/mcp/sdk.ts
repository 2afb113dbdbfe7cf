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

export interface McpRequest {
  readonly params?: { readonly name?: unknown; readonly arguments?: unknown };
}

export interface McpContext {
  /** Aborted when the client cancels the request. */
  readonly signal?: AbortSignal;
  readonly mcpReq?: { readonly signal?: AbortSignal };
}

export interface McpSdk {
  readonly Server: new (info: object, options: object) => McpServer;
  readonly StdioServerTransport: new (input?: object, output?: object) => object;
}

export const SDK = '@modelcontextprotocol/server';

/** @throws Error that says what to install */
export async function loadSdk(
  load: (name: string) => Promise<unknown> = (name) => import(name),
): Promise<McpSdk> {
  try {
    const [{ Server }, { StdioServerTransport }] = (await Promise.all([load(SDK), load(`${SDK}/stdio`)])) as [
      Pick<McpSdk, 'Server'>,
      Pick<McpSdk, 'StdioServerTransport'>,
    ];
    return { Server, StdioServerTransport };
  } catch (cause) {
    throw new Error(`expected ${SDK} beside stuntkey, got none: npm install ${SDK}`, { cause });
  }
}
