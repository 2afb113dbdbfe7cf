/** What tests need of the machine: installed where that can be done, or a reason for skipping them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Whether a program runs and ends well. */
export function runs(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

function apt(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', ['-qq', ...args], { stdio: 'ignore', env, timeout: 240_000 }).status === 0;
}

/**
 * Sees to it that Debian packages are there. They are installed on Debian as root, unless STUNTKEY_NO_INSTALL is set.
 *
 * @param present whether what the packages bring is there
 * @returns why it is not there, or undefined if it is
 */
export function whyNot(packages: readonly string[], present: () => boolean): string | undefined {
  if (present()) return undefined;
  const needed = `needs Debian's ${packages.join(', ')}`;
  const { STUNTKEY_NO_INSTALL } = process.env;
  if (STUNTKEY_NO_INSTALL !== undefined) return `${needed}; STUNTKEY_NO_INSTALL is set`;
  if (!existsSync('/etc/debian_version')) return `${needed}; this is not Debian`;
  if (process.getuid?.() !== 0) return `${needed}; only root can install them`;
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (!apt(...install)) {
    apt('update');
    apt(...install);
  }
  return present() ? undefined : `${needed}; apt-get did not install them`;
}

/** A suite's name, with the reason where it is skipped. */
export function named(name: string, reason: string | undefined): string {
  return reason === undefined ? name : `${name} (skipped: ${reason})`;
}
