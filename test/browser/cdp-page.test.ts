/** The devices of a page, before a Chromium that is looked at in the middle of a command. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChromiumPage } from '../../src/browser/cdp/page.ts';
import type { CdpSession } from '../../src/browser/cdp-session.ts';
import { Emitter } from '../../src/browser/events.ts';
import { Authenticator, ManualClock } from '../../src/entries/index.ts';

/** Chromium's virtual authenticators of one page. */
class FakeChromium implements CdpSession {
  readonly devices = new Set<string>();
  /** Called once a command has come to its end there, and before its answer is here. */
  done: (command: string) => void = () => {};
  #made = 0;

  async send(method: string, { authenticatorId }: { authenticatorId?: string } = {}): Promise<unknown> {
    const command = method.replace('WebAuthn.', '');
    if (authenticatorId !== undefined && !this.devices.has(authenticatorId))
      throw new Error('Could not find a Virtual Authenticator matching the ID');
    if (command === 'getCredential') throw new Error('Could not find a credential matching the ID');
    if (command === 'removeVirtualAuthenticator') this.devices.delete(authenticatorId as string);
    const answer = { authenticatorId: `device ${this.#made}`, targetInfo: { url: '' } };
    if (command === 'addVirtualAuthenticator') {
      this.#made++;
      this.devices.add(answer.authenticatorId);
    }
    this.done(command);
    return answer;
  }

  on(): void {}
  off(): void {}
  child(): undefined {}
  async detach(): Promise<void> {}
}

describe('the devices of a page', () => {
  const settings = new Map<string, object>();
  let chromium: FakeChromium;
  let page: ChromiumPage;

  beforeEach(async () => {
    chromium = new FakeChromium();
    const authenticators = [new Authenticator(), new Authenticator()];
    page = new ChromiumPage(chromium, authenticators, new Emitter(), settings, new ManualClock());
    await page.open();
  });
  afterEach(() => page.forget());

  it.each(['removeVirtualAuthenticator', 'enable', 'addVirtualAuthenticator', 'setUserVerified'])(
    'are as many as before when they are made anew and are looked for after %s',
    async (moment) => {
      const looks: Promise<void>[] = [];
      chromium.done = (command) => {
        if (command === moment) looks.push(page.check());
      };
      settings.set('setUserVerified', { isUserVerified: true });
      await page.set('setUserVerified', { isUserVerified: true }, true);
      await Promise.all(looks);
      expect(looks.length).toBeGreaterThan(0);
      expect([...chromium.devices]).toEqual(['device 2', 'device 3']);
    },
  );

  it('are made anew where they were dropped before', async () => {
    chromium.devices.clear();
    await page.set('setUserVerified', { isUserVerified: true }, true);
    expect([...chromium.devices]).toEqual(['device 2', 'device 3']);
  });
});
