/**
 * Debian's own kernel under qemu, for what needs a kernel: the machine's files are its files, below a layer that is thrown away,
 * and a script runs as root. The kernel is fetched and unpacked into a folder; nothing is installed but qemu.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runs, whyNot } from '../interop/debian.ts';
import { archive, inOrder } from './initrd.ts';

const QEMU = 'qemu-system-x86_64';
/** Long enough for a busy machine: milliseconds. An idle one takes a minute or two. */
export const PATIENCE = 1_500_000;

/** Why no kernel can be booted here; undefined if one can. */
export function whyNoKernel(): string | undefined {
  if (process.arch !== 'x64') return `needs an x86-64 machine; this is ${process.arch}`;
  return whyNot(['qemu-system-x86'], () => runs(QEMU, '--version'));
}

/** What a kernel's console said, and how the script ended. */
export interface Booted {
  readonly console: string;
  /** The script's exit status; undefined if the kernel did not get to its end. */
  readonly status: number | undefined;
}

/** A kernel that is ready to be booted. */
export interface Kernel {
  /** Boots it, runs a script of bash's, and powers off. `modules` are loaded before. */
  boot(script: string, modules?: readonly string[]): Promise<Booted>;
}

function done(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/**
 * Fetches Debian's kernel into a folder, which is the caller's to remove.
 *
 * @param packages to be unpacked beside it, into the folder `unpacked`: not installed
 */
export function fetchKernel(folder: string, packages: readonly string[] = []): Kernel {
  const unpacked = join(folder, 'unpacked');
  const [, image = ''] =
    /Depends: (linux-image-\S+)/.exec(done('apt-cache', ['depends', 'linux-image-amd64'], folder)) ?? [];
  for (const name of [image, 'busybox-static', ...packages])
    done('apt-get', ['-q', 'download', name], folder);
  mkdirSync(unpacked);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
    done('dpkg-deb', ['-x', file, unpacked], folder);
  const boot = join(unpacked, 'boot');
  const kernel = join(boot, readdirSync(boot).find((name) => name.startsWith('vmlinuz')) ?? '');
  const modules = readdirSync(unpacked, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ko'))
    .map((name) => join(unpacked, name));
  return {
    boot(script, wanted = []) {
      const files = inOrder([...ALWAYS, ...wanted], modules);
      const initrd = join(folder, 'initrd');
      writeFileSync(
        initrd,
        archive([
          ...['bin', 'dev', 'proc', 'sys', 'modules', 'host', 'layer', 'whole'].map((path) => ({ path })),
          { path: 'bin/busybox', contents: readFileSync(join(unpacked, 'bin/busybox')) },
          { path: 'init', contents: Buffer.from(INIT) },
          { path: 'script', contents: Buffer.from(script) },
          ...files.map((file, place) => ({
            path: `modules/${String(place).padStart(2, '0')}.ko`,
            contents: readFileSync(file),
          })),
        ]),
      );
      return run(['-kernel', kernel, '-initrd', initrd]);
    },
  };
}

/** The machine's own files, and a layer over them. */
const ALWAYS = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];

const ENDED = 'script ended with ';

const INIT = `#!/bin/busybox sh
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod $module; done
ip link set lo up
mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=512000 host /host
mount -t tmpfs layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work whole /whole
for name in proc sys dev; do mount --move /$name /whole/$name; done
mount -t tmpfs run /whole/run
mkdir -p /whole/dev/shm /whole/dev/pts
mount -t tmpfs shm /whole/dev/shm
mount -t devpts pts /whole/dev/pts
cp /script /whole/run/script
export PATH=${dirname(process.execPath)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
chroot /whole /bin/bash /run/script
echo "${ENDED}$?"
/bin/busybox poweroff -f
`;

function run(args: readonly string[]): Promise<Booted> {
  const qemu = spawn(
    QEMU,
    [
      // (KVM is not for everybody; software emulation is.)
      ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '2', '-m', '3072'],
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
      ...['-virtfs', 'local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap'],
      ...['-append', 'console=ttyS0 quiet panic=-1 random.trust_cpu=on'],
      ...args,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let console = '';
  const hear = (chunk: Buffer): void => {
    console += chunk.toString().replaceAll('\r', '');
  };
  qemu.stdout.on('data', hear);
  qemu.stderr.on('data', hear);
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => qemu.kill('SIGKILL'), PATIENCE);
    qemu.on('error', reject);
    qemu.on('close', () => {
      clearTimeout(patience);
      const [, status] = new RegExp(`${ENDED}(\\d+)`).exec(console) ?? [];
      resolve({ console, status: status === undefined ? undefined : Number(status) });
    });
  });
}
