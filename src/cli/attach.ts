/** `stuntkey attach`: the pages of a running browser use this key, until you stop. */
import { Command, Option } from 'commander';
import type { Browser } from 'puppeteer-core';
import { Authenticator } from '../authenticator/authenticator.ts';
import type { AttachMode, Passkeys } from '../browser/passkeys.ts';
import type { HttpServer } from '../http/serve.ts';
import { ExitCode, lineOf, UsageError } from './error.ts';
import { examples } from './help.ts';
import { checkDoor, type DoorArguments, openDoor, scripted, withDoorOptions } from './http.ts';
import { type GlobalOptions, withKey } from './key.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { jsonText, note, print, safe } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { checkRecordOptions, type RecordOptions, recordingFor, withRecordOptions } from './record.ts';
import { inputEnded, interrupted } from './signals.ts';

interface Arguments extends GlobalOptions, PersonOptions, DoorArguments, RecordOptions {
  readonly browserUrl: string;
  readonly mode: AttachMode;
}

export function attachCommand(): Command {
  const command = new Command('attach')
    .description(
      "let a running browser's pages use the key, until it is stopped (Ctrl-C, SIGTERM) or the browser ends: exit code 0",
    )
    .requiredOption('--browser-url <url>', 'where its remote debugging is, such as http://127.0.0.1:9222')
    .addOption(
      new Option(
        '--mode <mode>',
        "what answers pages: page, stuntkey's client; cdp, Chromium's device with stuntkey's keys",
      )
        .choices(['page', 'cdp'])
        .default('page'),
    );
  withRecordOptions(command);
  return withPersonOptions(withDoorOptions(command))
    .addHelpText(
      'after',
      examples(
        'chromium --remote-debugging-port=9222 --user-data-dir=/tmp/profile &',
        'stuntkey attach --browser-url http://127.0.0.1:9222',
        'stuntkey attach --browser-url http://127.0.0.1:9222 --http 8100 --json',
        'stuntkey attach --browser-url http://127.0.0.1:9222 --yes --json | jq -r \'select(.event == "registered").id\'',
      ),
    )
    .action((_options: unknown, command: Command) => attachKey(command.optsWithGlobals<Arguments>()));
}

async function attachKey(given: Arguments): Promise<void> {
  const { browserUrl, mode, http } = given;
  checkDoor(given);
  if (given.touchAfter !== undefined && http !== undefined)
    throw new UsageError('expected --touch-after without --http, whose requests say what the person does');
  const where = placeOf(browserUrl);
  checkRecordOptions(given);
  if (given.record !== undefined && mode !== 'page')
    throw new UsageError(
      `expected --mode page with --record, got ${mode}: there Chromium's own device answers`,
    );
  await withKey(given, { create: true }, async ({ store, model, policy, person }) => {
    const device = new Authenticator({
      store,
      user: http === undefined ? oneAtATime(person) : scripted(given.decline === true, person),
      ...(model && { model }),
      ...(policy && { policy }),
    });
    const recording = await recordingFor(given);
    const shown = recording?.of(device) ?? device;
    const browser = await connect(where);
    // From here on a signal is a request to stop, and no interruption.
    const stop = interrupted();
    const gone = new Promise<void>((resolve) => browser.once('disconnected', () => resolve()));
    let passkeys: Passkeys | undefined;
    let door: Awaited<ReturnType<typeof openDoor>> | undefined;
    try {
      // Faults that are set over HTTP apply to pages, too, if our client answers them.
      const wrong =
        http !== undefined && mode === 'page'
          ? (await import('../audit/forge/faulty.ts')).faulty(shown)
          : undefined;
      if (http !== undefined) door = await openDoor(wrong ?? shown, given);
      const { attach } = await import('../browser/puppeteer.ts');
      passkeys = await attach(browser, wrong ?? shown, { mode, fetch: (url, init) => fetch(url, init) });
      tellOf(passkeys, given.json === true, door?.server);
      await passkeys.settled();
      if (door !== undefined) tell(given.json === true, { event: 'serving', ...door.told });
      tell(given.json === true, { event: 'attached', browser: await browser.version(), mode });
      const ended = await Promise.race([
        stop.then(() => 'told to stop'),
        gone.then(() => 'the browser is gone'),
        ...(given.untilStdinEnds ? [inputEnded().then(() => 'standard input has ended')] : []),
      ]);
      tell(given.json === true, { event: 'detached', reason: ended });
    } finally {
      await door?.server.close();
      if (browser.connected) {
        await passkeys?.detach();
        await browser.disconnect();
      }
      recording?.close();
    }
    process.exitCode = ExitCode.done;
  });
}

/** @throws UsageError for what is no address of a browser */
function placeOf(text: string): { readonly browserURL: string } | { readonly browserWSEndpoint: string } {
  const protocol = URL.canParse(text) ? new URL(text).protocol : undefined;
  if (protocol === 'http:' || protocol === 'https:') return { browserURL: text };
  if (protocol === 'ws:' || protocol === 'wss:') return { browserWSEndpoint: text };
  throw new UsageError(`--browser-url: expected http:// or ws://, got ${text}`);
}

async function connect(where: ReturnType<typeof placeOf>): Promise<Browser> {
  const { connect } = await import('puppeteer-core').catch((cause) => {
    throw new Error('expected puppeteer-core beside stuntkey, got none: npm install puppeteer-core', {
      cause,
    });
  });
  try {
    return await connect({ ...where, defaultViewport: null });
  } catch (cause) {
    const [address] = Object.values(where);
    throw new Error(`expected a browser with remote debugging at ${address}, got none`, { cause });
  }
}

type Told = Readonly<Record<string, string>> & { readonly event: string };

/** @param door what keeps the ceremonies of the pages, too */
function tellOf(passkeys: Passkeys, json: boolean, door: HttpServer | undefined): void {
  for (const event of ['registered', 'authenticated'] as const) {
    passkeys.on(event, ({ id, origin, ceremony }) => {
      if (ceremony !== undefined) door?.tell(ceremony);
      tell(json, { event, id, ...(origin !== undefined && { origin }) });
    });
  }
  passkeys.on('refused', ({ origin, operation, error, ceremony }) => {
    if (ceremony !== undefined) door?.tell(ceremony);
    tell(json, { event: 'refused', origin, operation, error: error.name, reason: lineOf(error) });
  });
}

/** An event: a line of JSON as the result, or a line on stderr for who looks on. */
function tell(json: boolean, told: Told): void {
  if (json) print(jsonText(told));
  else note(Object.values(told).map(safe).join('  '));
}
