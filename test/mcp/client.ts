/** The official client of the Model Context Protocol, as the judge has it, before servers that it starts. */
import { fileURLToPath } from 'node:url';
import { importFrom, judgesFile } from '../judges/install.ts';

interface ToolAnswer {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it as they like.
  readonly structuredContent?: any;
  readonly isError?: boolean;
}

export interface McpClient {
  listTools(): Promise<{
    readonly tools: readonly { readonly name: string; readonly [member: string]: unknown }[];
  }>;
  callTool(
    call: { readonly name: string; readonly arguments?: object },
    ...rest: unknown[]
  ): Promise<ToolAnswer>;
  getInstructions(): string | undefined;
  close(): Promise<void>;
}

const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** Starts a server, and connects to it. */
async function clientOf(args: readonly string[]): Promise<McpClient> {
  const [{ Client }, { StdioClientTransport }] = (await Promise.all([
    importFrom('mcp', '@modelcontextprotocol/client/dist/index.mjs'),
    importFrom('mcp', '@modelcontextprotocol/client/dist/stdio.mjs'),
  ])) as unknown as [
    { Client: new (info: object) => McpClient & { connect(transport: object): Promise<void> } },
    { StdioClientTransport: new (options: object) => object },
  ];
  const client = new Client({ name: 'stuntkey-test', version: '1.0.0' });
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args, env, cwd: root, stderr: 'ignore' }),
  );
  return client;
}

/** Our own server. */
export const stuntkey = (...args: readonly string[]): Promise<McpClient> =>
  clientOf(['--import', './test/mcp/beside.js', 'bin/stuntkey.js', 'mcp', ...args]);

/** A server of the judge. @param path its program, under node_modules */
export const another = (path: string, ...args: readonly string[]): Promise<McpClient> =>
  clientOf([judgesFile('mcp', path), ...args]);

/** What a tool answered, as text. */
export const textOf = ({ content }: ToolAnswer): string => content.map(({ text = '' }) => text).join('\n');
