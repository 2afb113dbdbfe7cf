/** The Java client, by Debian's Java and JUnit. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';
import { folderOf, followed, ran, STUNTKEY_COMMAND } from './readme.ts';

const client = folderOf('java');
const JARS = '/usr/share/java/*';
const withoutJava =
  withoutTime ?? whyNot(['openjdk-17-jdk-headless'], () => runs('javac', '--release', '17', '-version'));
const withoutJunit =
  withoutJava ?? whyNot(['junit5'], () => existsSync('/usr/share/java/junit-jupiter-engine.jar'));

const compiled = async (...more: readonly string[]): Promise<string> => {
  const classes = mkdtempSync(join(tmpdir(), 'stuntkey-classes-'));
  const strict = ['--release', '17', '-Xlint:all,-serial,-path', '-proc:none', '-Werror', '-d', classes];
  const told = await ran('javac', [...strict, ...more, 'stuntkey/Stuntkey.java'], client);
  expect(told.stdout + told.stderr).toBe('');
  return classes;
};

describe.skipIf(withoutJava)(named('the Java client', withoutJava), () => {
  it('does in its README what it says, from an empty folder', async () => {
    const { stderr, printed, promised } = await followed('java');
    expect(promised).toEqual(['true', 'NotAllowedError CTAP2_ERR_OPERATION_DENIED']);
    expect([stderr, printed]).toEqual(['', promised]);
  });

  it('compiles for Java 17 without a warning and without a library; its door ends with the JVM', async () => {
    const classes = await compiled();
    const file = join(classes, 'Leaves.java');
    writeFileSync(file, LEAVES);
    // (The door has our stderr: this waits until it is gone, too.)
    const told = await ran('java', ['-cp', classes, file], classes, { STUNTKEY_COMMAND });
    expect([told.stderr, told.code]).toEqual(['', 0]);
    await expect(fetch(told.stdout.trim())).rejects.toThrow('fetch failed');
  });
});

describe.skipIf(withoutJunit)(named('the Java client in JUnit', withoutJunit), () => {
  it('passes its own tests', async () => {
    const classes = await compiled('-cp', JARS, 'tests/ClientTest.java');
    const launcher = 'org.junit.platform.console.ConsoleLauncher';
    const wanted = ['--select-class', 'ClientTest', '--include-engine', 'junit-jupiter'];
    const { stdout } = await ran(
      'java',
      ['-cp', `${classes}:${JARS}`, launcher, ...wanted, '--disable-banner', '--details', 'summary'],
      client,
      { STUNTKEY_COMMAND },
    );
    expect(stdout).toMatch(/\b11 tests successful\b/);
    expect(stdout).toMatch(/\b0 tests failed\b/);
  });
});

/** A program that does not close its door, and drops all that it has of it. */
const LEAVES = `
class Leaves {
  public static void main(String[] arguments) {
    var key = stuntkey.Stuntkey.start().authenticator();
    System.gc();
    System.out.println(stuntkey.Stuntkey.server().door().url());
    key.info();
  }
}`;
