/** `stuntkey info`: what the key says of itself. */

import { Command } from 'commander';
import { isBytes } from '../base/bytes.ts';
import { algorithm } from '../decode/cose.ts';
import { examples } from './help.ts';
import { type GlobalOptions, MEMORY, storePath } from './key.ts';
import { withManager } from './manager.ts';
import { print, printJson, styled } from './output.ts';

/** `5.7.1 (329473)`: makers of keys put the version's three parts into three bytes. A smaller number stays as it is. */
function versionName(version: number): string {
  if (version <= 0xffff || version > 0xffffff) return String(version);
  return `${version >> 16}.${(version >> 8) & 0xff}.${version & 0xff} (${version})`;
}

/** Numbers that have names. */
function inWords(name: string, value: unknown): string | undefined {
  if (name === 'alg') return algorithm(value);
  if (name === 'firmwareVersion') return versionName(Number(value));
  return undefined;
}

export function infoCommand(): Command {
  return new Command('info')
    .description('show the key: authenticatorGetInfo, attempts left, number of credentials')
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
        const url = (name: string, value: unknown) =>
          name === 'pinComplexityPolicyURL' && isBytes(value)
            ? Buffer.from(value).toString('utf8')
            : undefined;
        // Numbers for programs, names for eyes.
        if (given.json) printJson(toTree(about, url));
        else
          print(
            render(toTree(about, (name, value) => url(name, value) ?? inWords(name, value)))
              .trimEnd()
              .replace(/^\w+(?=:)/gm, (name) => styled('bold', name)),
          );
      });
    });
}
