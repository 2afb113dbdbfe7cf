/** The Python client, by Debian's Python: unittest, pytest, its README, a browser that Selenium drives. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CHROMIUM_ARGUMENTS, startHome, withoutChromedriver, withoutChromium } from '../browser/chromium.ts';
import { named, runs, whyNot } from '../interop/debian.ts';
import { slow, withoutTime } from '../slow.ts';

const client = fileURLToPath(new URL('../../clients/python/', import.meta.url));
const bin = fileURLToPath(new URL('../../bin/stuntkey.js', import.meta.url));
const withoutPython = withoutTime ?? (runs('/usr/bin/python3', '--version') ? undefined : 'needs python3');
const PYTEST = ['-c', 'import pytest'];
const withoutPytest = withoutPython ?? whyNot(['python3-pytest'], () => runs('/usr/bin/python3', ...PYTEST));

const withoutMypy = withoutPytest ?? whyNot(['mypy'], () => runs('/usr/bin/python3', '-c', 'import mypy'));

async function python(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const run = promisify(execFile)('/usr/bin/python3', ['-B', ...args], {
    cwd: client,
    env: { ...process.env, STUNTKEY_COMMAND: `${process.execPath} ${bin}`, PYTHONPATH: client, ...env },
    timeout: 240_000,
  });
  return run.catch((error) => error as { stdout: string; stderr: string; code?: number });
}

describe.skipIf(withoutPython)(named('the Python client', withoutPython), () => {
  slow('passes its own tests, with the standard library alone', async () => {
    const { stderr } = await python(['-I', '-c', ISOLATED]);
    expect(stderr).toMatch(/Ran \d+ tests/);
    expect(stderr).toMatch(/\nOK\n/);
  });

  it('is written for Python 3.9', async () => {
    const code = `
import ast, pathlib
files = [*pathlib.Path("stuntkey").glob("*.py"), *pathlib.Path("tests").glob("*.py")]
for file in files: ast.parse(file.read_text(), str(file), feature_version=(3, 9))
print(len(files))`;
    const { stdout, stderr } = await python(['-c', code]);
    expect([stderr, Number(stdout) > 10]).toEqual(['', true]);
  });

  it.skipIf(withoutMypy)(named('is typed in all of it, says mypy', withoutMypy), async () => {
    const args = [
      '-m',
      'mypy',
      '--strict',
      '--python-version',
      '3.9',
      '--cache-dir',
      '/dev/null',
      'stuntkey',
    ];
    const { stdout } = await python(args);
    expect(stdout).toMatch(/^Success: no issues found in 1\d source files/);
  });

  it('does in its README what it says', async () => {
    const readme = readFileSync(join(client, 'README.md'), 'utf8');
    const [, code = ''] = /```python\n(import stuntkey\n[\s\S]*?)```/.exec(readme) ?? [];
    const file = join(mkdtempSync(join(tmpdir(), 'stuntkey-')), 'example.py');
    writeFileSync(file, code);
    const { stdout, stderr } = await python([file]);
    const promised = [...code.matchAll(/print.*# (.*)$/gm)].map(([, text]) => text);
    expect(promised).toHaveLength(2);
    expect([stderr, stdout.trim().split('\n')]).toEqual(['', promised]);
  });
});

/** Only the standard library and the client itself are to be found. */
const ISOLATED = `
import sys, unittest
sys.path = [path for path in sys.path if "packages" not in path] + [${JSON.stringify(client)}]
unittest.main(module=None, argv=["unittest", "discover", "-s", ${JSON.stringify(`${client}tests`)}, "-p", "test_client.py"])
`;

describe.skipIf(withoutPytest)(named('its fixtures for pytest', withoutPytest), () => {
  it('give each test a device of its own, and show the ceremony of one that failed', async () => {
    const args = [
      '-m',
      'pytest',
      '-p',
      'stuntkey.pytest_plugin',
      '-p',
      'no:cacheprovider',
      'tests/test_pytest.py',
    ];
    const passed = await python(args);
    expect(passed.stdout).toContain('2 passed, 1 skipped');
    const failed = await python(args, { STUNTKEY_FAIL: '1' });
    expect(failed.stdout).toContain('1 failed, 2 passed');
    expect(failed.stdout).toMatch(
      /-+ the last ceremony -+\nget at https:\/\/example\.com\n {2}refused: NotAllowedError/,
    );
  });
});

const withoutSelenium =
  withoutPython ??
  withoutChromedriver ??
  whyNot(['python3-selenium'], () => runs('/usr/bin/python3', '-c', 'import selenium'));

describe.skipIf(withoutSelenium)(named('Selenium for Python', withoutSelenium), () => {
  it('signs in to a page in a browser that attach --http serves, and is refused as the person is told', async () => {
    const server = await startHome();
    try {
      const file = join(mkdtempSync(join(tmpdir(), 'stuntkey-')), 'selenium_example.py');
      writeFileSync(file, SELENIUM);
      const { stdout, stderr } = await python([file, server.origin, ...CHROMIUM_ARGUMENTS]);
      expect([stderr, stdout.trim().split('\n')]).toEqual(['', ['ada', 'NotAllowedError', 'create get']]);
    } finally {
      await server.close();
    }
  });
});

describe.skipIf(withoutPython ?? withoutChromium)(
  named('its helper for Playwright', withoutPython ?? withoutChromium),
  () => {
    it('launches a browser with a debugging port and attaches; a stand-in launches, as Debian has no Playwright', async () => {
      const server = await startHome();
      try {
        const file = join(mkdtempSync(join(tmpdir(), 'stuntkey-')), 'playwright_example.py');
        writeFileSync(file, PLAYWRIGHT);
        const { stdout, stderr } = await python([file, server.origin, ...CHROMIUM_ARGUMENTS]);
        expect([stderr, stdout.trim().split('\n')]).toEqual(['', ['stuntkey', 'closed']]);
      } finally {
        await server.close();
      }
    });
  },
);

/** What Playwright's launch does: it returns when the browser is there. */
const PLAYWRIGHT = `
import socket, subprocess, sys, tempfile, time
from stuntkey.playwright import launched

class Browser:
    def __init__(self, process): self.process = process
    def close(self):
        self.process.terminate()
        self.process.wait()
        print("closed")

class Chromium:
    def launch(self, args, headless):
        assert headless
        profile = "--user-data-dir=" + tempfile.mkdtemp()
        words = ["/usr/bin/chromium", "--headless", profile, *sys.argv[2:], *args, "about:blank"]
        process = subprocess.Popen(words, stderr=subprocess.PIPE)
        for line in process.stderr:
            if b"DevTools listening" in line: return Browser(process)
        raise AssertionError("no browser")

with launched(Chromium(), headless=True) as (browser, server):
    assert browser.process.poll() is None
    print(server.device.info()["name"], flush=True)
`;

const SELENIUM = `
import sys
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from stuntkey.selenium import attach

options = webdriver.ChromeOptions()
options.binary_location = "/usr/bin/chromium"
for argument in ["--headless", *sys.argv[2:]]:
    options.add_argument(argument)
driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
try:
    with attach(driver) as server:
        driver.get(sys.argv[1])
        call = "const done = arguments[0]; (%s).then(done, ({ name }) => done(name))"
        driver.execute_async_script(call % 'register("ada")')
        print(driver.execute_async_script(call % "login().then(({ welcome }) => welcome)"))
        server.device.user.next(presence="decline")
        print(driver.execute_async_script(call % "outcome(navigator.credentials.create(creation()))"))
        print(*(one["ceremony"] for one in reversed(server.device.traces()[1:])))
finally:
    driver.quit()
`;
