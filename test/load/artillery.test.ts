// Artillery as its users run it, on the package as built, with several workers that share only the seed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../interop/debian.ts';
import { whyNoJudge } from '../judges/install.ts';
import { PATIENCE } from '../patience.ts';
import { withoutTime } from '../slow.ts';
import { artilleryRun } from './artillery.ts';

const missing = withoutTime ?? whyNoJudge('artillery');
const root = fileURLToPath(new URL('../..', import.meta.url));

describe.skipIf(missing)(named('examples/load/login.yml', missing), () => {
  let server: ChildProcess;
  let origin: string;
  beforeAll(async () => {
    const args = ['examples/login-server/main.js', '--port', '0'];
    server = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(server.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    origin = line.toString().trim();
  });
  afterAll(() => {
    server.kill();
  });

  it('signs up and in on three workers, with our metrics in the summary and no failure', async () => {
    const { counters, summaries, printed } = await artilleryRun(
      'examples/load/login.yml',
      {
        target: origin.replace('localhost', '127.0.0.1'),
        http: { timeout: PATIENCE / 1000 },
        phases: [{ duration: 3, arrivalCount: 30 }],
        variables: { stuntkey: { seed: 'stuntkey test', rpId: 'localhost', origin } },
      },
      3,
    );
    expect(counters).toMatchObject({
      'vusers.created': 30,
      'vusers.completed': 30,
      'vusers.failed': 0,
      'http.codes.200': 120,
      'stuntkey.registered': 30,
      'stuntkey.signed_in': 30,
    });
    expect(Object.keys(counters).filter((name) => /refused|errors/.test(name))).toEqual([]);
    for (const ceremony of ['registration', 'sign_in']) {
      expect(summaries[`stuntkey.${ceremony}.ceremony_time`]?.count).toBe(30);
      expect(summaries[`stuntkey.${ceremony}.authenticator_time`]?.count).toBe(30);
    }
    expect(printed).toMatch(/Summary report[\s\S]*stuntkey\.sign_in\.ceremony_time/);
  });
});

describe.skipIf(missing)(named('a server that misbehaves', missing), () => {
  let server: Server;
  beforeAll(async () => {
    const answers = {
      '/500/options': [500, 'oops'],
      '/429/options': [429, '{"error":"slow down"}'],
      '/html/options': [200, '<!doctype html><title>Login</title>'],
      '/nothing/options': [200, ''],
      '/elsewhere/options': [200, '{"challenge":"YWRh","rpId":"example.org"}'],
      '/verdict/options': [200, '{"challenge":"YWRh","rpId":"localhost"}'],
      '/verdict/verify': [401, '{"error":"who are you?"}'],
    } as const satisfies Record<string, readonly [number, string]>;
    server = createServer((incoming, response) => {
      const answer = answers[incoming.url as keyof typeof answers];
      if (answer === undefined) incoming.socket.destroy();
      else response.writeHead(answer[0]).end(answer[1]);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it('is counted reason by reason, and no worker is the worse for it', async () => {
    const { counters } = await artilleryRun(
      'test/load/misbehaving.yml',
      { target: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
      2,
    );
    const each = 4;
    expect(counters).toMatchObject({
      'vusers.created': 7 * each,
      'vusers.failed': 7 * each,
      'stuntkey.refused': 7 * each,
      'stuntkey.refused.status-500': each,
      'stuntkey.refused.status-429': each,
      'stuntkey.refused.not-json': each,
      'stuntkey.refused.no-body': each,
      'stuntkey.refused.ECONNRESET': each,
      'stuntkey.refused.SecurityError': each,
      'stuntkey.refused.status-401': each,
    });
    expect(counters['stuntkey.signed_in']).toBeUndefined();
  });
});
