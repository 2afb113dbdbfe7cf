/**
 * Traffic with security keys in files of pcapng: recorded, read, and played again as a device.
 *
 * @example
 * ```js
 * import { createReadStream } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { Authenticator } from 'stuntkey';
 * import { allExchanges, exchangeText, exchangeTree, recordTo, replay } from 'stuntkey/capture';
 *
 * const file = `${tmpdir()}/stuntkey-${process.pid}.pcapng`;
 * const recording = recordTo(file);
 * await recording.of(new Authenticator()).transact(Uint8Array.of(0x04)); // authenticatorGetInfo
 * recording.close();
 *
 * const { exchanges, cut } = await allExchanges(createReadStream(file));
 * const last = exchanges.at(-1);
 * console.log(last.command, cut); // CBOR false
 * console.log(exchangeTree(last).command); // CTAPHID_CBOR
 * console.log(exchangeText(1, last).includes('CTAPHID_CBOR')); // true
 *
 * const device = await replay(createReadStream(file)); // a ReplayedDevice
 * const [status] = await device.transact(Uint8Array.of(0x04));
 * console.log(status, device.refused); // 0 0
 * ```
 * @module stuntkey/capture
 */

export {
  allExchanges,
  type CapturedExchange,
  type CaptureReading,
  type CtapHidCommandName,
  readExchanges,
} from '../capture/exchanges.ts';
export { type Recording, recordTo } from '../capture/recording.ts';
export { type ReplayedDevice, type ReplayOptions, replay } from '../capture/replay.ts';
export type { RecordingOptions } from '../capture/tape.ts';
export { exchangeText, exchangeTree } from '../capture/tree.ts';
