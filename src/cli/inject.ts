/** `stuntkey inject`: prints a script that gives pages of any browser tool a key. */
import { Command, Option } from 'commander';
import type { ModelName } from '../authenticator/models/registry.ts';
import type { PageDeviceOptions } from '../inject/options.ts';
import type { PageState } from '../inject/states.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readJson, readSecret } from './input.ts';
import { MODELS } from './new.ts';

interface Arguments {
  readonly bridge?: string;
  readonly bridgeTokenFile?: string;
  readonly state?: PageState;
  readonly model?: ModelName;
  readonly policy?: string;
  readonly person?: string;
  readonly keep?: PageDeviceOptions['keep'];
  readonly seed?: string;
}

/** The names of the states, which are not loaded for a help text. */
const STATES: readonly PageState[] = ['ready', 'cancelled', 'waiting', 'wrongAccount', 'locked'];

/** What only a device in the page has. */
const OF_DEVICE = ['state', 'model', 'policy', 'person', 'keep', 'seed'] as const;

export function injectCommand(): Command {
  return new Command('inject')
    .description(
      'print a script for a browser tool\'s "add init script": a device in the page, or with --bridge the key behind an HTTP door',
    )
    .option(
      '--bridge <url>',
      'the address of a door with --allow-origin, or of a named authenticator behind it',
    )
    .option(
      '--bridge-token-file <file>',
      "a file with the bridge's token in its first line (STUNTKEY_BRIDGE_TOKEN)",
    )
    .addOption(new Option('--state <name>', 'a situation by its name').choices(STATES))
    .addOption(new Option('--model <name>', 'the product it behaves as').choices(MODELS))
    .option('--policy <json>', "the device's policy: JSON, or a file")
    .option('--person <json>', 'what the person does: JSON, or a file, such as { "presence": "decline" }')
    .addOption(
      new Option(
        '--keep <time>',
        'how long credentials are kept: as long as the document, or the tab',
      ).choices(['document', 'tab']),
    )
    .option('--seed <text>', 'a text from which every random value follows')
    .addHelpText(
      'after',
      examples(
        'stuntkey inject > stuntkey.js',
        'stuntkey inject --state locked > locked.js',
        'stuntkey inject --bridge http://127.0.0.1:8100 --bridge-token-file bridge.token > bridge.js',
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const text = await scriptOf(command.opts<Arguments>());
      process.stdout.write(text);
    });
}

/** @throws UsageError; StuntkeyError `bad-options`, `bad-policy` */
async function scriptOf(given: Arguments): Promise<string> {
  const { bridge, bridgeTokenFile } = given;
  const { bridgeScript, deviceScript } = await import('../inject/scripts.ts');
  if (bridge === undefined) {
    if (bridgeTokenFile !== undefined)
      throw new UsageError('expected --bridge with --bridge-token-file, got --bridge-token-file alone');
    return deviceScript(await deviceOptions(given));
  }
  const alone = OF_DEVICE.find((name) => given[name] !== undefined);
  if (alone !== undefined)
    throw new UsageError(
      `expected --${alone} without --bridge: there the door's key and person answer (stuntkey serve, PUT /user)`,
    );
  const token =
    bridgeTokenFile === undefined
      ? process.env.STUNTKEY_BRIDGE_TOKEN
      : await readSecret(bridgeTokenFile, 'token');
  if (token === undefined || token === '')
    throw new UsageError(
      "expected the bridge's token, which stuntkey serve --http --allow-origin prints: --bridge-token-file, or the environment variable STUNTKEY_BRIDGE_TOKEN",
    );
  return bridgeScript({ url: bridge, token });
}

async function deviceOptions({
  state,
  model,
  policy,
  person,
  keep,
  seed,
}: Arguments): Promise<PageDeviceOptions> {
  return {
    ...(state !== undefined && { state }),
    ...(model !== undefined && { model }),
    ...(policy !== undefined && { policy: await readPolicy(policy, model) }),
    ...(person !== undefined && { user: (await readJson(person, '--person')) as object }),
    ...(keep !== undefined && { keep }),
    ...(seed !== undefined && { seed }),
  };
}

async function readPolicy(given: string, model: ModelName | undefined): Promise<object> {
  const { checkPolicy } = await import('./policy.ts');
  return checkPolicy(await readJson(given, '--policy'), model);
}
