/** The texts of `stuntkey/inject`, and Cypress's part, without a browser. */
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { addPasskeys, withPasskeys } from '../../src/entries/cypress.ts';
import { bridgeScript, deviceScript, openPageDevice, pageStates } from '../../src/entries/inject.ts';

const token = 'x'.repeat(43);
const url = 'http://127.0.0.1:8100';

describe('the bridge', () => {
  it('is a script of less than 40 KB that names the door and the token, and leaves no name behind', () => {
    const text = bridgeScript({ url: `${url}/`, token });
    expect(text.length).toBeLessThan(40_000);
    expect(text).toContain(JSON.stringify({ url, token }));
    expect(text.match(/^\(\(way\) => \{'use strict';/)).not.toBeNull();
    expect(text.endsWith(');\n')).toBe(true);
  });

  it.each([
    [{ url: 'nowhere', token }, 'url'],
    [{ url: 'file:///etc/passwd', token }, 'url'],
    [{ url: 'http://user:secret@127.0.0.1:8100', token }, 'url'],
    [{ url: `${url}/?a=1`, token }, 'url'],
    [{ url, token: 'short' }, 'token'],
    [{ url, token, origin: 'https://example.com' }, 'origin: there is no such member'],
  ])('refuses %j, by the name of the option', (options, name) => {
    expect(() => bridgeScript(options as never)).toThrow(
      expect.objectContaining({ code: 'bad-options', message: expect.stringContaining(name) }),
    );
  });
});

describe('the device in a page', () => {
  it('is a script of less than 700 KB', () => {
    const text = deviceScript();
    expect(text.length).toBeLessThan(700_000);
    expect(text.length).toBeGreaterThan(100_000);
  });

  it('can be inside a script element, whatever its options say', () => {
    const text = deviceScript({ seed: '</script><script>alert(1)\u2028' });
    expect(text.slice(-200)).not.toMatch(/<\/script|\u2028/i);
    expect(text.trimEnd().endsWith(String.raw`({"seed":"\u003C/script>\u003Cscript>alert(1)\u2028"});`)).toBe(
      true,
    );
  });

  it.each([
    [{ state: 'canceled' }, 'state'],
    [{ model: 'yubikey' }, 'model'],
    [{ policy: { algorithms: 'ES256' } }, 'policy'],
    [{ user: { presence: 'maybe' } }, 'user'],
    [{ state: 'cancelled', user: { presence: 'decline' } }, 'state or user'],
    [{ keep: 'session' }, 'keep'],
    [{ sttae: 'locked' }, 'did you mean state'],
  ])('refuses %j, by the name of the option', (options, name) => {
    expect(() => deviceScript(options as never)).toThrow(
      expect.objectContaining({ code: 'bad-options', message: expect.stringContaining(name) }),
    );
  });

  it('opens in pages only, and knows five situations', () => {
    expect(() => openPageDevice()).toThrow(expect.objectContaining({ code: 'bad-origin' }));
    expect(pageStates).toEqual(['ready', 'cancelled', 'waiting', 'wrongAccount', 'locked']);
  });
});

describe('Cypress', () => {
  it('runs the script in the realm of each page before its own scripts, and asks the door by a task', () => {
    const page = createContext({});
    const window = { eval: (text: string) => runInContext(text, page) };
    const commands = new Map<string, (...args: never[]) => unknown>();
    const tasks: unknown[] = [];
    let load = (_: typeof window): void => {};
    addPasskeys(
      {
        on: (_event, listener) => {
          load = listener;
        },
        Commands: { add: (name, command) => commands.set(name, command) },
      },
      { task: (name, argument) => tasks.push([name, argument]) },
      'globalThis.seen = typeof require;',
    );
    load(window);
    expect(runInContext('seen', page)).toBe('undefined');
    commands.get('passkeyUser')?.({ presence: 'decline' } as never);
    commands.get('passkeys')?.();
    expect(tasks).toEqual([
      ['stuntkey', { method: 'POST', path: '/user/next', body: { presence: 'decline' } }],
      ['stuntkey', { method: 'GET', path: '/credentials' }],
    ]);
    expect(() => withPasskeys('')).toThrow(/bridgeScript/);
  });
});
