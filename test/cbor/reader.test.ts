/** The reader of messages: what it reads by itself, what it leaves to cbor-x, and what to the strict pass. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { cborX } from '#cbor-x';
import { CborReader, notPlain } from '../../src/cbor/reader.ts';
import { fromHex, hex } from '../../src/entries/codec.ts';

const reader = (digits: string, levels?: number, copies?: boolean): CborReader =>
  new CborReader(fromHex(digits), 0, levels, copies);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('integers', () => {
  it.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['18ff', 255],
    ['190100', 256],
    ['19ffff', 65_535],
    ['1a00010000', 65_536],
    ['1affffffff', 2 ** 32 - 1],
  ])('%s is %i, and -1 less that with the first three bits of a negative one', (digits, number) => {
    const unsigned = reader(digits);
    expect(unsigned.unsigned()).toBe(number);
    expect(unsigned.atEnd).toBe(true);
    expect(reader(digits).integer()).toBe(number);
    const negative = fromHex(digits);
    negative[0] = (negative[0] as number) | 0x20;
    expect(new CborReader(negative).integer()).toBe(-1 - number);
  });

  it.each([
    ['in two bytes below 24', '1817'],
    ['in three bytes below 256', '1900ff'],
    ['in five bytes below 65,536', '1a0000ffff'],
    ['in nine bytes', '1b0000000100000000'],
    ['with reserved information', '1c'],
    ['of indefinite length', '1f'],
    ['cut off behind its first byte', '18'],
    ['cut off in its argument', '1901'],
    ['absent', ''],
    ['negative where it must not be', '20'],
    ['that are a byte string', '40'],
  ])('%s are not plain', (_, digits) => {
    expect(() => reader(digits).unsigned()).toThrow(notPlain);
  });

  it('that are a text are not plain', () => {
    expect(() => reader('60').integer()).toThrow(notPlain);
    expect(() => reader('60').map()).toThrow(notPlain);
  });
});

describe('booleans', () => {
  it('are true or false, and nothing else', () => {
    expect(reader('f5').boolean()).toBe(true);
    expect(reader('f4').boolean()).toBe(false);
    for (const digits of ['f6', 'f7', '01', ''])
      expect(() => reader(digits).boolean(), digits).toThrow(notPlain);
  });
});

describe('byte strings', () => {
  it('share the memory of the message, unless they are to be copied', () => {
    const message = fromHex('8142aabb');
    const shared = new CborReader(message, 1).bytes();
    const copied = new CborReader(message, 1, undefined, true).bytes();
    message.fill(0);
    expect(hex(shared)).toBe('0000');
    expect(hex(copied)).toBe('aabb');
  });

  it('that are cut off are not plain, and one that ends with the message is', () => {
    expect(hex(reader('42aabb').bytes())).toBe('aabb');
    expect(() => reader('42aa').bytes()).toThrow(notPlain);
  });
});

describe('texts', () => {
  it('are read up to their end', () => {
    const two = reader('61616162');
    expect([two.text(), two.text(), two.atEnd]).toEqual(['a', 'b', true]);
  });

  it('are UTF-8', () => {
    expect(reader('617f').text()).toBe('\u007f');
    expect(reader('62c3a4').text()).toBe('ä');
    expect(() => reader('61ff').text()).toThrow(notPlain);
    expect(() => reader('62c3').text()).toThrow(notPlain);
  });

  it('may begin with U+FEFF, and have U+FFFD', () => {
    expect(reader('63efbbbf').text()).toBe('\ufeff');
    expect(reader('63efbfbd').text()).toBe('\ufffd');
  });
});

describe('maps and arrays', () => {
  it('may be as many levels deep as was said', () => {
    const from = reader('8181818101', 4);
    for (let level = 0; level < 4; level++) expect(from.openArray()).toBe(1);
    expect(from.unsigned()).toBe(1);
    const deeper = reader('818181818101', 4);
    for (let level = 0; level < 4; level++) deeper.openArray();
    expect(() => deeper.openArray()).toThrow(notPlain);
  });

  it('that were closed count no more', () => {
    const from = reader('8080a0', 1);
    expect(from.openArray()).toBe(0);
    from.close();
    expect(from.openArray()).toBe(0);
    from.close();
    expect(from.openMap()).toBe(0);
    expect(() => from.openMap()).toThrow(notPlain);
  });

  it('inside of values count, too', () => {
    expect(reader('a101a101a0', 3).value()).toEqual(new Map([[1, new Map([[1, new Map()]])]]));
    expect(() => reader('a101a101a0', 2).value()).toThrow(notPlain);
    expect(reader('a101a1018101', 3).value()).toEqual(new Map([[1, new Map([[1, [1]]])]]));
    expect(() => reader('a101a1018101', 2).value()).toThrow('levels');
  });

  it.each([
    ['descending', 'a202010101'],
    ['twice', 'a201010101'],
    ['twice at the beginning of the message', 'a200010001'],
    ['longer before shorter', 'a262616101616101'],
  ])('with keys %s are not plain', (_, digits) => {
    expect(() => reader(digits).map()).toThrow(notPlain);
  });

  it('may have keys of both kinds in canonical order', () => {
    expect([...reader('a40001200161610162616101').map().keys()]).toEqual([0, -1, 'a', 'aa']);
  });
});

describe('any value', () => {
  it.each([
    ['01', 1],
    ['1affffffff', 2 ** 32 - 1],
    ['20', -1],
    ['4101', new Uint8Array([1])],
    ['6161', 'a'],
    ['f4', false],
    ['f5', true],
    ['a16161a0', new Map([['a', new Map()]])],
  ])('%s is read without cbor-x', (digits, value) => {
    const decode = vi.spyOn(cborX().Encoder.prototype, 'decode');
    const from = reader(digits);
    expect(from.value()).toEqual(value);
    expect(from.atEnd).toBe(true);
    expect(decode).not.toHaveBeenCalled();
  });

  it.each([
    ['f6', null],
    ['8101', [1]],
    ['1b0000000100000000', 2n ** 32n],
    ['3bffffffffffffffff', -(2n ** 64n)],
  ])('%s is read by cbor-x', (digits, value) => {
    const decode = vi.spyOn(cborX().Encoder.prototype, 'decode');
    const from = reader(`${digits}01`);
    expect(from.value()).toEqual(value);
    expect(from.unsigned()).toBe(1);
    expect(decode).toHaveBeenCalledOnce();
  });
});

describe('bytes that are known', () => {
  it('are passed if they come next, and only then', () => {
    const from = reader('010203');
    expect(from.passes(fromHex('0103'))).toBe(false);
    expect(from.at).toBe(0);
    expect(from.passes(fromHex('0102'))).toBe(true);
    expect(from.at).toBe(2);
    expect(from.passes(fromHex('0304'))).toBe(false);
  });
});
