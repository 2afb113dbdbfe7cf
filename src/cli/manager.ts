/** The key as its owner manages it. */
import type { DeviceManager } from '../client/platform/management.ts';
import { type GlobalOptions, type Key, type Opening, withKey } from './key.ts';
import type { PersonOptions } from './person.ts';
import { interruption } from './signals.ts';

/** Opens the key with what manages it, and closes it whatever comes of that. */
export async function withManager<T>(
  options: GlobalOptions & PersonOptions,
  opening: Opening,
  work: (manager: DeviceManager, key: Key) => Promise<T>,
): Promise<T> {
  const { DeviceManager } = await import('../client/platform/management.ts');
  return withKey(options, opening, (key) =>
    work(new DeviceManager(key.authenticator, { user: key.person, signal: interruption() }), key),
  );
}
