/** `stuntkey reset`: back to how the key left the factory. */
import { Command } from 'commander';
import { examples } from './help.ts';
import { type GlobalOptions, withKey } from './key.ts';
import { note } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { interruption } from './signals.ts';

export function resetCommand(): Command {
  return withPersonOptions(new Command('reset'), 'yes', 'decline')
    .description('delete every credential, the PIN and all settings (authenticatorReset)')
    .addHelpText('after', examples('stuntkey reset --yes'))
    .action((_options: unknown, command: Command) => reset(command.optsWithGlobals()));
}

/** Asks, and resets. */
export async function reset(given: GlobalOptions & PersonOptions): Promise<void> {
  await withKey(given, {}, async ({ authenticator, person, path }) => {
    const question = `Delete every credential and the PIN of ${path}?`;
    if (!(await person.confirm(question))) throw new Error('nothing was deleted');
    await authenticator.reset({ signal: interruption() });
    note('the key is as new');
  });
}
