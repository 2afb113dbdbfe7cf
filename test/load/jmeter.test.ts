/** The example for JMeter, against the login server and a door with a fleet, by Debian's JMeter. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { serveHttp } from '../../src/entries/http.ts';
import { Authenticator } from '../../src/entries/index.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { withoutTime } from '../slow.ts';

const HTTP = '/usr/share/jmeter/lib/ext/ApacheJMeter_http.jar';
const missing =
  withoutTime ??
  whyNot(
    ['jmeter-http', 'jmeter', 'openjdk-17-jdk-headless'],
    () => existsSync(HTTP) && runs('javac', '-version'),
  );

const XSTREAM = '/usr/share/java/xstream.jar';
/** Debian's XStream refuses every class that was not allowed, which its JMeter (2.13) is too old to know: no plan at all would load. */
const PERMISSION = `
package com.thoughtworks.xstream.security;
public class NoTypePermission implements TypePermission {
  public static final TypePermission NONE = new NoTypePermission();
  @SuppressWarnings("rawtypes")
  public boolean allows(Class type) { return true; }
}`;

/** JMeter, without its window. */
async function jmeter(folder: string, args: readonly string[]): Promise<string> {
  const classes = join(folder, 'classes');
  mkdirSync(classes);
  const source = join(folder, 'NoTypePermission.java');
  writeFileSync(source, PERMISSION);
  await promisify(execFile)('javac', ['-cp', XSTREAM, '-d', classes, source]);
  const path = [classes, XSTREAM, '/usr/share/java/xpp3.jar', '/usr/share/jmeter/bin/ApacheJMeter.jar'];
  const java = [
    '-cp',
    path.join(':'),
    '-Djmeter.home=/usr/share/jmeter',
    'org.apache.jmeter.NewDriver',
    '-n',
  ];
  return (await promisify(execFile)('java', [...java, ...args], { cwd: folder })).stdout;
}

describe.skipIf(missing)(named('examples/load/login.jmx', missing), () => {
  it('registers and signs in as person after person, and counts what the server refuses', async () => {
    const login = await startLoginServer();
    const fleet = { seed: 'a load test', rpId: 'localhost', origin: login.origin };
    const errors = { 'signature-from-other-key': 0.25 };
    const door = await serveHttp(new Authenticator(), { fleet: { ...fleet, errors } });
    try {
      const folder = mkdtempSync(join(tmpdir(), 'stuntkey-jmeter-'));
      const plan = fileURLToPath(new URL('../../examples/load/login.jmx', import.meta.url));
      const results = join(folder, 'results.csv');
      const given = {
        token: door.token,
        door: new URL(door.url).port,
        server: new URL(login.url).port,
        users: '2',
        loops: '4',
        'jmeterengine.nongui.port': '0',
        'jmeter.save.saveservice.output_format': 'csv',
        'jmeter.save.saveservice.print_field_names': 'true',
      };
      const properties = Object.entries(given).map(([name, value]) => `-J${name}=${value}`);
      expect(await jmeter(folder, ['-t', plan, '-l', results, ...properties])).toContain('end of run');
      const [head = '', ...lines] = readFileSync(results, 'utf8').trim().split('\n');
      const place = (name: string): number => head.split(',').indexOf(name);
      const told = lines.map((line) => line.split(','));
      const outcomes = new Map<string, string[]>();
      for (const row of told) {
        const label = row[place('label')] ?? '';
        outcomes.set(label, [...(outcomes.get(label) ?? []), row[place('responseCode')] ?? '']);
      }
      const eight = Array.from({ length: 8 }, () => '200');
      expect(outcomes.get('register')).toEqual(eight);
      expect(outcomes.get('options of the sign-in')).toEqual(eight);
      expect(outcomes.get('sign in')?.sort()).toEqual([
        '200',
        '200',
        '200',
        '200',
        '200',
        '200',
        '400',
        '400',
      ]);
    } finally {
      await door.close(0);
      await login.close();
    }
  });
});
