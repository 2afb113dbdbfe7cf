/** How `stuntkey attach` comes to a browser: by its address, by looking for one, or by starting one. */
import { type Command, Option } from 'commander';
import type { RunningBrowser } from '../browser/running/browser.ts';
import type { BrowserName } from '../browser/running/start.ts';
import { UsageError } from './error.ts';
import { note } from './output.ts';

export interface ReachOptions {
  readonly browserUrl?: string;
  readonly launch?: BrowserName;
  readonly executable?: string;
  readonly headless?: true;
  /** For the browser that is started. */
  readonly args?: readonly string[];
}

/** The names of browsers, which are not loaded for a help text. */
const BROWSERS: readonly BrowserName[] = ['chromium', 'firefox'];

export function withReachOptions(command: Command): Command {
  return command
    .argument('[arguments...]', 'of the browser that is started: addresses, and flags behind --')
    .option(
      '--browser-url <url>',
      "where a browser's remote debugging is, such as http://127.0.0.1:9222; else one is looked for",
    )
    .addOption(
      new Option('--launch <browser>', 'start one, in a profile that is gone afterwards').choices(BROWSERS),
    )
    .option('--executable <file>', 'the program to start')
    .option('--headless', 'start it without a window');
}

/** What connects, once the key is open. @throws UsageError */
export async function reached(
  given: ReachOptions,
): Promise<{ readonly connect: () => Promise<RunningBrowser> }> {
  const { browserUrl, launch, executable, headless, args = [] } = given;
  if (browserUrl !== undefined && launch !== undefined)
    throw new UsageError('expected --browser-url or --launch, got both');
  if (launch !== undefined)
    return {
      connect: () =>
        started({
          browser: launch,
          args,
          ...(executable !== undefined && { executable }),
          ...(headless && { headless }),
        }),
    };
  const alone =
    executable !== undefined
      ? '--executable'
      : headless
        ? '--headless'
        : args.length > 0
          ? args[0]
          : undefined;
  if (alone !== undefined) throw new UsageError(`expected --launch with ${alone}, got ${alone} alone`);
  const address = browserUrl === undefined ? await found() : checked(browserUrl);
  return { connect: () => connected(address) };
}

/** @throws UsageError for what is no address of a browser */
function checked(text: string): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : '';
  if (['http:', 'https:', 'ws:', 'wss:'].includes(protocol)) return text;
  throw new UsageError(`--browser-url: expected http:// or ws://, got ${text}`);
}

/** @throws UsageError unless there is one */
async function found(): Promise<string> {
  const { findBrowsers } = await import('../browser/running/find.ts');
  const addresses = await findBrowsers();
  const [first, ...others] = addresses;
  if (first === undefined)
    throw new UsageError(
      'expected a browser with remote debugging (chromium --remote-debugging-port=9222, firefox --remote-debugging-port), found none: start one, or let --launch chromium do so, or say where it is with --browser-url',
    );
  if (others.length > 0)
    throw new UsageError(`expected --browser-url with one of the browsers that run: ${addresses.join(', ')}`);
  note(`found a browser at ${first}`);
  return first;
}

async function connected(address: string): Promise<RunningBrowser> {
  const { connectTo } = await import('../browser/running/browser.ts');
  try {
    return await connectTo(address);
  } catch (cause) {
    throw new Error(`expected a browser with remote debugging at ${address}, got none`, { cause });
  }
}

async function started(options: {
  readonly browser: BrowserName;
  readonly args: readonly string[];
}): Promise<RunningBrowser> {
  const { startBrowser } = await import('../browser/running/start.ts');
  const browser = await startBrowser(options);
  try {
    const running = await connected(browser.url);
    return {
      ...running,
      async leave() {
        await running.leave();
        await browser.stop();
      },
    };
  } catch (error) {
    await browser.stop();
    throw error;
  }
}
