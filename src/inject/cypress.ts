/**
 * Cypress: a key in the pages under test. Written to Cypress's documentation, and untried: its program is no npm package, and cannot be
 * installed where stuntkey is tested. Only in Cypress's browser; docs/tools.md has the part in Node.
 */
import { StuntkeyError } from '../base/stuntkey-error.ts';

/** What is used of the global `Cypress`. */
export interface CypressGlobal {
  /** Listens to an event of Cypress. */
  on(event: 'window:before:load', listener: (window: PageWindow) => void): unknown;
  readonly Commands: {
    /** Adds a command. */
    add(name: string, command: (...args: never[]) => unknown): unknown;
  };
}

/** What is used of the global `cy`. */
export interface CyGlobal {
  /** Runs a task of Cypress's part in Node. */
  task(name: string, argument: unknown): unknown;
}

/** The part of a window that is needed here. */
export interface PageWindow {
  /** Runs a text in the realm of the window. */
  eval(text: string): unknown;
}

/** The task that the part in Node has: a request to the door. */
const TASK = 'stuntkey';

/**
 * For `cy.visit(url, { onBeforeLoad: withPasskeys(script) })`: the page that is visited has the key.
 *
 * @param script of `bridgeScript` or `deviceScript`
 * @throws StuntkeyError `bad-options`
 */
export function withPasskeys(script: string): (window: PageWindow) => void {
  if (typeof script !== 'string' || script === '')
    throw new StuntkeyError(
      'bad-options',
      `script: expected the text of bridgeScript() or deviceScript(), got ${typeof script}`,
    );
  // In the realm of that window, before its own scripts.
  return (window) => {
    window.eval(script);
  };
}

/**
 * Gives every page under test the key, also after a reload and in what a page opens in its place, and adds the commands
 * `cy.passkeyUser(script)` (what the person does next) and `cy.passkeys()` (what is on the key).
 *
 * @throws StuntkeyError `bad-options`
 */
export function addPasskeys(cypress: CypressGlobal, cy: CyGlobal, script: string): void {
  cypress.on('window:before:load', withPasskeys(script));
  cypress.Commands.add('passkeyUser', (body: object) =>
    cy.task(TASK, { method: 'POST', path: '/user/next', body }),
  );
  cypress.Commands.add('passkeys', () => cy.task(TASK, { method: 'GET', path: '/credentials' }));
}
