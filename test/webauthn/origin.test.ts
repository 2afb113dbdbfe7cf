import { describe, expect, it } from 'vitest';
import { isAddress, parseOrigin } from '../../src/webauthn/origin.ts';

describe('an origin', () => {
  it.each([
    ['https://example.com', true],
    ['http://example.com', false],
    ['http://localhost:3000', true],
    ['http://localhost.', true],
    ['http://app.localhost', true],
    ['http://app.localhost.', true],
    ['http://localhost.example', false],
    ['http://notlocalhost', false],
    ['http://127.0.0.1', true],
    ['http://127.255.255.254:8080', true],
    ['http://128.0.0.1', false],
    ['http://12.7.0.1', false],
    ['http://127.example', false],
    ['http://127.0.0.1.example', false],
    ['https://127.0.0.1', true],
    ['https://[::2]', true],
    ['http://localhostess', false],
    ['http://[::1]', true],
    ['http://[::2]', false],
  ])('%s is potentially trustworthy: %s', (text, trustworthy) => {
    expect(parseOrigin(text).trustworthy).toBe(trustworthy);
  });

  it('has its host for a domain, unless that is an address', () => {
    expect(parseOrigin('https://Login.Example.com:8443')).toEqual({
      serialized: 'https://login.example.com:8443',
      opaque: false,
      domain: 'login.example.com',
      trustworthy: true,
    });
    expect(parseOrigin('https://127.0.0.1').domain).toBe(undefined);
    expect(parseOrigin('https://[::1]').domain).toBe(undefined);
    expect(isAddress('1.2.3.4')).toBe(true);
    expect(isAddress('1.2.3.4.example')).toBe(false);
    expect(isAddress('a1.2.3.4')).toBe(false);
  });

  it('that is null is opaque, and neither trustworthy nor of a domain', () => {
    expect(parseOrigin('null')).toEqual({
      serialized: 'null',
      opaque: true,
      domain: undefined,
      trustworthy: false,
    });
  });

  const HASH = `${'aZ09_-'.repeat(7)}A`;
  const ID = 'abcdefghijklmnopabcdefghijklmnop';
  const UUID = '0123abcd-89ef-4567-89ab-0123456789ab';
  it.each([
    [`android:apk-key-hash:${HASH}`, 'android', `android:apk-key-hash:${HASH}`],
    [`android:apk-key-hash:${HASH.slice(0, -1)}8`, 'android', `android:apk-key-hash:${HASH.slice(0, -1)}8`],
    [`chrome-extension://${ID}`, 'extension', `chrome-extension://${ID}`],
    [`chrome-extension://${ID}/`, 'extension', `chrome-extension://${ID}`],
    [`moz-extension://${UUID}`, 'extension', `moz-extension://${UUID}`],
    [`moz-extension://${UUID}/`, 'extension', `moz-extension://${UUID}`],
  ])('of an app or an extension has no domain, and is trustworthy: %s', (text, app, serialized) => {
    expect(parseOrigin(text)).toEqual({
      serialized,
      opaque: false,
      domain: undefined,
      trustworthy: true,
      app,
    });
  });

  it.each([
    ['a hash that is too short', `android:apk-key-hash:${HASH.slice(1)}`],
    ['a hash that is too long', `android:apk-key-hash:A${HASH}`],
    ['a hash with bits after its last byte', `android:apk-key-hash:${HASH.slice(0, -1)}B`],
    ['a hash in base64', `android:apk-key-hash:+${HASH.slice(1)}`],
    ['something behind a hash', `android:apk-key-hash:${HASH}/`],
    ['something before it', ` android:apk-key-hash:${HASH}`],
    ['another name for the hash', `android:apk-hash:${HASH}`],
    ['an ID of Chromium that is too short', `chrome-extension://${ID.slice(1)}`],
    ['an ID of Chromium that is too long', `chrome-extension://a${ID}`],
    ['an ID of Chromium with a q', `chrome-extension://q${ID.slice(1)}`],
    ['a path in an extension of Chromium', `chrome-extension://${ID}/a`],
    ['something before an extension of Chromium', `xchrome-extension://${ID}`],
    ['a UUID that is short at its beginning', `moz-extension://${UUID.slice(1)}`],
    ['a UUID that is long at its beginning', `moz-extension://0${UUID}`],
    ['a UUID that is short at its end', `moz-extension://${UUID.slice(0, -1)}`],
    ['a UUID that is long at its end', `moz-extension://${UUID}0`],
    ['a UUID with a group too few', `moz-extension://${UUID.replace('-4567', '')}`],
    ['a UUID with a short group', `moz-extension://${UUID.replace('4567', '456')}`],
    ['a UUID in capitals', `moz-extension://${UUID.toUpperCase()}`],
    ['a UUID with letters that are no digits', `moz-extension://${UUID.replace('abcd', 'wxyz')}`],
    ['a UUID with letters that are no digits at its end', `moz-extension://${UUID.replace('ab', 'xy')}`],
    ['a group with letters that are no digits', `moz-extension://${UUID.replace('4567', 'wxyz')}`],
    ['a UUID whose end is not of digits', `moz-extension://${UUID.slice(0, -2)}xy`],
    ['something before an extension of Firefox', `xmoz-extension://${UUID}`],
    ['a path in an extension of Firefox', `moz-extension://${UUID}/a`],
  ])('of an app or an extension is not spelled with %s', (_, text) => {
    expect(() => parseOrigin(text)).toThrow(expect.objectContaining({ code: 'bad-origin' }));
  });

  it('that is wrong is told what it has to be', () => {
    const messageOf = (text: string): string => {
      try {
        return JSON.stringify(parseOrigin(text));
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(messageOf('android:x')).toMatch(/^expected android:apk-key-hash: .* got android:x$/);
    expect(messageOf('chrome-extension:x')).toContain('expected chrome-extension:// and 32 letters');
    expect(messageOf('moz-extension:x')).toContain('expected moz-extension:// and a UUID');
    expect(messageOf('example.com')).toContain('expected an origin such as https://example.com');
    expect(() => parseOrigin('example.com')).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'ERR_INVALID_URL' }) }),
    );
    expect(messageOf('toString:x')).toContain(
      'expected an origin such as https://example.com, got toString:x',
    );
    expect(messageOf('localhost:3000')).toContain('expected an origin such as https://example.com');
    expect(messageOf('ws://example.com')).toContain('expected scheme, host and port');
  });

  it.each([
    'example.com',
    'https://example.com/login',
    'https://example.com?a',
    'https://example.com#a',
    'https://ada@example.com',
    'https://:secret@example.com',
    'ftp://example.com',
    'file:///etc/passwd',
    'about:blank',
    '',
  ])('is not %j', (text) => {
    expect(() => parseOrigin(text)).toThrow(expect.objectContaining({ code: 'bad-origin' }));
  });
});
