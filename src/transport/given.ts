/** What is handed in to carry a device: the device, and the members that several carriers have. */
import { clockShape, LONGEST_TIMER } from '../base/clock.ts';
import {
  amount,
  check,
  exactly,
  flag,
  having,
  type MembersOf,
  maybe,
  oneOf,
  type Shape,
  text,
  that,
  whole,
} from '../base/shape.ts';
import type { CtapHidPolicy } from './ctaphid/ctaphid.ts';
import type { CarriedDevice } from './device.ts';

const device = having<CarriedDevice>('an authenticator, such as new Authenticator()', 'transact');

const isByte = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 256;

export const hidMembers: MembersOf<CtapHidPolicy> = {
  channels: maybe(oneOf(['strict', 'lenient'])),
  messageTimeout: maybe(amount(1, LONGEST_TIMER)),
  whileLocked: maybe(oneOf(['ERR_CHANNEL_BUSY', 'ERR_LOCK_REQUIRED'])),
  wink: maybe(flag),
  deviceVersion: maybe(
    that<readonly [number, number, number]>(
      (value) => Array.isArray(value) && value.length === 3 && value.every(isByte),
      'three numbers from 0 to 255',
    ),
  ),
  clock: maybe(clockShape),
};

interface Address {
  readonly port?: number;
  readonly host?: string;
}

export const addressMembers: MembersOf<Address> = {
  port: maybe(whole(0, 65_535)),
  host: maybe(text({ least: 1, what: 'an address, such as 127.0.0.1' })),
};

interface Numbers {
  readonly vendor?: number;
  readonly product?: number;
  readonly version?: number;
}

/** As USB has them, 16 bits each. */
export const identityNumbers: MembersOf<Numbers> = {
  vendor: maybe(whole(0, 0xffff)),
  product: maybe(whole(0, 0xffff)),
  version: maybe(whole(0, 0xffff)),
};

/** The check of one carrier. @throws StuntkeyError `bad-options` that names the option */
export function checkerOf<Options>(
  name: string,
  members: MembersOf<Options>,
): (given: CarriedDevice, options: Options) => void {
  const shape = exactly(members as never) as Shape<unknown>;
  return (given, options) => {
    check(device, given, 'bad-options', name);
    check(shape, options, 'bad-options');
  };
}
