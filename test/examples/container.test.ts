/** The example of a container, built and run by buildah over a base that is made here, and asked from another host. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HERE, type TwoHosts, twoHosts, whyNoHosts } from '../http/two-hosts.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = `${root}examples/container/`;
const withoutBuildah = whyNoHosts() ?? whyNot(['buildah'], () => runs('buildah', '--version'));

const withoutCompose = withoutTime ?? whyNot(['docker-compose'], () => runs('docker-compose', 'version'));

describe.skipIf(withoutCompose)(named('the compose file', withoutCompose), () => {
  it('is read by docker-compose: tests begin when the door is healthy, and share its token', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stuntkey-compose-'));
    for (const name of ['compose.yaml', 'Containerfile'])
      copyFileSync(`${example}${name}`, join(folder, name));
    writeFileSync(join(folder, 'token.txt'), 'a-token-for-this-test');
    const file = ['-f', join(folder, 'compose.yaml'), 'config'];
    const { stdout, stderr } = await promisify(execFile)('docker-compose', file);
    expect(stderr).toBe('');
    expect(stdout).toContain('condition: service_healthy');
    expect(stdout).toContain(`file: ${join(folder, 'token.txt')}`);
    expect(stdout.match(/source: stuntkey-token/g)).toHaveLength(2);
    expect(stdout).toContain('dockerfile: Containerfile');
  });
});

/**
 * A base with Node, npm and a shell, of this machine's files: no registry of images is asked. (npm has this machine's settings, because they may
 * say how the registry is reached.)
 */
const BASE = `
mkdir -p "$1/tmp" "$1/root" "$1/opt" "$1/usr/bin" "$1/usr/lib64" "$1/usr/lib/node_modules" "$1/usr/local" "$1/etc/ssl/certs" "$1/dev" "$1/proc" "$1/sys"
chmod 1777 "$1/tmp"
for folder in bin lib lib64; do ln -s usr/$folder "$1/$folder"; done
node=$(readlink -f "$(command -v node)")
for program in "$node" /usr/bin/sh /usr/bin/rm /usr/bin/env /usr/bin/ls; do
  cp -L "$program" "$1/usr/bin/"
  for library in $(ldd "$program" | grep -o '/[^ ]*'); do mkdir -p "$1$(dirname "$library")"; cp -Ln "$library" "$1$library"; done
done
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
cp -rL "$npm" "$1/usr/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/bin/npm"
cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/" || true
cp "$HOME/.npmrc" "$1/root/" || true
echo 'root:x:0:0::/root:/bin/sh' > "$1/etc/passwd"
`;

describe.skipIf(withoutBuildah)(named('the example of a container', withoutBuildah), () => {
  const folder = mkdtempSync(join(tmpdir(), 'stuntkey-container-'));
  const storage = [
    '--root',
    join(folder, 'images'),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    'vfs',
  ];
  const buildah = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)('buildah', [...storage, ...args], { maxBuffer: 2 ** 24 })).stdout.trim();
  let hosts: TwoHosts;

  beforeAll(async () => {
    hosts = twoHosts();
    const context = join(folder, 'context');
    mkdirSync(context);
    copyFileSync(`${example}Containerfile`, join(context, 'Containerfile'));
    // (Without its scripts, which would build anew under the other tests.)
    const pack = ['pack', '--ignore-scripts', '--pack-destination', context];
    await promisify(execFile)('npm', pack, { cwd: root });
    const base = join(folder, 'base');
    await promisify(execFile)('/bin/sh', ['-e', '-c', BASE, 'base', base]);
    const scratch = await buildah('from', 'scratch');
    await buildah('copy', '--quiet', scratch, base, '/');
    // (The registry may be behind a certificate that only this machine trusts.)
    await buildah('config', '--env', 'NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt', scratch);
    await buildah('commit', '--quiet', '--rm', scratch, 'localhost/base');
    const how = [
      '--isolation',
      'chroot',
      '--format',
      'docker',
      '--pull-never',
      '--build-arg',
      'BASE=localhost/base',
    ];
    await buildah('build', ...how, '--tag', 'localhost/stuntkey', context);
  });
  afterAll(() => {
    hosts.remove();
    spawnSync('buildah', [...storage, 'rm', '--all']);
    rmSync(folder, { recursive: true, force: true });
  });

  it('lets another host sign in by the name that it has there, and is healthy', async () => {
    const container = await buildah('from', '--pull-never', 'localhost/stuntkey');
    const inspected = JSON.parse(await buildah('inspect', container));
    const { Entrypoint, Cmd, User, Healthcheck } = inspected.Docker.config;
    expect(User).toBe('1000:1000');
    const token = 'a token for this test only';
    writeFileSync(join(folder, 'token.txt'), token.replaceAll(' ', '-'), { mode: 0o644 });
    const secret = ['--volume', `${join(folder, 'token.txt')}:/run/secrets/stuntkey-token:ro`];
    const [program = '', ...words] = [...hosts.server, 'buildah', ...storage, 'run', '--isolation', 'chroot'];
    const inside = [...secret, container, '--'];
    const tokenFile = ['--token-file', '/run/secrets/stuntkey-token'];
    const door = spawn(program, [...words, ...inside, ...Entrypoint, ...Cmd, ...tokenFile], {
      stdio: ['ignore', 'pipe', 'ignore'],
      // (A group of its own: buildah runs the program in a process of its own, and does not pass signals on.)
      detached: true,
    });
    try {
      const [line] = await once(createInterface({ input: door.stdout }), 'line');
      expect(line).toBe('url    http://stuntkey:8100');
      const url = `http://${HERE}:8100`;
      const headers = { host: 'stuntkey:8100', authorization: `Bearer ${token.replaceAll(' ', '-')}` };
      expect((await hosts.ask({ url, path: '/ready', headers })).json).toEqual({ status: 'ready' });
      const body = {
        origin: 'https://example.com',
        options: {
          rp: { name: 'Example' },
          user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
          challenge: 'Y2hhbGxlbmdl',
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        },
      };
      const { json } = await hosts.ask({ url, path: '/create', headers, body });
      expect(json.type).toBe('public-key');
      const byAddress = { ...headers, host: `${HERE}:8100` };
      expect((await hosts.ask({ url, path: '/info', headers: byAddress })).json.error.code).toBe('bad-host');
      const [how, ...check] = Healthcheck.Test;
      expect(how).toBe('CMD');
      await promisify(execFile)(program, [...words, container, '--', ...check]);
    } finally {
      process.kill(-(door.pid as number), 'SIGTERM');
      await once(door, 'close');
    }
  });
});
