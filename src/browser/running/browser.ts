/** A browser that runs already, over its own remote debugging: Chromium's protocol, or WebDriver BiDi. No driver is needed. */
import { attachTo } from '../attach.ts';
import { attachBidi } from '../bidi/attach.ts';
import type { Attachable, AttachOptions, Passkeys } from '../passkeys.ts';
import { SharedWatch } from '../shared-watch.ts';
import { OwnBidiConnection } from './bidi.ts';
import { CdpConnection } from './cdp.ts';
import { WebSocketClient } from './web-socket.ts';

/** A connection to a browser. */
export interface RunningBrowser {
  readonly protocol: 'cdp' | 'bidi';
  /** Such as `Chrome/156.0.7000.0`, `firefox/153.0`. */
  readonly version: string;
  /** Resolves when the browser has gone, or this connection to it. */
  readonly gone: Promise<void>;
  /** Attaches devices to all its pages. */
  attach(devices: Attachable, options: AttachOptions): Promise<Passkeys>;
  /** Leaves the browser, which runs on. */
  leave(): Promise<void>;
}

/** Milliseconds for an answer over HTTP. */
const PATIENCE = 10_000;

/**
 * @param url `http://127.0.0.1:9222`, or the address of a WebSocket: Chromium's `…/devtools/browser/…`, Firefox's `…/session`
 * @throws Error that says what answered instead
 */
export async function connectTo(url: string): Promise<RunningBrowser> {
  const address = /^https?:/.test(url) ? await socketAt(url) : url;
  const socket = await WebSocketClient.open(address);
  try {
    return isBidi(address) ? await overBidi(socket) : await overCdp(socket);
  } catch (error) {
    await socket.close();
    throw error;
  }
}

export const isBidi = (address: string): boolean => /^\/session(?:\/|$)/.test(new URL(address).pathname);

/** Chromium says where its WebSocket is. Firefox does not, and has it at a fixed path. */
export async function socketAt(url: string): Promise<string> {
  const at = new URL(url);
  const response = await fetch(new URL('/json/version', at), { signal: AbortSignal.timeout(PATIENCE) });
  if (response.ok) {
    const told = (await response.json()) as { readonly webSocketDebuggerUrl?: unknown };
    if (typeof told.webSocketDebuggerUrl === 'string') return told.webSocketDebuggerUrl;
  } else await response.body?.cancel();
  return `${at.protocol === 'https:' ? 'wss' : 'ws'}://${at.host}/session`;
}

async function overCdp(socket: WebSocketClient): Promise<RunningBrowser> {
  const connection = new CdpConnection(socket);
  const { product } = (await connection.send('', 'Browser.getVersion')) as { readonly product: string };
  const openRoot = () => connection.openRoot();
  const watch = new SharedWatch(openRoot);
  return {
    protocol: 'cdp',
    version: product,
    gone: socket.closed,
    attach: (devices, options) => attachTo({ watch, openRoot }, devices, options, () => {}),
    leave: () => socket.close(),
  };
}

async function overBidi(socket: WebSocketClient): Promise<RunningBrowser> {
  const connection = new OwnBidiConnection(socket);
  const { capabilities } = (await connection.send('session.new', { capabilities: {} })) as {
    readonly capabilities: { readonly browserName?: string; readonly browserVersion?: string };
  };
  const { browserName = 'a browser', browserVersion = '' } = capabilities;
  return {
    protocol: 'bidi',
    version: `${browserName}/${browserVersion}`,
    gone: socket.closed,
    attach: (devices, options) => attachBidi(connection, undefined, devices, options, () => {}),
    async leave() {
      await connection.send('session.end', {}).catch(() => undefined);
      await socket.close();
    },
  };
}
