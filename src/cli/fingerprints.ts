/** `stuntkey fingerprints`: authenticatorBioEnrollment. */
import { Command } from 'commander';
import { hex } from '../base/bytes.ts';
import { safe } from '../base/harmless.ts';
import type { DeviceManager, EnrolledFingerprint } from '../client/platform/management.ts';
import { EnrollSampleStatus } from '../ctap/messages/bio-enrollment.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import type { GlobalOptions, Key } from './key.ts';
import { withManager } from './manager.ts';
import { note, print, printNdjson, printTable } from './output.ts';
import { type PersonOptions, withPersonOptions } from './person.ts';
import { progress } from './progress.ts';

type Given = GlobalOptions & PersonOptions;

export function fingerprintsCommand(): Command {
  return new Command('fingerprints')
    .description('enroll and remove fingerprints (authenticatorBioEnrollment); the PIN is needed')
    .addCommand(listCommand())
    .addCommand(enrollCommand())
    .addCommand(renameCommand())
    .addCommand(removeCommand())
    .addHelpText(
      'after',
      examples('stuntkey new --model yubikey-bio', 'stuntkey fingerprints enroll --name "left thumb"'),
    );
}

function listCommand(): Command {
  return withPersonOptions(new Command('list'), 'pinFile')
    .description('list the enrolled fingerprints')
    .addHelpText('after', examples('stuntkey fingerprints list --pin-file pin.txt --json'))
    .action((_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Given>();
      return withManager(given, {}, async (manager) => {
        const found = (await manager.fingerprints()).map(({ templateId, name = '' }) => ({
          id: hex(templateId),
          name: safe(name),
        }));
        if (given.json) printNdjson(found);
        else if (found.length > 0) printTable([['id', 'name'], ...found.map(({ id, name }) => [id, name])]);
      });
    });
}

function enrollCommand(): Command {
  return withPersonOptions(new Command('enroll'), 'yes', 'decline', 'pinFile')
    .alias('enrol')
    .alias('add')
    .description('enroll a fingerprint, sample by sample; prints its ID')
    .option('--name <name>', 'its name')
    .addHelpText(
      'after',
      examples('stuntkey fingerprints enroll --name "left thumb" --pin-file pin.txt --yes'),
    )
    .action((_options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Given & { readonly name?: string }>();
      return withManager(given, {}, async (manager, key) => {
        const templateId = await manager.enroll(shownProgress(key));
        if (given.name !== undefined) await manager.renameFingerprint(templateId, given.name);
        if (given.json) printNdjson([{ id: hex(templateId), name: given.name ?? '' }]);
        else print(hex(templateId));
      });
    });
}

function shownProgress({ authenticator }: Key): (status: number, remaining: number) => void {
  const bar = progress('samples', authenticator.policy.fingerprints.samples);
  return (status, remaining) => {
    const flaw = Object.entries(EnrollSampleStatus).find(([, value]) => value === status)?.[0];
    if (status === EnrollSampleStatus.CTAP2_ENROLL_FEEDBACK_NO_USER_ACTIVITY) {
      bar.end();
      throw new Error(`${flaw}: no finger was put on the sensor`);
    }
    if (status !== EnrollSampleStatus.CTAP2_ENROLL_FEEDBACK_FP_GOOD) note(`${flaw ?? status}: once more`);
    bar.show(authenticator.policy.fingerprints.samples - remaining);
    if (remaining === 0) bar.end();
  };
}

function renameCommand(): Command {
  return withPersonOptions(new Command('rename'), 'pinFile')
    .description('rename a fingerprint')
    .argument('<id>', 'its ID, or its present name')
    .argument('<name>', 'its new name')
    .addHelpText('after', examples('stuntkey fingerprints rename "left thumb" "right thumb"'))
    .action((id: string, name: string, _options: unknown, command: Command) =>
      withManager(command.optsWithGlobals<Given>(), {}, async (manager) => {
        await manager.renameFingerprint((await find(manager, id)).templateId, name);
        note('renamed');
      }),
    );
}

function removeCommand(): Command {
  return withPersonOptions(new Command('remove'), 'yes', 'decline', 'pinFile')
    .alias('delete')
    .description('remove a fingerprint')
    .argument('<id>', 'its ID, or its name')
    .addHelpText('after', examples('stuntkey fingerprints remove "left thumb" --yes'))
    .action((id: string, _options: unknown, command: Command) =>
      withManager(command.optsWithGlobals<Given>(), {}, async (manager, { person }) => {
        const { templateId, name } = await find(manager, id);
        if (!(await person.confirm(`Forget the fingerprint ${safe(name ?? hex(templateId))}?`))) {
          throw new Error('nothing was removed');
        }
        await manager.removeFingerprint(templateId);
        note('removed');
      }),
    );
}

async function find(manager: DeviceManager, wanted: string): Promise<EnrolledFingerprint> {
  const enrolled = await manager.fingerprints();
  const found = enrolled.filter(({ templateId, name }) => hex(templateId) === wanted || name === wanted);
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  throw new UsageError(
    one === undefined ? `no fingerprint is called ${wanted}` : `several fingerprints are called ${wanted}`,
  );
}
