// Damages to a store's file, one of each kind, by a number: what a failing disk, a cut, a wrong copy, or a person who means it does.

/** @param {number} seed @returns {(below: number) => number} */
export function chanceOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x9e37_79b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below;
  };
}

const PAGE = 4096;

/**
 * What each kind does to a file; `older` is the file some transactions before.
 *
 * @type {Readonly<Record<string, (file: Buffer, chance: (below: number) => number, older: Buffer) => Buffer>>}
 */
export const damages = {
  'a bit of a page': (file, chance) => flipped(file, 2 * PAGE + chance(file.length - 2 * PAGE), chance(8)),
  'a bit of a meta page': (file, chance) => flipped(file, chance(2) * PAGE + chance(192), chance(8)),
  'a bit of a page header': (file, chance) =>
    flipped(file, pageIn(file, chance) * PAGE + chance(40), chance(8)),
  'a page of zeros': (file, chance) => filled(file, pageIn(file, chance) * PAGE, PAGE, 0),
  'a meta page of zeros': (file, chance) => filled(file, chance(2) * PAGE, PAGE, 0),
  'a sector of zeros': (file, chance) => filled(file, chance(file.length / 512) * 512, 512, 0),
  'a page of ones': (file, chance) => filled(file, pageIn(file, chance) * PAGE, PAGE, 0xff),
  'a page of noise': (file, chance) => {
    const at = pageIn(file, chance) * PAGE;
    for (let byte = 0; byte < PAGE; byte++) file[at + byte] = chance(256);
    return file;
  },
  'noise behind a right header': (file, chance) => {
    const at = pageIn(file, chance) * PAGE;
    for (let byte = 24; byte < PAGE; byte++) file[at + byte] = chance(256);
    return file;
  },
  'two pages swapped': (file, chance) => swapped(file, pageIn(file, chance), pageIn(file, chance)),
  'two pages swapped, and numbered for it': (file, chance) => {
    const [a, b] = [pageIn(file, chance), pageIn(file, chance)];
    swapped(file, a, b);
    file.writeUInt32LE(a, a * PAGE);
    file.writeUInt32LE(b, b * PAGE);
    return file;
  },
  'a page of before': (file, chance, older) => {
    const at = pageIn(older, chance) * PAGE;
    older.copy(file, at, at, at + PAGE);
    return file;
  },
  'the meta pages of before': (file, _chance, older) => {
    older.copy(file, 0, 0, 2 * PAGE);
    return file;
  },
  'cut off': (file, chance) => file.subarray(0, chance(file.length)),
  'cut off by pages': (file, chance) => file.subarray(0, (1 + chance(file.length / PAGE - 1)) * PAGE),
  'grown by noise': (file, chance) =>
    Buffer.concat([file, Buffer.from(Array.from({ length: 1 + chance(3 * PAGE) }, () => chance(256)))]),
  'grown by zeros': (file, chance) => Buffer.concat([file, Buffer.alloc(1 + chance(20 * PAGE))]),
  'shifted by a byte': (file, chance) => {
    const at = chance(file.length);
    return Buffer.concat([file.subarray(0, at), Buffer.of(0), file.subarray(at)]);
  },
  'a number of a page header': (file, chance) => {
    file.writeUInt16LE(chance(65_536), pageIn(file, chance) * PAGE + 2 * chance(16));
    return file;
  },
  'a number of a meta page': (file, chance) => {
    file.writeUInt32LE(chance(2 ** 32), chance(2) * PAGE + 4 * chance(44));
    return file;
  },
};

/** @param {Buffer} file @param {number} at @param {number} bit */
function flipped(file, at, bit) {
  file[at] = /** @type {number} */ (file[at]) ^ (1 << bit);
  return file;
}

/** @param {Buffer} file @param {number} at @param {number} length @param {number} byte */
function filled(file, at, length, byte) {
  return file.fill(byte, at, at + length);
}

/** A page that is no meta page. @param {Buffer} file @param {(below: number) => number} chance */
function pageIn(file, chance) {
  return 2 + chance(Math.floor(file.length / PAGE) - 2);
}

/** @param {Buffer} file @param {number} a @param {number} b */
function swapped(file, a, b) {
  const kept = Buffer.from(file.subarray(a * PAGE, (a + 1) * PAGE));
  file.copy(file, a * PAGE, b * PAGE, (b + 1) * PAGE);
  kept.copy(file, b * PAGE);
  return file;
}
