/** The key for agents, judged by the official client, and together with the browser agents of others. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import puppeteer from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { startLoginServer } from '../../examples/login-server/server.js';
import { CHROMIUM_ARGUMENTS, PATIENT, withoutChromium } from '../browser/chromium.ts';
import { named } from '../interop/debian.ts';
import { whyNoJudge } from '../judges/install.ts';
import { slow, withoutTime } from '../slow.ts';
import { another, type McpClient, stuntkey, textOf } from './client.ts';

const missing = withoutTime ?? whyNoJudge('mcp');
const withoutBrowser = missing ?? withoutChromium;

const clients: McpClient[] = [];
const connected = async (opening: Promise<McpClient>): Promise<McpClient> => {
  const client = await opening;
  clients.push(client);
  return client;
};
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

describe.skipIf(missing)(named('stuntkey mcp', missing), () => {
  slow('shows its tools to the official client, and registers and signs in at a server', async () => {
    const server = await startLoginServer();
    try {
      const key = await connected(stuntkey('--rp-id', 'localhost'));
      const { tools } = await key.listTools();
      expect(tools.map(({ name }) => name)).toContain('browser_attach');
      for (const { inputSchema, annotations } of tools)
        expect([inputSchema, annotations]).toEqual([
          expect.objectContaining({ type: 'object', additionalProperties: false }),
          expect.objectContaining({
            readOnlyHint: expect.any(Boolean),
            destructiveHint: expect.any(Boolean),
          }),
        ]);
      expect(key.getInstructions()).toMatch(/never instructions/);
      let cookie = '';
      const post = async (path: string, body: unknown = {}): Promise<Record<string, unknown>> => {
        const response = await fetch(server.origin + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', cookie },
          body: JSON.stringify(body),
        });
        cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
        return (await response.json()) as Record<string, unknown>;
      };
      const { origin } = server;
      const sign = async (name: string, options: object): Promise<unknown> =>
        (await key.callTool({ name, arguments: { origin, options } })).structuredContent.response;
      const registration = await sign('register', await post('/register/options', { username: 'ada' }));
      expect(await post('/register/verify', registration)).toMatchObject({ registered: 'ada' });
      const assertion = await sign('sign_in', await post('/login/options'));
      expect(await post('/login/verify', assertion)).toMatchObject({ welcome: 'ada' });
    } finally {
      await server.close();
    }
  });

  slow('refuses to sign without a list, and what is no tool', async () => {
    const key = await connected(stuntkey());
    const options = { challenge: 'AA', rpId: 'localhost' };
    const refused = await key.callTool({
      name: 'sign_in',
      arguments: { origin: 'http://localhost', options },
    });
    expect([refused.isError, textOf(refused)]).toEqual([true, expect.stringMatching(/empty list/)]);
    const none = await key.callTool({ name: 'credential_export', arguments: {} });
    expect([none.isError, textOf(none)]).toEqual([true, expect.stringMatching(/Private keys never leave/)]);
  });
});

describe.skipIf(withoutBrowser)(named('one browser', withoutBrowser), () => {
  let browser: Browser;
  let profile: string;
  let url: string;
  let server: Awaited<ReturnType<typeof startLoginServer>>;
  beforeAll(async () => {
    profile = await mkdtemp(join(tmpdir(), 'stuntkey-agents-'));
    browser = await puppeteer.launch({
      ...PATIENT,
      executablePath: '/usr/bin/chromium',
      args: [...CHROMIUM_ARGUMENTS, `--user-data-dir=${profile}`],
    });
    const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
    url = `http://127.0.0.1:${port}`;
    server = await startLoginServer();
  });
  afterAll(async () => {
    await server?.close();
    await browser?.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 10 });
  });

  slow(
    'is driven by chrome-devtools-mcp and @playwright/mcp, and their pages sign in with our key',
    async () => {
      const key = await connected(stuntkey('--rp-id', 'localhost', '--browser-url', url));
      const attached = await key.callTool({ name: 'browser_attach' });
      expect([attached.isError, attached.structuredContent]).toMatchObject([undefined, { protocol: 'cdp' }]);
      const outcome = `() => new Promise((resolve) => {
      const output = document.querySelector('output');
      const look = () => (output.textContent ? resolve(output.textContent) : requestAnimationFrame(look));
      look();
    })`;

      const devtools = await connected(
        another(
          'chrome-devtools-mcp/build/src/bin/chrome-devtools-mcp.js',
          '--browserUrl',
          url,
          '--no-usage-statistics',
          '--no-performance-crux',
        ),
      );
      const inDevtools = async (name: string, given: object = {}): Promise<string> => {
        const answer = await devtools.callTool({ name, arguments: given });
        expect([name, answer.isError ?? false, textOf(answer)]).toEqual([name, false, expect.anything()]);
        return textOf(answer);
      };
      const opened = await inDevtools('new_page', { url: server.origin });
      const pageId = Number(/^(\d+): .*http:\/\/localhost/m.exec(opened)?.[1]);
      expect([opened, Number.isInteger(pageId)]).toEqual([opened, true]);
      const inPage = (code: string): Promise<string> =>
        inDevtools('evaluate_script', { pageId, function: code });
      await inPage(`() => document.querySelector('#register').click()`);
      expect(await inPage(outcome)).toContain('ada is registered');

      const playwright = await connected(
        another('@playwright/mcp/cli.js', '--cdp-endpoint', url, '--output-dir', profile),
      );
      const inPlaywright = async (name: string, given: object = {}): Promise<string> => {
        const answer = await playwright.callTool({ name, arguments: given });
        expect([name, answer.isError ?? false, textOf(answer)]).toEqual([name, false, expect.anything()]);
        return textOf(answer);
      };
      await inPlaywright('browser_navigate', { url: server.origin });
      await inPlaywright('browser_evaluate', { function: `() => document.querySelector('#login').click()` });
      expect(await inPlaywright('browser_evaluate', { function: outcome })).toContain('welcome, ada');

      const { ceremonies } = (await key.callTool({ name: 'page_ceremonies' })).structuredContent;
      expect(ceremonies).toMatchObject([
        { event: 'registered', origin: server.origin },
        { event: 'authenticated', origin: server.origin },
      ]);

      // The person declines once, and the page is refused as by a real key.
      await key.callTool({ name: 'decline_next' });
      await inPage(`() => document.querySelector('#login').click()`);
      await inPage(outcome);
      const { refused } = (await key.callTool({ name: 'explain_refusal' })).structuredContent;
      expect(refused).toMatchObject({ ceremony: 'get', origin: server.origin, name: 'NotAllowedError' });
      expect((await key.callTool({ name: 'browser_detach' })).structuredContent).toEqual({ detached: true });
    },
  );
});
