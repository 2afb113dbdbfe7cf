// `npm run bench -- --install`: what a newcomer downloads, and what lies on the disk then, with and without lmdb.
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Bytes of all files. @param {string} path @returns {number} */
function sizeOf(path) {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** Packages below a folder of modules. @param {string} modules @returns {number} */
function packagesIn(modules) {
  return readdirSync(modules, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .reduce((sum, { name }) => sum + (name.startsWith('@') ? readdirSync(join(modules, name)).length : 1), 0);
}

/** The figures. */
function installFigures() {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-install-'));
  try {
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
    const [packed] = JSON.parse(
      execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    /** @param {string} what @param {readonly string[]} packages */
    const install = (what, packages) => {
      const own = mkdtempSync(join(folder, 'project-'));
      writeFileSync(join(own, 'package.json'), '{"private":true}');
      const args = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=warn', ...packages];
      const { status, stderr } = spawnSync('npm', args, { cwd: own, encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      const modules = join(own, 'node_modules');
      return {
        what,
        megabytes: sizeOf(modules) / 1e6,
        packages: packagesIn(modules),
        warnings: [...stderr.matchAll(/^npm warn install-scripts +(\S+@\S+)/gm)].map(([, name]) => name),
      };
    };
    const tarball = join(folder, packed.filename);
    return {
      kilobytes: packed.size / 1e3,
      unpacked: packed.unpackedSize / 1e6,
      files: packed.entryCount,
      installs: [
        install('npm install stuntkey', [tarball]),
        install('npm install stuntkey lmdb', [tarball, 'lmdb']),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Prints them. */
export function printInstallFigures() {
  const { kilobytes, unpacked, files, installs } = installFigures();
  console.log(
    `${'the package'.padEnd(28)} ${kilobytes.toFixed(0)} KB to download, ${unpacked.toFixed(1)} MB in ${files} files`,
  );
  for (const { what, megabytes, packages, warnings } of installs)
    console.log(
      `${what.padEnd(28)} ${megabytes.toFixed(1)} MB in ${packages} packages; npm warns of install scripts of ${warnings.join(', ') || 'none'}`,
    );
}
