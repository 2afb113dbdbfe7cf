/** Starts a browser with remote debugging, in a profile of its own that is gone afterwards. */
import { type ChildProcess, spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { systemClock } from '../../base/clock.ts';

const browserNames = ['chromium', 'firefox'] as const;
export type BrowserName = (typeof browserNames)[number];

export interface StartOptions {
  readonly browser: BrowserName;
  /** The program itself. Default: the first that is installed. */
  readonly executable?: string;
  readonly headless?: boolean;
  /** More arguments for it, addresses to open among them. */
  readonly args?: readonly string[];
}

export interface StartedBrowser {
  /** Where its remote debugging is. */
  readonly url: string;
  /** Ends it, and removes its profile. */
  stop(): Promise<void>;
}

const IN_PATH: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'chrome',
  ],
  firefox: ['firefox', 'firefox-esr'],
};

const ELSEWHERE: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
  firefox: [
    '/Applications/Firefox.app/Contents/MacOS/firefox',
    'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  ],
};

/** Milliseconds until it has to say where it listens. */
const PATIENCE = 120_000;

/** @throws Error that says what is missing, or what it said at its end */
export async function startBrowser(options: StartOptions): Promise<StartedBrowser> {
  const { browser, headless = false, args = [] } = options;
  const executable = options.executable ?? (await installed(browser));
  const profile = await mkdtemp(join(tmpdir(), `stuntkey-${browser}-`));
  const child = spawn(executable, [...argumentsOf(browser, profile, headless), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill();
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  };
  try {
    return { url: await addressOf(child, executable), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function argumentsOf(browser: BrowserName, profile: string, headless: boolean): string[] {
  if (browser === 'firefox')
    return [
      '--remote-debugging-port=0',
      '--profile',
      profile,
      '--no-remote',
      '--new-instance',
      ...(headless ? ['--headless'] : []),
    ];
  return [
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    '--no-first-run',
    '--no-default-browser-check',
    ...(headless ? ['--headless'] : []),
  ];
}

/** Each says on stderr where it listens. */
function addressOf(child: ChildProcess, executable: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const failed = (why: string): void => {
      cancel();
      const last = said.trim().split('\n').slice(-3).join('; ').slice(-600);
      reject(
        new Error(`${executable}: expected it to listen for remote debugging, ${why}${last && `: ${last}`}`),
      );
    };
    const cancel = systemClock.after(PATIENCE, () => failed('got no word of it'));
    child.once('error', (error) => failed(`got ${error.message}`));
    child.once('exit', (code, signal) => failed(`got its end (${signal ?? code})`));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      const [, kind, address] = /(DevTools|WebDriver BiDi) listening on (wss?:\/\/\S+)/.exec(said) ?? [];
      if (address === undefined) return;
      cancel();
      resolve(kind === 'DevTools' ? address : `${address}/session`);
    });
  });
}

async function installed(browser: BrowserName): Promise<string> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const inPath = IN_PATH[browser].flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  for (const path of [...inPath, ...ELSEWHERE[browser]])
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  throw new Error(
    `expected ${browser} on this machine, found none of ${IN_PATH[browser].join(', ')}: install one, or name the program (--executable)`,
  );
}
