/** The start of the command: modules as scripts, and V8's code cache for them. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { parseAst } from 'rolldown/parseAst';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampled, slow } from '../slow.ts';
import { root } from './command.ts';

const require = createRequire(import.meta.url);
const { scriptOf } = require('../../bin/modules.js');
const { CodeCache } = require('../../bin/code-cache.js');

interface Node {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** All nodes of a program, by their types. */
function nodesIn(text: string): (type: string) => readonly Node[] {
  const found = new Map<string, Node[]>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { type } = value as { type?: unknown };
    if (typeof type === 'string') {
      const same = found.get(type);
      if (same === undefined) found.set(type, [value as Node]);
      else same.push(value as Node);
    }
    for (const one of Object.values(value)) visit(one);
  };
  visit(parseAst(text).body);
  return (type) => found.get(type) ?? [];
}

/** The modules that the command leads to, static and dynamic imports alike, with their texts. */
function modules(): Map<string, string> {
  const found = new Map<string, string>();
  const visit = (file: string): void => {
    if (found.has(file)) return;
    const text = readFileSync(file, 'utf8');
    found.set(file, text);
    for (const [, path = ''] of text.matchAll(/(?:from |import\(|^import )"(\.[^"]+)"/gm))
      visit(join(file, '..', path));
  };
  visit(join(root, 'dist/cli/main.js'));
  return found;
}

const nameOf = (node: unknown): string => (node as { readonly name?: string }).name ?? '';

describe('a module as a script', () => {
  const all = modules();

  it('has what the syntax tree of the module has', () => {
    expect(all.size).toBeGreaterThan(30);
    for (const [file, text] of sampled([...all], 6)) {
      const script = scriptOf(text);
      const [given, made] = [nodesIn(text), nodesIn(script)];
      const literal = ({ source }: Node): boolean => (source as Node).type === 'Literal';
      expect([file, made('ImportExpression').filter(literal), made('MetaProperty')]).toEqual([file, [], []]);
      const imports = made('CallExpression').filter(({ callee }) => nameOf(callee) === '$import');
      expect([file, imports.length]).toEqual([file, given('ImportExpression').filter(literal).length]);
      // (One is the parameter.)
      const metas = made('Identifier').filter((node) => nameOf(node) === '$meta');
      expect([file, metas.length]).toEqual([file, given('MetaProperty').length + 1]);
      const exported = given('ExportSpecifier').map(({ exported }) => nameOf(exported));
      const assigned = [...script.matchAll(/\$exports\.([\w$]+)=/g)].map(([, name]) => name as string);
      expect([file, ...assigned.toSorted()]).toEqual([file, ...exported.toSorted()]);
      // What imports a script would not see that an export changes later.
      const variables = new Set(
        (parseAst(text).body as unknown as Node[])
          .filter(({ type, kind }) => type === 'VariableDeclaration' && kind !== 'const')
          .flatMap(({ declarations }) => (declarations as Node[]).map(({ id }) => nameOf(id))),
      );
      const locals = given('ExportSpecifier').map(({ local }) => nameOf(local));
      const assignments = [...given('AssignmentExpression'), ...given('UpdateExpression')];
      const changed = new Set(assignments.map(({ left, argument }) => nameOf(left ?? argument)));
      expect([file, ...locals.filter((name) => variables.has(name) && changed.has(name))]).toEqual([file]);
    }
  });

  it('can be one of the texts that run in pages', () => {
    const { Modules } = require('../../bin/modules.js');
    const exported = (file: string): Record<string, unknown> => new Modules().load(join(root, 'dist', file));
    const { deviceText, ...more } = exported('inject/device-text.js') as { deviceText(): string };
    expect(more).toEqual({});
    const texts = {
      ...exported('page/script-text.js'),
      ...exported('inject/script-text.js'),
      DEVICE: deviceText(),
    };
    expect(Object.keys(texts)).toEqual(['PAGE_SCRIPT', 'BRIDGE_SCRIPT', 'DEVICE']);
    // (Read byte by byte: what is not ASCII would be other letters.)
    for (const text of Object.values(texts)) expect(String(text).slice(0, 22)).toBe("(way) => {'use strict'");
  });

  it('is loaded whole before what imports it: the modules have no circle', () => {
    const path: string[] = [];
    const done = new Set<string>();
    const visit = (file: string): void => {
      expect(path).not.toContain(file);
      if (done.has(file)) return;
      path.push(file);
      for (const [, next = ''] of (all.get(file) ?? '').matchAll(/^(?:import|export) .*"(\.[^"]+)";$/gm))
        visit(join(file, '..', next));
      path.pop();
      done.add(file);
    };
    for (const file of all.keys()) visit(file);
  });
});

describe('the code cache', () => {
  const before = process.env.XDG_CACHE_HOME;
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'stuntkey-cache-'));
    process.env.XDG_CACHE_HOME = home;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
    rmSync(home, { recursive: true, force: true });
  });
  const files = (): string[] =>
    readdirSync(join(home, 'stuntkey')).map((name) => join(home, 'stuntkey', name));
  const SOURCE = '(function () { return 40 + 2; })';
  /** Runs a script by the cache of a command. */
  const run = (source = SOURCE, command = 'get'): { result: unknown; used: number } => {
    const cache = CodeCache.of([command]);
    const script: Script = cache.script('/module.js', source);
    const result = script.runInThisContext()();
    cache.save();
    return { result, used: cache.used };
  };

  it('is written at the first run, for its owner alone, and used at the second', () => {
    expect(run()).toEqual({ result: 42, used: 0 });
    const [file = ''] = files();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'stuntkey')).mode & 0o777).toBe(0o700);
    expect(run()).toEqual({ result: 42, used: 1 });
    expect(files()).toEqual([file]);
  });

  it('is one for each command', () => {
    run();
    expect(run(SOURCE, 'create').used).toBe(0);
    expect(files()).toHaveLength(2);
  });

  it('is not used for another source of the same length, and is written again', () => {
    run();
    const other = SOURCE.replace('40', '50');
    expect(run(other)).toEqual({ result: 52, used: 0 });
    expect(run(other)).toEqual({ result: 52, used: 1 });
  });

  it.each([
    ['a byte is another', (bytes: Buffer) => bytes.fill(bytes.readUInt8(80) ^ 1, 80, 81)],
    ['it is cut off', (bytes: Buffer) => bytes.subarray(0, -40)],
    ['it is empty', () => Buffer.alloc(0)],
    ['it is something else', () => Buffer.from('not a cache')],
  ])('is not used where %s', (_, change) => {
    run();
    const [file = ''] = files();
    writeFileSync(file, change(readFileSync(file)));
    expect(run()).toEqual({ result: 42, used: 0 });
    expect(run().used).toBe(1);
  });

  it.runIf(process.platform !== 'win32')('is not used where others can write it', () => {
    run();
    const [file = ''] = files();
    chmodSync(file, 0o622);
    expect(run()).toEqual({ result: 42, used: 0 });
  });

  it('fails nothing where its folder cannot be made', () => {
    writeFileSync(join(home, 'stuntkey'), 'a file');
    expect(run()).toEqual({ result: 42, used: 0 });
    expect(readFileSync(join(home, 'stuntkey'), 'utf8')).toBe('a file');
  });

  it('keeps no more than 32 files', () => {
    for (let place = 0; place < 34; place++)
      run(SOURCE, `get${'abcdefghijklmnopqrstuvwxyzabcdefghij'.slice(place, place + 2)}`);
    expect(files().length).toBeLessThanOrEqual(32);
  });

  it('can be switched off, as that of Node', () => {
    process.env.NODE_DISABLE_COMPILE_CACHE = '1';
    try {
      expect(CodeCache.of(['get'])).toBeUndefined();
    } finally {
      delete process.env.NODE_DISABLE_COMPILE_CACHE;
    }
  });

  slow('changes nothing of what the command says, the second time and after damage', () => {
    const say = () => {
      const args = [
        join(root, 'bin/stuntkey.js'),
        'decode',
        'o3mm9u6vuaVeN4wRgDTidR5oL6ufLTCrE9ISVYbOGUcFAAAAAQ',
      ];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        env: process.env,
      });
      return { status, stdout, stderr };
    };
    const first = say();
    expect(first).toMatchObject({ status: 0, stderr: '' });
    expect(say()).toEqual(first);
    const [file = ''] = files();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0, bytes.length >> 1));
    expect(say()).toEqual(first);
    expect(readFileSync(file).at(-1)).not.toBe(0);
  });
});

describe('an old Node', () => {
  it('is told which one is needed, in one line', () => {
    const text = readFileSync(join(root, 'bin/stuntkey.js'), 'utf8');
    const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(text).toContain(`expected Node ${engines.node.replace('>=', '')} or later`);
    // (Syntax of ECMAScript 5.)
    expect(text).not.toMatch(/=>|`|\b(?:const|let|class|async|await)\b(?!.*\/\/)/m);
    const said: string[] = [];
    const process = {
      versions: { node: '18.20.8' },
      version: 'v18.20.8',
      exitCode: 0,
      stderr: { write: (line: string) => said.push(line) },
    };
    new Script(`(function (process, require) {${text.replace(/^#!.*\n/, '')}})`).runInThisContext()(
      process,
      () => {
        throw new Error('it went on');
      },
    );
    expect([process.exitCode, said]).toEqual([1, ['stuntkey: expected Node 20.19 or later, got v18.20.8\n']]);
  });
});
