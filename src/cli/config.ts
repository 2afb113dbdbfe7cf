/** `stuntkey config`: authenticatorConfig. */
import { Command, InvalidArgumentError } from 'commander';
import type { DeviceManager } from '../client/platform/management.ts';
import { examples } from './help.ts';
import type { GlobalOptions } from './key.ts';
import { withManager } from './manager.ts';
import { note } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';

export function configCommand(): Command {
  return new Command('config')
    .description("change the key's settings (authenticatorConfig); asks for the PIN, if one is set")
    .addCommand(alwaysUvCommand())
    .addCommand(minPinLengthCommand())
    .addCommand(
      setting('force-pin-change', 'force-change', 'make the person set another PIN before the next use')
        .addHelpText('after', examples('stuntkey config force-pin-change'))
        .action(change((manager) => manager.setMinPinLength({ forceChangePin: true }))),
    )
    .addCommand(
      setting('pin-complexity', undefined, 'refuse simple PINs, until a reset')
        .addHelpText('after', examples('stuntkey config pin-complexity'))
        .action(change((manager) => manager.setMinPinLength({ pinComplexityPolicy: true }))),
    )
    .addCommand(
      setting('enterprise-attestation', 'enable-ep-attestation', 'attest for enterprises, until a reset')
        .addHelpText('after', examples('stuntkey config enterprise-attestation --pin-file pin.txt'))
        .action(change((manager) => manager.enableEnterpriseAttestation())),
    )
    .addCommand(
      setting('long-touch-for-reset', undefined, 'ask for a long touch before a reset')
        .addHelpText('after', examples('stuntkey config long-touch-for-reset'))
        .action(change((manager) => manager.enableLongTouchForReset())),
    )
    .addHelpText(
      'after',
      examples('stuntkey config always-uv on --pin-file pin.txt', 'stuntkey config min-pin-length 6'),
    );
}

function setting(name: string, alias: string | undefined, description: string): Command {
  const command = withPersonOptions(new Command(name), 'pinFile').description(description);
  return alias === undefined ? command : command.alias(alias);
}

function change<Arguments extends unknown[]>(
  work: (manager: DeviceManager, ...given: Arguments) => Promise<void>,
): (...given: [...Arguments, options: unknown, command: Command]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command;
    const options = command.optsWithGlobals<GlobalOptions & PersonOptions>();
    await withManager(options, {}, (manager) => work(manager, ...(given.slice(0, -2) as Arguments)));
    note('done');
  };
}

type Switch = 'on' | 'off' | 'toggle';

function alwaysUvCommand(): Command {
  const readSwitch = (text: string): Switch => {
    if (text === 'on' || text === 'off' || text === 'toggle') return text;
    throw new InvalidArgumentError('Expected on, off or toggle.');
  };
  return setting('always-uv', 'toggle-always-uv', 'verify the user always, whatever a site asks for')
    .argument('[state]', 'on, off or toggle', readSwitch, 'toggle')
    .addHelpText('after', examples('stuntkey config always-uv on --pin-file pin.txt'))
    .action(
      change(async (manager, wanted: Switch) => {
        const { options } = await manager.info();
        const isOn = options?.get('alwaysUv') === true;
        if (wanted === 'toggle' || (wanted === 'on') !== isOn) await manager.toggleAlwaysUv();
      }),
    );
}

function minPinLengthCommand(): Command {
  const readLength = (text: string): number => {
    if (/^\d{1,3}$/.test(text)) return Number(text);
    throw new InvalidArgumentError('Expected a number of characters.');
  };
  return setting('min-pin-length', 'set-min-length', 'ask for longer PINs, until a reset')
    .argument('<length>', 'characters', readLength)
    .option('--rp-id <ids...>', 'RP IDs that may read it (the extension minPinLength)')
    .addHelpText('after', examples('stuntkey config min-pin-length 8 --rp-id example.com'))
    .action((length: number, own: { readonly rpId?: readonly string[] }, command: Command) =>
      change((manager) =>
        manager.setMinPinLength({
          newMinPINLength: length,
          ...(own.rpId && { minPinLengthRPIDs: own.rpId }),
        }),
      )(own, command),
    );
}
