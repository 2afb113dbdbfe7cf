/** Libraries in other languages, as Debian has them: installed where that can be done, or a reason for skipping them. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runs, whyNot } from '../../interop/debian.ts';
import { withoutTime } from '../../slow.ts';
import { application, type RealServer } from './application.ts';
import { foreign, programOf } from './foreign.ts';

interface Language {
  readonly name: string;
  /** Why it cannot be had on this machine. */
  readonly missing: string | undefined;
  start(): Promise<RealServer>;
}

/** What a test needs of Debian; nothing is installed for a quick run. */
const needs = (packages: readonly string[], present: () => boolean): string | undefined =>
  withoutTime ?? whyNot(packages, present);

function language(
  name: string,
  missing: string | undefined,
  command: () => readonly string[],
  algorithms: readonly number[],
): Language {
  return {
    name,
    missing,
    async start() {
      const library = foreign(name, command(), algorithms);
      return { ...application(library), end: library.end };
    },
  };
}

const PYTHON = '/usr/bin/python3';
const GO_PATH = '/usr/share/gocode';

const python = needs(['python3-fido2'], () => runs(PYTHON, '-c', 'import fido2.server'));
const libfido2 =
  python ?? needs(['libfido2-1'], () => runs(PYTHON, '-c', 'import ctypes; ctypes.CDLL("libfido2.so.1")'));
const perl = needs(['libauthen-webauthn-perl'], () =>
  runs('/usr/bin/perl', '-MAuthen::WebAuthn', '-MJSON', '-e', '1'),
);
const go = needs(
  ['golang-go', 'golang-github-duo-labs-webauthn-dev'],
  () => existsSync(`${GO_PATH}/src/github.com/duo-labs/webauthn`) && runs('go', 'version'),
);

let program: string | undefined;

/** The program of Go, built once. */
function built(): string {
  if (program !== undefined) return program;
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-go-'));
  const path = join(folder, 'library');
  const env = {
    ...process.env,
    GO111MODULE: 'off',
    GOPATH: GO_PATH,
    GOCACHE: join(folder, 'cache'),
    GOFLAGS: '',
  };
  execFileSync('go', ['build', '-o', path, programOf('library.go')], { env, stdio: 'inherit' });
  program = path;
  return path;
}

export const LANGUAGES: readonly Language[] = [
  language('python-fido2', python, () => [PYTHON, programOf('library.py')], [-7, -8, -257]),
  language('libfido2', libfido2, () => [PYTHON, programOf('libfido2.py')], [-7]),
  language('Authen::WebAuthn', perl, () => ['/usr/bin/perl', programOf('library.pl')], [-7, -257]),
  language('duo-labs/webauthn', go, () => [built()], [-7, -257, -8]),
];
