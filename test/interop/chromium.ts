/** Debian's Chromium with a page on localhost. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { launch, type Page } from 'puppeteer-core';
import { PATIENT, patient } from '../browser/chromium.ts';
import { runs, whyNot } from './debian.ts';

const executablePath = '/usr/bin/chromium';

/** Why there is no Chromium; undefined if there is. */
export function whyNoChromium(): string | undefined {
  return whyNot(['chromium'], () => runs(executablePath, '--version'));
}

/** Opens an empty page at http://localhost:PORT; `close` ends browser and server. */
export async function openPage(): Promise<{ page: Page; close: () => Promise<void> }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>stuntkey test</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launch({
    executablePath,
    ...PATIENT,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const page = patient(await browser.newPage());
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
