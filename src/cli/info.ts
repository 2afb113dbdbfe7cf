/** `stuntkey info`: what the key says of itself. */
import { Command } from 'commander';
import { examples } from './help.ts';
import { type GlobalOptions, MEMORY, storePath } from './key.ts';
import { withManager } from './manager.ts';
import { print, printJson, styled } from './output.ts';

export function infoCommand(): Command {
  return new Command('info')
    .description('show what the key says of itself: authenticatorGetInfo, attempts left, credentials')
    .addHelpText('after', examples('stuntkey info', "stuntkey info --json | jq '.options.clientPin'"))
    .action(async (_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<GlobalOptions>();
      const { render, toTree } = await import('../decode/tree.ts');
      const { uuid } = await import('../metadata/statement.ts');
      await withManager(given, { create: storePath(given) === MEMORY }, async (manager, key) => {
        const ctap2 = key.authenticator.ctap2;
        const info = ctap2 ? await manager.info() : undefined;
        const about = {
          store: key.path,
          model: key.model ?? null,
          ctap: key.authenticator.policy.ctap,
          ...(ctap2 && { retries: await manager.retries() }),
          ...(info && { ...info, aaguid: uuid(info.aaguid) }),
        };
        const tree = toTree(about, (name, value) =>
          name === 'pinComplexityPolicyURL' && value instanceof Uint8Array
            ? Buffer.from(value).toString('utf8')
            : undefined,
        );
        if (given.json) printJson(tree);
        else
          print(
            render(tree)
              .trimEnd()
              .replace(/^\w+(?=:)/gm, (name) => styled('bold', name)),
          );
      });
    });
}
