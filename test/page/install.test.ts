import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { install } from '../../src/page/install.ts';
import { named } from '../interop/debian.ts';
import { happyDom, withoutHappyDom } from '../interop/happy-dom.ts';
import { creation, furnish, type Page, refusal } from './page.ts';

const url = 'https://login.example.com/account';

/** Every own property of a global and of its navigator, as it is. */
function snapshot(target: Page): unknown {
  return [target, target.navigator ?? {}].map(Object.getOwnPropertyDescriptors);
}

// Where it is skipped, any class will do.
const Window = withoutHappyDom === undefined ? (await happyDom()).Window : Object;

const targets: [string, () => object, missing?: string | undefined][] = [
  ['Node', () => globalThis],
  ['a bare object', () => ({})],
  ['jsdom', () => new JSDOM('', { url }).window],
  ['jsdom with a realm of its own', () => new JSDOM('', { url, runScripts: 'outside-only' }).window],
  ['happy-dom', () => new Window({ url }), withoutHappyDom],
];

describe.each(targets.map(([name, target, missing]) => [named(name, missing), target, missing] as const))(
  'in %s',
  (_, target, missing) => {
    it.skipIf(missing)('a page registers and signs in, all in its own realm', async () => {
      const { page, installation } = furnish(target());
      try {
        expect(page.isSecureContext).toBe(true);
        const credential = await page.navigator.credentials.create({ publicKey: creation() });
        expect(credential).toBeInstanceOf(page.PublicKeyCredential);
        const own = (name: 'ArrayBuffer' | 'Promise' | 'Object' | 'Array' | 'Function') =>
          page[name] ?? globalThis[name];
        expect(credential.rawId).toBeInstanceOf(own('ArrayBuffer'));
        expect(credential.toJSON()).toBeInstanceOf(own('Object'));
        expect(credential.response.getTransports()).toBeInstanceOf(own('Array'));
        expect(credential.getClientExtensionResults).toBeInstanceOf(own('Function'));
        expect(page.navigator.credentials.preventSilentAccess()).toBeInstanceOf(own('Promise'));
        const allowCredentials = [{ type: 'public-key', id: credential.rawId }];
        const publicKey = { challenge: Uint8Array.of(1), rpId: 'example.com', allowCredentials };
        expect((await page.navigator.credentials.get({ publicKey })).id).toBe(credential.id);
      } finally {
        installation.uninstall();
      }
    });

    it.skipIf(missing)('errors are those of its realm', async () => {
      const { page, installation } = furnish(target());
      try {
        const { credentials } = page.navigator;
        const wrong = await refusal(
          credentials.create({ publicKey: creation({ rp: { name: 'x', id: 'com' } }) }),
        );
        expect(wrong).toBeInstanceOf(page.DOMException ?? DOMException);
        expect(wrong.name).toBe('SecurityError');
        const incomplete = await refusal(credentials.create({ publicKey: {} }));
        expect(incomplete).toBeInstanceOf(page.TypeError ?? TypeError);
        const { PublicKeyCredential } = page;
        const signal = (options: object) => refusal(PublicKeyCredential.signalUnknownCredential(options));
        expect(await signal({ rpId: 'example.com', credentialId: '*' })).toBeInstanceOf(
          page.TypeError ?? TypeError,
        );
        expect(await signal({ rpId: 'com', credentialId: 'AA' })).toBeInstanceOf(
          page.DOMException ?? DOMException,
        );
        const user = { ...creation().user, id: new Uint8Array(65) };
        expect(await refusal(credentials.create({ publicKey: creation({ user }) }))).toBeInstanceOf(
          page.TypeError ?? TypeError,
        );
        const controller = new (page.AbortController ?? AbortController)();
        controller.abort();
        const aborted = await refusal(
          credentials.create({ publicKey: creation(), signal: controller.signal }),
        );
        expect(aborted).toBe(controller.signal.reason);
        // A reason is the page's own value, even one that looks like an error of ours.
        const later = new AbortController();
        const work = refusal(credentials.create({ publicKey: creation(), signal: later.signal }));
        const reason = new TypeError('of another realm');
        later.abort(reason);
        expect(await work).toBe(reason);
      } finally {
        installation.uninstall();
      }
    });

    it.skipIf(missing)('everything is as it was afterwards', () => {
      const place = target();
      const before = snapshot(place);
      const { installation } = furnish(place);
      expect(snapshot(place)).not.toEqual(before);
      installation.uninstall();
      installation.uninstall();
      expect(snapshot(place)).toEqual(before);
      furnish(place).installation.uninstall();
      expect(snapshot(place)).toEqual(before);
    });
  },
);

describe('install()', () => {
  it('takes the origin of the page it is given', async () => {
    const { window } = new JSDOM('', { url });
    const { client } = install(window, { authenticator: new Authenticator() });
    const { response } = await client.create({
      rp: { name: 'Example' },
      user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
      challenge: 'CQkJ',
      pubKeyCredParams: [],
    });
    expect(Buffer.from(response.clientDataJSON, 'base64url').toString()).toContain(
      'https://login.example.com"',
    );
  });

  it.each([globalThis, new JSDOM('').window, ...(withoutHappyDom === undefined ? [new Window()] : [])])(
    'wants an origin where there is none',
    (target) => {
      const code = { code: 'bad-origin' };
      expect(() => install(target, { authenticator: new Authenticator() })).toThrow(
        expect.objectContaining(code),
      );
    },
  );

  it('leaves an insecure page without any of it, as browsers do', () => {
    const own = { PublicKeyCredential: 'another one', navigator: {} };
    const { page, installation } = furnish(own, { origin: 'http://example.com' });
    expect(page.isSecureContext).toBe(false);
    expect(page.navigator.credentials).toBeUndefined();
    expect('PublicKeyCredential' in page).toBe(false);
    installation.uninstall();
    expect(own).toEqual({ PublicKeyCredential: 'another one', navigator: {} });
  });

  it('furnishes a global once at a time', () => {
    const { installation } = furnish();
    expect(() => furnish()).toThrow(expect.objectContaining({ code: 'already-installed' }));
    installation.uninstall();
  });

  it('changes nothing where it cannot change everything', () => {
    const fixed = Object.defineProperty({ navigator: {} }, 'CredentialsContainer', { value: 1 });
    expect(() => furnish(fixed)).toThrow(expect.objectContaining({ code: 'cannot-install' }));
    expect(Reflect.ownKeys(fixed)).toEqual(['navigator', 'CredentialsContainer']);
    expect(() => furnish({ navigator: Object.freeze({}) })).toThrow(
      expect.objectContaining({ code: 'cannot-install' }),
    );
  });
});
