/** `stuntkey inspect`: the page that shows the key and its ceremonies, until it is told to stop. */
import { Command, Option } from 'commander';
import type { ModelName } from '../authenticator/models/registry.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import type { AttachMode } from '../browser/passkeys.ts';
import type { BrowserName } from '../browser/running/start.ts';
import { type CarrierOptions, withCarrierOptions } from './carriers.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readPort, TOKEN_FILE, tokenRightsOption } from './http.ts';
import { type GlobalOptions, MEMORY } from './key.ts';
import { MODELS } from './new.ts';
import { openInBrowser } from './open-in-browser.ts';
import { note, print } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';

interface Arguments extends GlobalOptions, PersonOptions, CarrierOptions {
  readonly port?: number;
  readonly tokenFile?: string;
  readonly tokenRights?: ('keys' | 'audit')[];
  readonly model?: ModelName;
  readonly browserUrl?: string;
  readonly launch?: BrowserName;
  readonly mode?: AttachMode;
  readonly open?: true;
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .description(
      'look at the key in a browser: credentials, ceremonies and why they failed, live, until it is stopped (Ctrl-C, SIGTERM): exit code 0',
    )
    .option('--port <port>', 'where the page is, on this machine; by default at a free port', readPort)
    .option('--open', 'open the page in the browser, where there is a terminal')
    .option('--token-file <file>', TOKEN_FILE)
    .addOption(tokenRightsOption())
    .addOption(
      new Option('--model <name>', 'the product to behave as, if the key is made now').choices(MODELS),
    )
    .option(
      '--browser-url <url>',
      "let a running browser's pages use the key, too: where its remote debugging is, as for attach",
    )
    .addOption(
      new Option('--launch <browser>', 'start a browser whose pages use the key, as attach does').choices([
        'chromium',
        'firefox',
      ]),
    )
    .addOption(
      new Option('--mode <mode>', 'what answers those pages, as for attach').choices(['page', 'cdp']),
    );
  withCarrierOptions(command);
  return withPersonOptions(command, 'decline', 'pinFile')
    .addHelpText(
      'after',
      examples(
        'stuntkey inspect',
        'stuntkey inspect --store :memory: --model yubikey-5-nfc --open',
        'stuntkey inspect --launch chromium',
        'stuntkey inspect --browser-url http://127.0.0.1:9222',
        'stuntkey inspect --udp',
        'stuntkey inspect --port 8100 --token-file token.txt --token-rights keys',
      ),
    )
    .action((_options: unknown, command: Command) => inspect(command.optsWithGlobals<Arguments>()));
}

async function inspect({ port, open, browserUrl, launch, mode, ...given }: Arguments): Promise<void> {
  const withBrowser = browserUrl !== undefined || launch !== undefined;
  if (mode !== undefined && !withBrowser)
    throw new UsageError('expected --browser-url or --launch with --mode, got --mode alone');
  let close = (): void => {};
  const door = { ...given, http: port ?? (true as const), ui: true as const };
  const told = ({ ui = '', ...rest }: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
    if (open && process.stderr.isTTY) close = openInBrowser(ui);
    else if (open) note('stuntkey: --open: there is no terminal, so the page is not opened');
    if (given.json) return { ...rest, ui };
    if (!withBrowser) return { inspect: ui };
    // (What happens in the browser is on stderr.)
    print(`inspect ${ui}`);
    return {};
  };
  const run = async (key: GlobalOptions): Promise<void> => {
    if (!withBrowser) {
      await (await import('./serve.ts')).serve({ ...door, ...key }, told);
      return;
    }
    const carrier = (['udp', 'uhid', 'usbip', 'vpcd', 'vpcdListen', 'stdio'] as const).find(
      (name) => given[name] !== undefined,
    );
    if (carrier !== undefined)
      throw new UsageError('expected a browser or a carrier such as --udp, got both');
    const browser = { ...(browserUrl !== undefined && { browserUrl }), ...(launch && { launch }) };
    await (await import('./attach.ts')).attachKey(
      { ...door, ...key, ...browser, mode: mode ?? 'page' },
      told,
    );
  };
  try {
    await run({});
  } catch (error) {
    // Nothing is open yet. Who named a folder wants that one.
    const named = given.store !== undefined || Boolean(process.env.STUNTKEY_STORE);
    if (named || !(error instanceof StuntkeyError) || error.code !== 'store-needs-lmdb') throw error;
    note('the key is in memory, and gone at the end: npm install lmdb keeps one on the disk');
    await run({ store: MEMORY });
  } finally {
    close();
  }
}
