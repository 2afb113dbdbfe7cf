/** The package as it is published, as TypeScript sees it: the examples of README and of the first pages, the entries, and the types of others. */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMPILED } from '../documents.ts';
import { named } from '../interop/debian.ts';
import { withoutFido2Lib } from '../interop/fido2-lib.ts';
import { judgesFile } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const judges = fileURLToPath(new URL('../judges/typescript/', import.meta.url));
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'stuntkey-types-'));

const examples = COMPILED.flatMap((path) =>
  [...readFileSync(root + path, 'utf8').matchAll(/```[jt]s\n([\s\S]*?)```/g)].map(([, code]) => code ?? ''),
)
  // (Callbacks without types are JavaScript only.)
  .filter((code) => !code.includes('auditRelyingParty(') && !code.includes('page.evaluate('));

/** Everything that needs no test runner's or browser driver's types. */
const ENTRIES = [
  '.',
  './codec',
  './ctap',
  './crypto',
  './portable',
  './verify',
  './install',
  './node-test',
  './store',
]
  .concat(['./audit', './fleet', './k6', './transport', './capture', './http'])
  .map((path) => `import 'stuntkey${path.slice(1)}';`)
  .join('\n');

/** What servers make goes in, what comes out goes into their verifiers. */
const OTHERS = readFileSync(new URL('./others.txt', import.meta.url), 'utf8');

/** The same of fido2-lib, which works in bytes. */
const FIDO2_LIB = readFileSync(new URL('./fido2-lib.txt', import.meta.url), 'utf8');

/** The same with the types of results that lib.dom has from TypeScript 6 on. */
const DOM = `
import { Authenticator, WebAuthnClient } from 'stuntkey';
const client = new WebAuthnClient({ origin: 'https://example.com', authenticator: new Authenticator() });
export async function register(options: PublicKeyCredentialCreationOptionsJSON): Promise<RegistrationResponseJSON> {
  return client.create(options);
}
export async function signIn(options: PublicKeyCredentialRequestOptionsJSON): Promise<AuthenticationResponseJSON> {
  return client.get(options);
}
export async function likePages(options: PublicKeyCredentialCreationOptions): Promise<string> {
  return (await client.create(options)).id;
}
`;

/** The packages of ours and of the tests, but for stuntkey, which is as packed. */
async function furnish(): Promise<void> {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: root,
  });
  const [{ filename }] = JSON.parse(stdout);
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'stuntkey'), { recursive: true });
  await run('tar', ['xzf', join(folder, filename), '-C', join(modules, 'stuntkey'), '--strip-components=1']);
  for (const name of readdirSync(`${root}node_modules`)) {
    if (!['stuntkey', 'valibot', '.bin'].includes(name))
      symlinkSync(`${root}node_modules/${name}`, join(modules, name));
  }
  symlinkSync(`${root}examples`, join(folder, 'examples'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [index, code] of examples.entries())
    writeFileSync(join(folder, `example-${index}.ts`), `${code}\nexport {};\n`);
  writeFileSync(join(folder, 'entries.ts'), ENTRIES);
  writeFileSync(join(folder, 'others.ts'), OTHERS);
  writeFileSync(join(folder, 'dom.ts'), DOM);
  writeFileSync(join(folder, 'fido2-lib.ts'), FIDO2_LIB);
  if (withoutFido2Lib === undefined)
    symlinkSync(judgesFile('fido2-lib', 'fido2-lib'), join(modules, 'fido2-lib'));
}

const RESOLUTIONS = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  node16: { module: 'node16', moduleResolution: 'node16' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
} as const;

/** What a compiler says of some files. */
async function compiled(
  tsc: string,
  resolution: keyof typeof RESOLUTIONS,
  files: readonly string[],
): Promise<string> {
  const config = join(folder, `tsconfig-${Math.abs(hash(tsc + resolution + files.join()))}.json`);
  const compilerOptions = {
    ...RESOLUTIONS[resolution],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    allowJs: true,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable', 'esnext.disposable'],
    types: ['node'],
  };
  writeFileSync(config, JSON.stringify({ compilerOptions, files }));
  try {
    return (await run(process.execPath, [tsc, '-p', config], { cwd: folder })).stdout;
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

function hash(text: string): number {
  return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
}

beforeAll(furnish, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ours = `${root}node_modules/typescript/bin/tsc`;

describe('the package in strict TypeScript, with skipLibCheck: false', () => {
  it('compiles with the examples of README and of the first pages, and takes the types of others', async () => {
    const files = [...examples.keys()].map((index) => `example-${index}.ts`);
    expect(await compiled(ours, 'nodenext', [...files, 'entries.ts', 'others.ts', 'dom.ts'])).toBe('');
  }, 120_000);

  it.skipIf(withoutFido2Lib)(named('takes the types of fido2-lib, too', withoutFido2Lib), async () => {
    expect(await compiled(ours, 'nodenext', ['fido2-lib.ts'])).toBe('');
  });

  slow(
    'is looked at closely: a misspelled option does not compile',
    async () => {
      writeFileSync(
        join(folder, 'wrong.ts'),
        "import { ScriptedUser } from 'stuntkey';\nnew ScriptedUser({ presence: 'deny' });\n",
      );
      expect(await compiled(ours, 'bundler', ['wrong.ts'])).toContain('"deny"');
    },
    120_000,
  );
});

describe.skipIf(withoutTime)(named('the package in every TypeScript from 5.4 on', withoutTime), () => {
  const versions = ['5.4', '5.7', '5.9', '6'];
  beforeAll(async () => {
    if (!existsSync(`${judges}node_modules`))
      await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: judges });
  }, 300_000);

  const cases = versions.flatMap((version) =>
    (Object.keys(RESOLUTIONS) as (keyof typeof RESOLUTIONS)[]).map(
      (resolution) => [version, resolution] as const,
    ),
  );
  it.each(cases)(
    '%s compiles it with resolution %s',
    async (version, resolution) => {
      const tsc = `${judges}node_modules/typescript-${version}/bin/tsc`;
      const dom = Number(version) >= 6 ? ['dom.ts'] : [];
      expect(await compiled(tsc, resolution, ['entries.ts', 'others.ts', ...dom])).toBe('');
    },
    180_000,
  );
});
