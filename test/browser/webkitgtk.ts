/** WebKitGTK's browser, driven by its own WebDriver on a display of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { WebDriver } from 'selenium-webdriver';
import { freePort } from '../free-port.ts';
import { runs, whyNot } from '../interop/debian.ts';
import { selenium, withoutSelenium } from './selenium.ts';

const MINIBROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

export const withoutWebKit: string | undefined =
  withoutSelenium ??
  whyNot(
    ['webkit2gtk-driver', 'xvfb'],
    () => existsSync(MINIBROWSER) && runs('WebKitWebDriver', '--help') && runs('which', 'Xvfb'),
  );

/** The number that an X server writes when it is ready. */
function displayOf(server: ChildProcess): Promise<string> {
  const told = server.stdio[3] as Readable;
  return new Promise((resolve, reject) => {
    told.once('data', (data) => resolve(`:${String(data).trim()}`));
    server.once('exit', () => reject(new Error('Xvfb ended before it was ready')));
  });
}

async function listening(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    if (
      await fetch(`${url}/status`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('WebKitWebDriver ended before it was ready');
}

export async function launchWebKit(): Promise<{ readonly driver: WebDriver; close(): Promise<void> }> {
  const screen = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const children = [screen];
  const end = (): void => {
    for (const child of children.reverse()) child.kill();
  };
  try {
    const DISPLAY = await displayOf(screen);
    const port = await freePort();
    const service = spawn('WebKitWebDriver', [`--port=${port}`], {
      stdio: 'ignore',
      env: { ...process.env, DISPLAY },
    });
    children.push(service);
    const url = `http://127.0.0.1:${port}`;
    await listening(url, service);
    const { Builder, Capabilities } = selenium();
    const capabilities = new Capabilities({
      browserName: 'MiniBrowser',
      'webkitgtk:browserOptions': { binary: MINIBROWSER, args: ['--automation'] },
    });
    const driver = await new Builder().usingServer(url).withCapabilities(capabilities).build();
    const close = async (): Promise<void> => {
      await driver.quit().catch(() => undefined);
      end();
    };
    return { driver, close };
  } catch (error) {
    end();
    throw error;
  }
}
