/** Changing the device's own state. */
import type { DeviceState } from '../store/device-state.ts';
import type { Device } from './device.ts';
import { deviceState } from './state.ts';

/** Stores what `change` makes of the state; what it throws leaves everything as it is. */
export async function changeState(
  device: Device,
  change: (state: DeviceState) => DeviceState,
): Promise<void> {
  await device.store.transaction((transaction) => transaction.putDevice(change(deviceState(transaction))));
}
