/** The example for Locust, against the login server and a door with a fleet. Locust itself is replaced: it is not among Debian's packages. */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
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

const missing =
  withoutTime ?? whyNot(['python3-requests'], () => runs('/usr/bin/python3', '-c', 'import requests'));

/** What the example uses of Locust. */
const LOCUST = `
import requests

def task(function): return function
def between(least, most): return None

class Verdict:
    def __init__(self, response): self.response, self.ok, self.said = response, response.ok, None
    def json(self): return self.response.json()
    def failure(self, why): self.said = why
    def success(self): self.said = "success"
    def __enter__(self): return self
    def __exit__(self, *error): return None

class Client:
    def __init__(self, host): self.host, self.session, self.log = host, requests.Session(), []
    def post(self, path, json=None, name=None, catch_response=False):
        verdict = Verdict(self.session.post(self.host + path, json=json))
        self.log.append((name or path, verdict))
        return verdict

class HttpUser:
    host = ""
    def __init__(self): self.client = Client(self.host)
`;

const RUN = `
import json, os, sys
sys.path[:0] = sys.argv[1:3]
import locustfile
locustfile.Person.host = os.environ["HOST"]
person = locustfile.Person()
person.on_start()
for _ in range(4): person.register_and_sign_in()
print(json.dumps([[name, verdict.response.status_code, verdict.said] for name, verdict in person.client.log if "verify" in name]))
`;

describe.skipIf(missing)(named('examples/load/locustfile.py', missing), () => {
  it('registers and signs in as person after person; a wrong sign-in that is refused is a success', async () => {
    const login = await startLoginServer();
    const door = await serveHttp(new Authenticator(), {
      fleet: {
        seed: 'a load test',
        rpId: 'localhost',
        origin: login.origin,
        errors: { 'signature-from-other-key': 0.25 },
      },
    });
    try {
      const folder = mkdtempSync(join(tmpdir(), 'stuntkey-locust-'));
      writeFileSync(join(folder, 'locust.py'), LOCUST);
      const example = fileURLToPath(new URL('../../examples/load', import.meta.url));
      const env = { ...process.env, HOST: login.url, STUNTKEY_URL: door.url, STUNTKEY_TOKEN: door.token };
      const args = ['-B', '-c', RUN, folder, example];
      const { stdout } = await promisify(execFile)('/usr/bin/python3', args, { env });
      const told = JSON.parse(stdout) as [string, number, string | null][];
      expect(told.filter(([name]) => name === '/register/verify').map(([, status]) => status)).toEqual([
        200, 200, 200, 200,
      ]);
      const wrong = '/login/verify (signature-from-other-key)';
      expect(told.filter(([name]) => name === '/login/verify').map(([, status]) => status)).toEqual([
        200, 200, 200,
      ]);
      expect(told.filter(([name]) => name === wrong).map(([, status, said]) => [status < 400, said])).toEqual(
        [[false, 'success']],
      );
    } finally {
      await door.close(0);
      await login.close();
    }
  });
});
