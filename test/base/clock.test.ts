import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';

const built = new URL('../../build/', import.meta.url);

/** A program that waits for one promise and has nothing else to do: what it prints, and its exit code. */
function waitingFor(promise: string): Promise<{ stdout: string; code: number }> {
  const program = `
    import { systemClock } from '${new URL('base/clock.js', built)}';
    await ${promise};
    console.log('came');
  `;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '--eval', program],
      { cwd: fileURLToPath(built) },
      (error, stdout) => resolve({ stdout, code: Number(error?.code ?? 0) }),
    );
  });
}

/** What Node exits with when the program still waits, and nothing is left that could wake it. */
const NOTHING_LEFT = 13;

describe('the system clock', () => {
  it('keeps a process that waits for a timer of it', async () => {
    expect(await waitingFor('new Promise((due) => systemClock.after(50, due))')).toEqual({
      stdout: 'came\n',
      code: 0,
    });
  });

  it('lets a process end before a timer in the background is due', async () => {
    const hour = 3_600_000;
    const { stdout, code } = await waitingFor(
      `new Promise((due) => systemClock.after(${hour}, due, { background: true }))`,
    );
    expect([stdout, code]).toEqual(['', NOTHING_LEFT]);
  });

  it('keeps no process for a timer that was stopped', async () => {
    const { code } = await waitingFor('new Promise((due) => systemClock.after(3_600_000, due)())');
    expect(code).toBe(NOTHING_LEFT);
  });

  it('does not call back at once when asked for longer than a timer of Node can wait', () => {
    vi.useFakeTimers();
    try {
      const due = vi.fn();
      systemClock.after(1e12, due);
      vi.advanceTimersByTime(2 ** 31 - 2);
      expect(due).not.toHaveBeenCalled();
    } finally {
      vi.useRealTimers();
    }
  });
});
