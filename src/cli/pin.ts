/** `stuntkey pin`: what protects the key. */
import { Command } from 'commander';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readSecret } from './input.ts';
import type { GlobalOptions } from './key.ts';
import { withManager } from './manager.ts';
import { note } from './output.ts';
import { type Person, type PersonOptions, withPersonOptions } from './person.ts';
import { reset } from './reset.ts';

interface Arguments extends GlobalOptions, PersonOptions {
  readonly newPinFile?: string;
}

const NEEDED = 'expected a PIN on a terminal, or --pin-file';

export function pinCommand(): Command {
  return new Command('pin')
    .description("set, change or verify the key's PIN")
    .addCommand(setCommand())
    .addCommand(changeCommand())
    .addCommand(verifyCommand())
    .addCommand(removeCommand())
    .addHelpText('after', examples('stuntkey pin set --pin-file pin.txt', 'stuntkey pin verify'));
}

function setCommand(): Command {
  return withPersonOptions(new Command('set'), 'pinFile')
    .description('set the first PIN')
    .addHelpText('after', examples('stuntkey pin set', 'echo 123456 | stuntkey pin set --pin-file -'))
    .action((_options: unknown, command: Command) =>
      withManager(command.optsWithGlobals<Arguments>(), { create: true }, async (manager, { person }) => {
        const { minPINLength = 4, options } = await manager.info();
        if (options?.get('clientPin') === true) throw new Error('a PIN is set already: stuntkey pin change');
        const pin = person.givenPin ?? (await person.newPin(minPINLength));
        await manager.setPin(some(pin));
        note('the PIN is set');
      }),
    );
}

function changeCommand(): Command {
  return withPersonOptions(new Command('change'), 'pinFile')
    .description('change the PIN')
    .option('--new-pin-file <file>', 'a file with the new PIN in its first line, - is stdin')
    .addHelpText(
      'after',
      examples('stuntkey pin change', 'stuntkey pin change --pin-file old.txt --new-pin-file new.txt'),
    )
    .action(async (_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      if (given.pinFile === '-' && given.newPinFile === '-') {
        throw new UsageError('expected one PIN on stdin, got --pin-file - and --new-pin-file -');
      }
      const file = given.newPinFile;
      const next = file === undefined ? undefined : await readSecret(file, 'new PIN');
      await withManager(given, {}, async (manager, { person }) => {
        const { minPINLength = 4 } = await manager.info();
        const pin = await currentPin(person);
        await manager.changePin(pin, some(next ?? (await person.newPin(minPINLength)), '--new-pin-file'));
        note('the PIN is changed');
      });
    });
}

function verifyCommand(): Command {
  return withPersonOptions(new Command('verify'), 'pinFile')
    .description('verify a PIN; a wrong PIN takes one attempt')
    .addHelpText('after', examples('stuntkey pin verify --pin-file pin.txt'))
    .action((_options: unknown, command: Command) =>
      withManager(command.optsWithGlobals<Arguments>(), {}, async (manager, { person }) => {
        await manager.verifyPin(await currentPin(person));
        note('the PIN is right');
      }),
    );
}

function removeCommand(): Command {
  return withPersonOptions(new Command('remove-all-by-reset'), 'yes', 'decline')
    .description('remove the PIN by a reset, the only way there is: it deletes everything else, too')
    .addHelpText('after', examples('stuntkey pin remove-all-by-reset --yes'))
    .action((_options: unknown, command: Command) => reset(command.optsWithGlobals()));
}

async function currentPin(person: Person): Promise<string> {
  return some(person.givenPin ?? (await person.askSecret('PIN: ')));
}

function some(pin: string | undefined, flag = '--pin-file'): string {
  if (pin === undefined || pin === '') throw new UsageError(NEEDED.replace('--pin-file', flag));
  return pin;
}
