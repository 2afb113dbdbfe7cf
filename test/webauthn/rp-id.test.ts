import { describe, expect, it } from 'vitest';
import {
  isHost,
  isRegistrableSuffixOrEqual,
  isSameSite,
  knownRegistrableSuffix,
  registrableLabel,
} from '../../src/webauthn/rp-id.ts';

describe('an RP ID', () => {
  it.each([
    'user@example.com',
    'example.com:443',
    'example.com/',
    'example.com?',
    'example.com#',
    'example.com\\',
    'exam ple.com',
    '',
    '@',
  ])('that is %j is no host, and no suffix of one', async (text) => {
    expect(isHost(text)).toBe(false);
    expect(await isRegistrableSuffixOrEqual(text, 'example.com')).toBe(false);
    expect(await isRegistrableSuffixOrEqual(text, 'login.example.com')).toBe(false);
  });

  it('is not spelled otherwise than URLs spell it', () => {
    expect(isHost('Example.com')).toBe(false);
    expect(isHost('bücher.example')).toBe(false);
    expect(isHost('xn--bcher-kva.example')).toBe(true);
  });

  it.each([
    ['example.com', 'login.example.com', true],
    ['login.example.com', 'example.com', false],
    ['ample.com', 'example.com', false],
    ['com', 'example.com', false],
    ['github.io', 'ada.github.io', false],
    ['ada.github.io', 'www.ada.github.io', true],
    // The rule *.kawasaki.jp: foo.kawasaki.jp is a public suffix, and its parent reaches over it.
    ['kawasaki.jp', 'shop.foo.kawasaki.jp', false],
    // A suffix of the private section, whose parent is none.
    ['amazonaws.com', 'bucket.s3.amazonaws.com', false],
    ['bucket.s3.amazonaws.com', 'www.bucket.s3.amazonaws.com', true],
    ['shop.foo.kawasaki.jp', 'www.shop.foo.kawasaki.jp', true],
    ['0.0.1', '127.0.0.1', false],
    ['127.0.0.1', '127.0.0.1', true],
    ['1.example', '127.0.0.1.example', true],
    ['Example.COM', 'example.com', true],
    ['Example.COM', 'login.example.com', true],
    ['localhost', 'app.localhost', false],
    ['exa mple', 'a.exa mple', false],
    ['[', 'login.[', false],
  ])('%s for a page at %s: %s', async (suffix, host, right) => {
    expect(await isRegistrableSuffixOrEqual(suffix, host)).toBe(right);
  });
});

describe('what is known of an RP ID at once', () => {
  it('is remembered as URLs serialize it', async () => {
    expect(await isRegistrableSuffixOrEqual('BÜCHER.example', 'www.xn--bcher-kva.example')).toBe(true);
    expect(knownRegistrableSuffix('BÜCHER.example', 'www.xn--bcher-kva.example')).toBe(
      'xn--bcher-kva.example',
    );
  });

  it('is that it is the host, and what was looked up before', async () => {
    expect(knownRegistrableSuffix('known.example', 'known.example')).toBe('known.example');
    expect(knownRegistrableSuffix('known.example', 'www.known.example')).toBeUndefined();
    expect(await isRegistrableSuffixOrEqual('known.example', 'www.known.example')).toBe(true);
    expect(knownRegistrableSuffix('known.example', 'www.known.example')).toBe('known.example');
    await isRegistrableSuffixOrEqual('other.example', 'www.known.example');
    expect(knownRegistrableSuffix('other.example', 'www.known.example')).toBeUndefined();
  });
});

describe('two hosts', () => {
  it.each([
    ['a.example.com', 'b.example.com', true],
    ['example.com', 'example.org', false],
    ['ada.github.io', 'grace.github.io', false],
    ['www.ada.github.io', 'ada.github.io', true],
    ['localhost', 'localhost', true],
    ['com', 'org', false],
  ])('%s and %s are of one site: %s', async (a, b, same) => {
    expect(await isSameSite(a, b)).toBe(same);
  });
});

describe('the registrable label', () => {
  it.each([
    ['www.example.co.uk', 'example'],
    ['ada.github.io', 'ada'],
    ['127.0.0.1', undefined],
    ['[::1]', undefined],
    ['', undefined],
    ['com', undefined],
  ])('of %j is %j', async (host, label) => {
    expect(await registrableLabel(host)).toBe(label);
  });
});
