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
