/** authenticatorConfig (0x0D), CTAP 2.3 section 6.11: may it be done, and what? */
import { concat } from '../../../base/bytes.ts';
import { CtapCommand } from '../../../ctap/commands.ts';
import { type ConfigRequest, ConfigSubCommand } from '../../../ctap/messages/config.ts';
import { CtapError } from '../../../ctap/status.ts';
import { capabilitiesOf } from '../../capabilities.ts';
import type { Device, Outcome } from '../../device.ts';
import { Permission } from '../../pin-uv-auth-token.ts';
import { authorize, subCommandMessage } from '../../steps/authorize.ts';
import { protectionOf } from '../../steps/protection.ts';
import { enableEnterpriseAttestation } from './enable-enterprise-attestation.ts';
import { enableLongTouchForReset } from './enable-long-touch-for-reset.ts';
import { setMinPinLength } from './set-min-pin-length.ts';
import { toggleAlwaysUv } from './toggle-always-uv.ts';
import { vendorPrototype } from './vendor-prototype.ts';

const SUBCOMMANDS: ReadonlyMap<number, (device: Device, request: ConfigRequest) => Promise<void>> = new Map([
  [ConfigSubCommand.enableEnterpriseAttestation, enableEnterpriseAttestation],
  [ConfigSubCommand.toggleAlwaysUv, toggleAlwaysUv],
  [ConfigSubCommand.setMinPINLength, setMinPinLength],
  [ConfigSubCommand.enableLongTouchForReset, enableLongTouchForReset],
  [ConfigSubCommand.vendorPrototype, vendorPrototype],
]);

export async function authenticatorConfig(
  device: Device,
  request: ConfigRequest,
): Promise<Outcome<undefined>> {
  const { subCommand } = request;
  // 2. A subcommand that the device has.
  const supported = capabilitiesOf(device.policy).configCommands;
  const run = supported.includes(subCommand) ? SUBCOMMANDS.get(subCommand) : undefined;
  if (run === undefined) {
    throw new CtapError(
      'CTAP1_ERR_INVALID_PARAMETER',
      `subCommand: expected one of ${supported.join(', ')}, got ${subCommand}`,
    );
  }
  // 3. and 4. A token, where the device is protected or should be.
  if (needsToken(device, subCommand)) {
    const head = Uint8Array.of(CtapCommand.authenticatorConfig, subCommand);
    const message = subCommandMessage(concat(new Uint8Array(32).fill(0xff), head), request.subCommandParams);
    authorize(device, request, Permission.authenticatorConfiguration, message);
  }
  // 5. Do it.
  await run(device, request);
  return { response: undefined };
}

/** A device that wants verification always and cannot verify anybody must be able to get out of that. */
function needsToken(device: Device, subCommand: number): boolean {
  const { isProtected, alwaysUv } = protectionOf(device);
  return isProtected || (alwaysUv && subCommand !== ConfigSubCommand.toggleAlwaysUv);
}
