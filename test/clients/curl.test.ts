/** The calls of clients/dotnet/README.md, by curl, as printed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { folderOf, ran } from './readme.ts';

const withoutCurl = withoutTime ?? whyNot(['curl'], () => runs('curl', '--version'));

describe.skipIf(withoutCurl)(named('the calls with curl', withoutCurl), () => {
  it('print what they say: a sign-in, a person who declines, a fault, the traces', async () => {
    const [, code = ''] =
      /```sh\n([\s\S]*?)```/.exec(readFileSync(`${folderOf('dotnet')}README.md`, 'utf8')) ?? [];
    const promised = [...code.matchAll(/^ask [A-Z].*? #(?: (.*))?$/gm)].map(([, text = '']) => text);
    expect(promised).toHaveLength(9);
    const server = await serveHttp(new Authenticator());
    try {
      const env = { STUNTKEY_URL: server.url, STUNTKEY_TOKEN: server.token };
      const { stdout, stderr } = await ran('/bin/sh', ['-e', '-c', code], process.cwd(), env);
      expect(stderr).toBe('');
      const printed = stdout.trimEnd().split('\n');
      // (The last of them prints an empty line, too.)
      while (printed.length < promised.length) printed.push('');
      expect(printed.map((line, place) => line.slice(0, promised[place]?.length))).toEqual(promised);
      expect(printed.filter((line, place) => promised[place] === '' && line !== '')).toEqual([]);
    } finally {
      await server.close(0);
    }
  });
});
