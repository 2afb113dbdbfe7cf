import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { named } from '../interop/debian.ts';
import { judgesFile, whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'stuntkey-ci-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function script(env: Record<string, string>): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['tools/audit-in-ci.sh'],
      { cwd: root, env: { ...process.env, STUNTKEY: `${process.execPath} bin/stuntkey.js`, ...env } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

/** What the validator says of a file. */
function validated(path: string): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [judgesFile('action-validator', '@action-validator/cli/cli.mjs'), path],
      { cwd: root },
      (error, _stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

describe('the script behind the action', () => {
  slow(
    'starts the server, audits it, fails for what it lets in, writes every report, and ends the server',
    async () => {
      const port = await freePort();
      const summary = join(folder, 'summary.md');
      const output = join(folder, 'output');
      const { code, stdout } = await script({
        AUDIT_START: `node examples/strict-server/main.js --port ${port} --weak signature`,
        AUDIT_TARGET: `http://localhost:${port}`,
        AUDIT_REPORTS: folder,
        AUDIT_ARGS: '--only signature-from-other-key,registration-type-swapped --timeout 60',
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_OUTPUT: output,
      });
      expect([code, stdout]).toEqual([3, expect.stringContaining('signature-from-other-key')]);
      for (const name of ['report.html', 'report.xml', 'report.sarif', 'report.md'])
        expect(existsSync(join(folder, name)), name).toBe(true);
      expect(readFileSync(summary, 'utf8')).toContain('### high: ');
      expect(readFileSync(output, 'utf8')).toBe(`reports=${folder}\n`);
      await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    },
    120_000,
  );

  it('says that nothing answers, with what the server said, and ends with 4', async () => {
    const { code, stderr } = await script({
      AUDIT_START: 'echo no database here',
      AUDIT_TARGET: `http://localhost:${await freePort()}`,
      AUDIT_REPORTS: folder,
    });
    expect([code, stderr]).toEqual([4, expect.stringContaining('no database here')]);
  }, 60_000);
});

describe('action.yml', () => {
  const without = withoutTime ?? whyNoJudge('action-validator');

  it.skipIf(without)(named('is an action, as @action-validator judges it', without), async () => {
    const valid = await validated('action.yml');
    expect([valid.code, valid.stderr]).toEqual([0, '']);
    const wrong = join(folder, 'action.yml');
    writeFileSync(
      wrong,
      readFileSync(`${root}action.yml`, 'utf8').replace('using: composite', 'using: magic'),
    );
    expect((await validated(wrong)).code).not.toBe(0);
  });

  it('hands every input to the script, and has no step but it', () => {
    const text = readFileSync(`${root}action.yml`, 'utf8');
    const inputs = text.slice(text.indexOf('inputs:'), text.indexOf('outputs:'));
    for (const [, name] of inputs.matchAll(/^ {2}([a-z-]+):$/gm))
      expect(text, name).toContain(`\${{ inputs.${name} }}`);
    expect([...text.matchAll(/^ {6}run: (.*)$/gm)].map(([, line]) => line)).toEqual([
      'bash "$GITHUB_ACTION_PATH/tools/audit-in-ci.sh"',
    ]);
    const script = readFileSync(`${root}tools/audit-in-ci.sh`, 'utf8');
    for (const [name] of text.matchAll(/AUDIT_[A-Z_]+/g)) expect(script).toContain(name);
  });
});
