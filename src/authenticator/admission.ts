/** Which commands a device takes now. */
import { CtapCommand } from '../ctap/commands.ts';
import { CtapError } from '../ctap/status.ts';
import { hasCommand } from './capabilities.ts';
import type { Device } from './device.ts';
import type { Continuation } from './session.ts';

/** What a command can go on with, by its byte. */
const CONTINUES: ReadonlyMap<number, readonly Continuation['kind'][]> = new Map<
  number,
  readonly Continuation['kind'][]
>([
  [CtapCommand.authenticatorGetNextAssertion, ['assertions']],
  [CtapCommand.authenticatorCredentialManagement, ['relying-parties', 'credentials']],
  [CtapCommand.authenticatorCredentialManagementPreview, ['relying-parties', 'credentials']],
  [CtapCommand.authenticatorBioEnrollment, ['enrollment']],
  [CtapCommand.authenticatorBioEnrollmentPreview, ['enrollment']],
]);

/**
 * A command begins: is it one that the device has? And what another one left to be continued, this one drops unless it is
 * the one that continues it.
 *
 * @throws CtapError CTAP1_ERR_INVALID_COMMAND
 */
export function admit(device: Device, command: number): void {
  if (!hasCommand(device.policy, command)) throw new CtapError('CTAP1_ERR_INVALID_COMMAND');
  const { continuation } = device.session;
  if (continuation !== undefined && !CONTINUES.get(command)?.includes(continuation.kind)) {
    device.session.continuation = undefined;
  }
}
