/** Traffic with security keys in files of pcapng: recorded, read, played again as a device. */
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
