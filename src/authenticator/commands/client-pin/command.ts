/** authenticatorClientPIN (0x06), CTAP 2.3 section 6.5: which subcommand? */

import { once } from '../../../base/once.ts';
import { type CtapLevel, knows } from '../../../ctap/level.ts';
import {
  type ClientPinRequest,
  type ClientPinResponse,
  ClientPinSubCommand,
} from '../../../ctap/messages/client-pin.ts';
import { subCommandsOf } from '../../../ctap/registry.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { CommandContext, Device, Outcome } from '../../device.ts';
import { changePin } from './change-pin.ts';
import { getKeyAgreement } from './get-key-agreement.ts';
import { getPinRetries, getUvRetries } from './retries.ts';
import { setPin } from './set-pin.ts';
import { getPinToken, getTokenUsingPin, getTokenUsingUv } from './tokens.ts';

type SubCommand = (
  device: Device,
  request: ClientPinRequest,
  context: CommandContext,
) => Promise<ClientPinResponse>;

/** The edition that each subcommand came with. */
const editions = once<ReadonlyMap<number, CtapLevel>>(
  () =>
    new Map(
      subCommandsOf('authenticatorClientPIN', ClientPinSubCommand).map(({ number, since }) => [
        number,
        since,
      ]),
    ),
);

/** What any device with a PIN/UV auth protocol has, what it takes a PIN for, and what it takes built-in verification for. */
const ALWAYS: ReadonlyMap<number, SubCommand> = new Map<number, SubCommand>([
  [ClientPinSubCommand.getKeyAgreement, getKeyAgreement],
]);
const WITH_PIN: ReadonlyMap<number, SubCommand> = new Map<number, SubCommand>([
  [ClientPinSubCommand.getPINRetries, getPinRetries],
  [ClientPinSubCommand.setPIN, setPin],
  [ClientPinSubCommand.changePIN, changePin],
  [ClientPinSubCommand.getPinToken, getPinToken],
  [ClientPinSubCommand.getPinUvAuthTokenUsingPinWithPermissions, getTokenUsingPin],
]);
const WITH_UV: ReadonlyMap<number, SubCommand> = new Map<number, SubCommand>([
  [ClientPinSubCommand.getPinUvAuthTokenUsingUvWithPermissions, getTokenUsingUv],
  [ClientPinSubCommand.getUVRetries, getUvRetries],
]);

export async function authenticatorClientPin(
  device: Device,
  request: ClientPinRequest,
  context: CommandContext,
): Promise<Outcome<ClientPinResponse>> {
  const { subCommand } = request;
  const { clientPin, ctap, userVerification } = device.policy;
  const since = editions().get(subCommand);
  if (since === undefined || !knows(ctap, since)) throw noSuch(subCommand);
  const run =
    ALWAYS.get(subCommand) ??
    (clientPin ? WITH_PIN.get(subCommand) : undefined) ??
    (userVerification !== 'none' ? WITH_UV.get(subCommand) : undefined);
  if (run === undefined) throw noSuch(subCommand);
  return { response: await run(device, request, context) };
}

function noSuch(subCommand: number): CtapError {
  return new CtapError('CTAP2_ERR_INVALID_SUBCOMMAND', `subCommand: got ${subCommand}`);
}
