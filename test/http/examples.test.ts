/** The examples of docs/http.md, as printed. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named, runs } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

const page = readFileSync(new URL('../../docs/http.md', import.meta.url), 'utf8');
const exampleIn = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
/** What the comments behind its printing say that it prints. */
const promised = (code: string): string[] =>
  [...code.matchAll(/print.*(?:#|\/\/) (.*)$/gm)].map(([, text]) => text as string);

const withoutPython = runs('python3', '--version') ? undefined : 'needs python3';
const withoutJava = runs('java', '--version') ? undefined : 'needs java';

describe('the examples of docs/http.md', () => {
  let server: HttpServer;
  let folder: string;
  beforeAll(async () => {
    server = await serveHttp(new Authenticator());
    folder = await mkdtemp(join(tmpdir(), 'stuntkey-'));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true });
  });

  async function printed(program: string, file: string, code: string): Promise<string[]> {
    await writeFile(join(folder, file), code);
    const env = { ...process.env, STUNTKEY_URL: server.url, STUNTKEY_TOKEN: server.token };
    const { stdout } = await promisify(execFile)(program, [join(folder, file)], { env });
    return stdout.trim().split('\n');
  }

  it.skipIf(withoutTime ?? withoutPython)(
    named('in Python prints what it says', withoutTime ?? withoutPython),
    async () => {
      const code = exampleIn('python');
      expect(promised(code)).toHaveLength(2);
      expect(await printed('python3', 'example.py', code)).toEqual(promised(code));
    },
  );

  it.skipIf(withoutTime ?? withoutJava)(
    named('in Java prints what it says', withoutTime ?? withoutJava),
    async () => {
      const code = exampleIn('java');
      expect(promised(code)).toHaveLength(2);
      expect(await printed('java', 'Example.java', code)).toEqual(promised(code));
    },
  );

  it('are about a dozen lines each', () => {
    for (const language of ['python', 'java'])
      expect(exampleIn(language).trim().split('\n').length).toBeLessThanOrEqual(18);
  });
});
