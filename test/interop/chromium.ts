/** A page of Chromium's on localhost, with nothing of ours in it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'puppeteer-core';
import { patient, sharedBrowser } from '../browser/chromium.ts';

/** Opens an empty page at http://localhost:PORT; `close` ends it and its server. */
export async function openPage(): Promise<{ page: Page; close: () => Promise<void> }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>stuntkey test</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context = await (await sharedBrowser()).createBrowserContext();
  const page = patient(await context.newPage());
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    async close() {
      await context.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
