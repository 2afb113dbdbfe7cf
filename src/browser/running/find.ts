/** Browsers of this user that run with remote debugging: by the files that they leave in their profiles, and at the usual port. */
import { readdir, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { socketAt } from './browser.ts';
import { WebSocketClient } from './web-socket.ts';

/** Where browsers of a platform keep the profiles of their users. */
export interface Places {
  /** Folders of Chromium's kind, each with a file `DevToolsActivePort` while it listens. */
  readonly chromium: readonly string[];
  /** Folders of profiles of Firefox, each with a file `WebDriverBiDiServer.json` while it listens. */
  readonly firefox: readonly string[];
  readonly ports: readonly number[];
}

const NAMES = {
  linux: ['google-chrome', 'google-chrome-beta', 'chromium', 'microsoft-edge', 'BraveSoftware/Brave-Browser'],
  darwin: [
    'Google/Chrome',
    'Google/Chrome Beta',
    'Chromium',
    'Microsoft Edge',
    'BraveSoftware/Brave-Browser',
  ],
  win32: ['Google\\Chrome\\User Data', 'Chromium\\User Data', 'Microsoft\\Edge\\User Data'],
} as const;

export function usualPlaces(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Places {
  const home = homedir();
  const all = (root: string, names: readonly string[]): string[] => names.map((name) => join(root, name));
  if (platform === 'darwin') {
    const root = join(home, 'Library', 'Application Support');
    return { chromium: all(root, NAMES.darwin), firefox: [join(root, 'Firefox', 'Profiles')], ports: [9222] };
  }
  if (platform === 'win32')
    return {
      chromium: all(env.LOCALAPPDATA ?? home, NAMES.win32),
      firefox: [join(env.APPDATA ?? home, 'Mozilla', 'Firefox', 'Profiles')],
      ports: [9222],
    };
  return {
    chromium: all(env.XDG_CONFIG_HOME ?? join(home, '.config'), NAMES.linux),
    firefox: [join(home, '.mozilla', 'firefox')],
    ports: [9222],
  };
}

/** The addresses of browsers that listen, each once. */
export async function findBrowsers(places: Places = usualPlaces()): Promise<readonly string[]> {
  const said = await Promise.all([
    ...places.chromium.map(inProfile),
    ...places.firefox.map(inProfilesOfFirefox),
  ]);
  const found = new Map<string, string>();
  for (const address of said.flat()) {
    const { host } = new URL(address);
    // A browser that was killed leaves its file.
    if (!found.has(host) && (await listens(address))) found.set(host, address);
  }
  for (const port of places.ports) {
    const host = `127.0.0.1:${port}`;
    const address = found.has(host) ? undefined : await atPort(host);
    if (address !== undefined) found.set(host, address);
  }
  return [...found.values()];
}

/** A port, and the path of the WebSocket. */
async function inProfile(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'DevToolsActivePort'), 'utf8').catch(() => '');
  const [port = '', path = ''] = text.split('\n');
  return /^\d+$/.test(port) && path.startsWith('/') ? [`ws://127.0.0.1:${port}${path}`] : [];
}

async function inProfilesOfFirefox(folder: string): Promise<string[]> {
  const profiles = await readdir(folder).catch(() => []);
  const texts = await Promise.all(
    profiles.map((name) => readFile(join(folder, name, 'WebDriverBiDiServer.json'), 'utf8').catch(() => '')),
  );
  return texts.flatMap((text) => {
    try {
      const { ws_host: host, ws_port: port } = JSON.parse(text) as Record<string, unknown>;
      return [new URL(`ws://${host}:${port}/session`).href];
    } catch {
      return [];
    }
  });
}

function listens(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** What is at the usual port may be anything: only a browser's WebSocket counts. */
async function atPort(host: string): Promise<string | undefined> {
  if (!(await listens(`ws://${host}`))) return undefined;
  try {
    const address = await socketAt(`http://${host}`);
    const socket = await WebSocketClient.open(address);
    await socket.close();
    return address;
  } catch {
    return undefined;
  }
}
