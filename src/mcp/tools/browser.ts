/** Tools for the browser whose pages use the key. */
import { count, described, maybe, text } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { connectTo } from '../../browser/running/browser.ts';
import { findBrowsers } from '../../browser/running/find.ts';
import type { Agent } from '../agent.ts';
import { type Tool, tool } from '../tool.ts';

export const browserTools: readonly Tool[] = [
  tool(
    'browser_attach',
    'Attach to a browser',
    'Lets all pages of a running browser with remote debugging use this key: when a page registers a passkey or signs in, the key answers, for the allowed RP IDs alone. Then act in the page (with another tool), and look at page_ceremonies.',
    'reaches',
    {
      url: maybe(
        described(
          text({ least: 1, most: 500 }),
          'Where its remote debugging is, on this machine: http://127.0.0.1:9222, or a ws:// address. Without it, a browser is looked for.',
        ),
      ),
    },
    async (agent, { url }) => {
      agent.allowed.requireAny();
      if (agent.browser !== undefined)
        throw new StuntkeyError(
          'already-attached',
          'expected no browser yet, got one that is attached: browser_detach first',
        );
      const browser = await connectTo(await addressFor(agent, url));
      try {
        await agent.attach(browser);
      } catch (error) {
        await browser.leave();
        throw error;
      }
      return attachedTo(agent);
    },
  ),
  tool(
    'browser_detach',
    'Leave the browser',
    'Takes the key away from the browser that browser_attach attached it to. The browser runs on.',
    'reaches',
    {},
    async (agent) => ({ detached: await agent.detach() }),
  ),
  tool(
    'page_ceremonies',
    'What pages did with the key',
    'Lists registrations, sign-ins and refusals, by pages and by tools, oldest first. A refusal is explained by explain_refusal.',
    'reads',
    { after: maybe(described(count(), 'The number of the last one that is known already.')) },
    async (agent, { after = 0 }) => ({ ceremonies: agent.eventsAfter(after) }),
  ),
];

export function attachedTo(agent: Agent): object {
  const { browser, unreached } = agent;
  if (browser === undefined) return { browser: null };
  return { browser: browser.version, protocol: browser.protocol, unreachedPages: unreached };
}

async function addressFor({ browserUrl }: Agent, given: string | undefined): Promise<string> {
  if (browserUrl !== undefined) {
    if (given === undefined || given === browserUrl) return browserUrl;
    throw new StuntkeyError(
      'not-authorized',
      `url: expected ${browserUrl}, which stuntkey mcp was started with, got ${JSON.stringify(given)}`,
    );
  }
  if (given !== undefined) return onThisMachine(given);
  const found = await findBrowsers();
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  throw new StuntkeyError(
    'bad-options',
    `url: expected the address of a browser with remote debugging, as ${found.length === 0 ? 'none was found (start one with --remote-debugging-port=9222)' : `several were: ${found.join(', ')}`}`,
  );
}

function onThisMachine(url: string): string {
  if (URL.canParse(url)) {
    const { protocol, hostname } = new URL(url);
    const here = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
    if (here && /^(?:http|ws):$/.test(protocol)) return url;
  }
  throw new StuntkeyError(
    'not-authorized',
    `url: expected a browser on this machine, such as http://127.0.0.1:9222, got ${JSON.stringify(url)}`,
  );
}
