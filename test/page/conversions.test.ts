import { describe, expect, it } from 'vitest';
import { credentialCreationOptions, credentialRequestOptions } from '../../src/webauthn/page-dictionaries.ts';
import { realmOf } from '../../src/webauthn/realm.ts';
import { creation } from './page.ts';

const realm = realmOf(globalThis);
// biome-ignore lint/suspicious/noExplicitAny: a page is not typed
const convert = (changes: object): any =>
  credentialCreationOptions({ publicKey: creation(changes) }, '', realm).publicKey;

const three = Uint8Array.of(0, 1, 2, 3, 4).subarray(1, 4);
const detached = new ArrayBuffer(4);
const detachedView = new DataView(detached);
structuredClone(detached, { transfer: [detached] });
const resizable = Reflect.construct(ArrayBuffer, [4, { maxByteLength: 8 }]) as ArrayBuffer;

describe('bytes from a page', () => {
  it.each([
    ['a view', three, 'AQID'],
    ['an ArrayBuffer', three.slice().buffer, 'AQID'],
    ['a DataView', new DataView(three.buffer, 2, 1), 'Ag'],
    ['a view of wider numbers', Uint16Array.of(0x0201), 'AQI'],
    ['a Buffer out of a pool', Buffer.from('abc'), 'YWJj'],
    ['a detached ArrayBuffer, which counts as empty', detached, ''],
    ['a detached view', detachedView, ''],
  ])('may be %s', (_, challenge, expected) => {
    expect(convert({ challenge }).challenge).toBe(expected);
  });

  it.each([
    ['a text', 'AQID'],
    ['an array', [1, 2, 3]],
    ['null', null],
    ['an object that looks like a view', { buffer: new ArrayBuffer(1), byteOffset: 0, byteLength: 1 }],
    ['an object in disguise', Object.setPrototypeOf({}, ArrayBuffer.prototype)],
    ['shared memory', new SharedArrayBuffer(4)],
    ['a view of shared memory', new Uint8Array(new SharedArrayBuffer(4))],
    ['resizable memory', resizable],
    ['a view of resizable memory', new Uint8Array(resizable)],
  ])('may not be %s', (_, challenge) => {
    expect(() => convert({ challenge })).toThrow(TypeError);
    expect(() => convert({ challenge })).toThrow(/publicKey\.challenge: expected/);
  });

  it('are looked at past what a page has put over them', () => {
    const challenge = Object.defineProperty(Uint8Array.of(1, 2, 3), 'byteLength', { value: 1 });
    expect(convert({ challenge }).challenge).toBe('AQID');
  });
});

describe('members from a page', () => {
  it.each([
    ['numbers are taken modulo 2^32', { timeout: -1 }, { timeout: 4294967295 }],
    ['no number is zero', { timeout: {} }, { timeout: 0 }],
    ['any iterable is a sequence', { hints: new Set(['hybrid']) }, { hints: ['hybrid'] }],
    [
      'null is an empty dictionary',
      { authenticatorSelection: null },
      { authenticatorSelection: { requireResidentKey: false } },
    ],
    ['primitives become text', { attestation: 7 }, { attestation: '7' }],
    [
      'unknown members are dropped',
      { extensions: { nobodyKnows: 1, credProps: 1 } },
      { extensions: { credProps: true } },
    ],
    [
      'extension inputs have bytes too',
      { extensions: { prf: { eval: { first: three } } } },
      { extensions: { prf: { eval: { first: 'AQID' } } } },
    ],
  ])('%s', (_, given, expected) => {
    expect(convert(given)).toMatchObject(expected);
    expect(convert(given)).not.toHaveProperty('extensions.nobodyKnows');
  });

  it.each([
    ['a missing one', { challenge: undefined }, /challenge is required/],
    ['a symbol', { rp: { name: Symbol('x') } }, /rp\.name: expected a string/],
    ['a bigint for a number', { timeout: 1n }, /timeout: expected a number/],
    [
      'a primitive for a dictionary',
      { authenticatorSelection: 1 },
      /authenticatorSelection: expected an object/,
    ],
    ['what cannot be iterated over', { pubKeyCredParams: {} }, /pubKeyCredParams: expected a sequence/],
    ['null for a dictionary with required members', { rp: null }, /rp\.name is required/],
  ])('%s is a TypeError', (_, given, message) => {
    expect(() => convert(given)).toThrow(TypeError);
    expect(() => convert(given)).toThrow(message);
  });

  it('are read in lexicographical order, each once', () => {
    const read: string[] = [];
    const publicKey = new Proxy(creation(), {
      get(target, name) {
        read.push(String(name));
        return Reflect.get(target, name);
      },
    });
    credentialCreationOptions({ publicKey }, '', realm);
    expect(read).toEqual([...read].sort());
    expect(new Set(read).size).toBe(read.length);
  });

  it('are refused where mediation or signal are not what they should be', () => {
    expect(() => credentialRequestOptions({ mediation: 'x' }, '', realm)).toThrow(
      /mediation: expected one of/,
    );
    expect(() => credentialRequestOptions({ signal: {} }, '', realm)).toThrow(
      /signal: expected an AbortSignal/,
    );
    expect(() => credentialRequestOptions({ signal: null }, '', realm)).toThrow(TypeError);
    expect(() => credentialRequestOptions(1, '', realm)).toThrow(TypeError);
  });
});
