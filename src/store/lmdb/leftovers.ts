/** What is made beside its place and put there when it is whole; and what a process that was killed left there. */
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Where a process makes what is to be at a path. */
export function beside(path: string, doing: string): string {
  return `${path}.${doing}-${process.pid}`;
}

/** Removes what processes that are no more left beside a path. What cannot be removed stays. */
export function removeLeftovers(path: string, doing: string): void {
  const folder = dirname(path);
  const start = `${basename(path)}.${doing}-`;
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const process = name.startsWith(start) ? name.slice(start.length) : '';
    if (!/^[1-9]\d{0,9}$/.test(process) || isAlive(Number(process))) continue;
    try {
      rmSync(join(folder, name), { recursive: true, force: true });
    } catch {
      // Another user's, perhaps.
    }
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH';
  }
}
