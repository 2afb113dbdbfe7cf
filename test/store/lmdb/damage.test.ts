import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { damages } from './damages.js';

const worker = fileURLToPath(new URL('./damage-worker.js', import.meta.url));
const KINDS = Object.keys(damages).length;
/** Of plain stores and of encrypted ones each: one of each kind, or 50. */
const COUNT = process.env.SLOW ? 50 * KINDS : KINDS;
const AT_ONCE = 200;

interface Line {
  readonly begins?: number;
  readonly ends?: string;
  readonly wrong?: string;
  readonly number: number;
  readonly kind: string;
}

/** Runs one process over some variants. @returns what it said, and how it ended: a status, or a signal */
async function run(sealed: string, from: number, count: number): Promise<{ lines: Line[]; end: unknown }> {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-damage-'));
  try {
    const args = [worker, folder, sealed, String(from), String(count)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines: Line[] = [];
    createInterface(child.stdout).on('line', (text) => lines.push(JSON.parse(text)));
    const end = await new Promise((resolve) =>
      child.on('close', (status, signal) => resolve(signal ?? status)),
    );
    return { lines, end };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a store that was damaged', () => {
  it.each(['plain', 'sealed'])(
    `gives what was written or says store-damaged, reading and writing, and its check agrees: %s, ${COUNT} variants`,
    async (sealed) => {
      const outcomes = new Map<string, number>();
      for (let from = 0; from < COUNT; from += AT_ONCE) {
        const count = Math.min(AT_ONCE, COUNT - from);
        const { lines, end } = await run(sealed, from, count);
        expect({ end, last: lines.at(-1) }).toMatchObject({ end: 0 });
        expect(lines.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
        for (const { ends } of lines) if (ends) outcomes.set(ends, (outcomes.get(ends) ?? 0) + 1);
      }
      expect([...outcomes.values()].reduce((a, b) => a + b)).toBe(COUNT);
      // (Else the damages did none.)
      expect(outcomes.get('refused')).toBeGreaterThan(COUNT / 4);
      expect(outcomes.get('whole')).toBeGreaterThan(0);
    },
    1_200_000,
  );
});
