/** `stuntkey mcp`: the key as tools of an agent, over stdio. */
import { Command, Option } from 'commander';
import { Authenticator } from '../authenticator/authenticator.ts';
import type { ModelName } from '../authenticator/models/registry.ts';
import { version } from '../http/version.ts';
import { ScriptedUser } from '../person/user.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import { readJson } from './input.ts';
import { type GlobalOptions, MEMORY, withKey } from './key.ts';
import { MODELS } from './new.ts';
import { note } from './output.ts';
import { interrupted } from './signals.ts';

interface Arguments extends GlobalOptions {
  readonly rpId?: readonly string[];
  readonly browserUrl?: string;
  readonly model?: ModelName;
  readonly policy?: string;
}

/** U2F has no RP IDs to allow. */
const MODELS_OF_AGENTS: readonly ModelName[] = MODELS.filter((name) => name !== 'u2f-key');

export function mcpCommand(): Command {
  return new Command('mcp')
    .description(
      'be a server of the Model Context Protocol over stdio: a key for an agent, which signs for the allowed RP IDs alone',
    )
    .option(
      '--rp-id <id...>',
      'an RP ID that it may sign for, by its exact name; without any, every tool that signs is refused',
    )
    .option('--browser-url <url>', 'the browser that it may attach to, and no other')
    .addOption(
      new Option(
        '--model <name>',
        'the product to behave as, if the key is made now; its AAGUID stays an agent’s',
      ).choices(MODELS_OF_AGENTS),
    )
    .option('--policy <json>', "changes to the key's policy: JSON, or a file")
    .addHelpText(
      'after',
      `
Without --store the key is in memory, and gone at the end: STUNTKEY_STORE is not used here.
${examples('stuntkey mcp --rp-id localhost', 'stuntkey mcp --rp-id login.example.com --browser-url http://127.0.0.1:9222')}`,
    )
    .action((_options: unknown, command: Command) => serveAgent(command.optsWithGlobals<Arguments>()));
}

async function serveAgent(given: Arguments): Promise<void> {
  const { rpId: rpIds = [], browserUrl, model } = given;
  const [{ loadSdk }, { mcpServer }, { Agent, AGENT_AAGUID }] = await Promise.all([
    import('../mcp/sdk.ts'),
    import('../mcp/server.ts'),
    import('../mcp/agent.ts'),
  ]);
  const sdk = await loadSdk();
  const store = given.store ?? MEMORY;
  await withKey({ ...given, store, yes: true }, { create: true, ...(model && { model }) }, async (key) => {
    if (model !== undefined && key.model !== model)
      throw new UsageError(
        `--model: expected ${key.model ?? 'none'}, since the key exists already, got ${model}`,
      );
    const user = new ScriptedUser();
    const authenticator = new Authenticator({
      store: key.store,
      user,
      ...(key.model && { model: key.model }),
      policy: { ...key.policy, ...(await policyIn(given, key.model)), aaguid: AGENT_AAGUID, u2f: false },
    });
    const agent = new Agent({ authenticator, user, rpIds, ...(browserUrl !== undefined && { browserUrl }) });
    const server = mcpServer(sdk, agent, version);
    const stop = interrupted();
    const closed = new Promise<void>((resolve) => {
      server.onclose = () => resolve();
      // The client ends the server by ending its input.
      process.stdin.once('end', () => resolve());
    });
    try {
      await server.connect(new sdk.StdioServerTransport());
      note(
        rpIds.length === 0
          ? 'stuntkey: no RP ID is allowed, so nothing is signed (--rp-id)'
          : `stuntkey: signs for ${rpIds.join(', ')}`,
      );
      await Promise.race([stop, closed]);
    } finally {
      await agent.detach();
      await server.close();
    }
    process.exitCode = ExitCode.done;
  });
}

async function policyIn({ policy }: Arguments, model: ModelName | undefined): Promise<object> {
  if (policy === undefined) return {};
  const { checkPolicy } = await import('./policy.ts');
  const { policyFromJson } = await import('../authenticator/policy/json.ts');
  return policyFromJson(checkPolicy(await readJson(policy, '--policy'), model));
}
