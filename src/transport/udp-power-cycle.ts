/** The datagram by which simulators that are reached over UDP are told to unplug themselves and come back. */
import { equal, fromHex } from '../base/bytes.ts';

/** 64 bytes; a convention of simulators, no CTAPHID packet. There is no answer. */
export const POWER_CYCLE: Uint8Array = fromHex(
  'ac1052ca95e569de69e02ebff333485f13f9b2da34c5a8a340526697a9ab2e0b' +
    '394d8d04973c134005be1a0140bff6045bb26eb77a73eaa47813f6b49a7250dc',
);

export function isPowerCycle(datagram: Uint8Array): boolean {
  return equal(datagram, POWER_CYCLE);
}
