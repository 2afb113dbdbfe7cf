/** vendorPrototype (0xFF), CTAP 2.3 section 6.11.6: what the policy's maker thought of. */
import { type ConfigRequest, vendorPrototypeParams } from '../../../ctap/messages/config.ts';
import { CtapError } from '../../../ctap/status.ts';
import type { Device } from '../../device.ts';
import { readParams } from '../../steps/authorize.ts';

export async function vendorPrototype(device: Device, request: ConfigRequest): Promise<void> {
  const { vendorCommandId } = readParams(vendorPrototypeParams, request);
  const command = device.policy.vendorConfigCommands.find(({ id }) => BigInt(id) === BigInt(vendorCommandId));
  if (command === undefined) {
    throw new CtapError('CTAP2_ERR_INVALID_SUBCOMMAND', `no vendor command ${vendorCommandId}`);
  }
  await command.run(request.subCommandParams ?? new Map());
}
