/** The inspector's page in a real browser: opened, and looked at as people and screen readers do, by roles and names. */
import type { Browser, BrowserContext, ElementHandle, Page } from 'puppeteer-core';
import { expect } from 'vitest';
import type { HttpServer } from '../../src/http/serve.ts';
import { patient } from '../browser/chromium.ts';

/** 0: as long as it takes. */
const PATIENCE = Number(process.env.DBG ?? 0);

export class Inspector {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about: errors of scripts, violations of the policy, what could not be loaded. */
  readonly problems: string[] = [];
  /** Complaints that a test means to have. */
  known: RegExp = /^$/;
  /** Addresses that were asked for. */
  readonly asked: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warn') this.problems.push(message.text());
    });
    page.on('request', (request) => this.asked.push(request.url()));
  }

  /** @param address default: the door's page, with its token */
  static open(browser: Browser, server: HttpServer, address = server.page as string): Promise<Inspector> {
    return Inspector.openAt(browser, address);
  }

  static async openAt(browser: Browser, address: string): Promise<Inspector> {
    const context = await browser.createBrowserContext();
    const inspector = new Inspector(context, patient(await context.newPage()));
    await inspector.page.goto(address);
    return inspector;
  }

  /** Goes to a pane, as a person does. */
  async pane(name: string): Promise<void> {
    await this.page.locator(`nav a[href="#${name.toLowerCase()}"]`).setTimeout(PATIENCE).click();
  }

  /** Waits until the page has the device. */
  ready(): Promise<void> {
    return this.says(/^live$/m);
  }

  /** The element of a role and a name, when it is there. */
  async find(role: string, name: string): Promise<ElementHandle> {
    const found = await this.page.waitForSelector(`::-p-aria([name="${name}"][role="${role}"])`, {
      timeout: 0,
    });
    return found as ElementHandle;
  }

  async click(role: string, name: string): Promise<void> {
    await this.page.locator(`::-p-aria([name="${name}"][role="${role}"])`).setTimeout(PATIENCE).click();
  }

  /** Clicks the first label, button, or element of a role, that has a text in it. */
  async clickText(kind: string, text: string): Promise<void> {
    const selector = kind === 'label' || kind === 'button' ? kind : `[role="${kind}"]`;
    const found = `[...document.querySelectorAll(${JSON.stringify(selector)})].find((one) => one.textContent.includes(${JSON.stringify(text)}))`;
    const element = await this.page.waitForFunction(found, { timeout: PATIENCE });
    await (element as ElementHandle).click();
  }

  /** Hands a file to the first field that takes one. */
  async choose(selector: string, name: string, content: string): Promise<void> {
    await this.page.waitForSelector(selector, { timeout: PATIENCE });
    await this.page.evaluate(`{
      const input = document.querySelector(${JSON.stringify(selector)});
      const held = new DataTransfer();
      held.items.add(new File([${JSON.stringify(content)}], ${JSON.stringify(name)}));
      input.files = held.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }`);
  }

  /** Fills in a labeled field. */
  async fill(label: string, text: string): Promise<void> {
    const labeled = `[...document.querySelectorAll('label')].find((one) => one.textContent.includes(${JSON.stringify(label)}))?.control`;
    const field = await this.page.waitForFunction(labeled, { timeout: PATIENCE });
    await (field as ElementHandle<{ select(): void }>).evaluate((one) => one.select());
    await (field as ElementHandle).type(text);
  }

  /** Waits until the page says so. */
  async says(text: string | RegExp): Promise<void> {
    const { source, flags } =
      typeof text === 'string' ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')) : text;
    const said = `new RegExp(${JSON.stringify(source)}, ${JSON.stringify(flags)}).test(document.body.innerText)`;
    await this.page.waitForFunction(said, { timeout: PATIENCE });
  }

  async text(): Promise<string> {
    return (await this.page.evaluate('document.body.innerText')) as string;
  }

  /** Ends, if nothing was wrong on the way. */
  async close(): Promise<void> {
    await this.context.close();
    expect(this.problems.filter((problem) => !this.known.test(problem))).toEqual([]);
  }
}
