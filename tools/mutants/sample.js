// Which mutants are tried, where not all are: chosen by a seed, so that the same are tried again.
import { readFileSync } from 'node:fs';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { createInjector } from 'typed-inject';
import { messages } from './messages.js';

const silent = new Proxy(
  {},
  { get: (_, name) => (/^is.+Enabled$/.test(String(name)) ? () => false : () => {}) },
);

/** Numbers in [0, 1) by a seed (mulberry32). @param {number} seed */
function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Places in files, as Stryker's `mutate` takes them, with about `size` mutants in them.
 *
 * @param {readonly string[]} files
 * @param {{ size: number, seed: number, excludedMutations: readonly string[] }} options
 * @returns {Promise<string[]>}
 */
export async function sampleOf(files, { size, seed, excludedMutations }) {
  const instrumenter = createInjector().provideValue('logger', silent).injectFunction(createInstrumenter);
  const { mutants } = await instrumenter.instrument(
    files.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') })),
    { plugins: null, excludedMutations: [...excludedMutations], ignorers: [messages], noHeader: true },
  );
  // What spans lines has others inside; those are tried where their own turn comes.
  const small = mutants.filter(
    ({ ignoreReason, location: { start, end } }) => ignoreReason === undefined && start.line === end.line,
  );
  const draw = chance(seed);
  for (let last = small.length - 1; last > 0; last--) {
    const other = Math.floor(draw() * (last + 1));
    [small[last], small[other]] = [small[other], small[last]];
  }
  // Several mutants may be at one place, which is tried as a whole.
  const places = new Set();
  let count = 0;
  for (const { fileName, location } of small) {
    if (count >= size) break;
    const { start, end } = location;
    const place = `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
    if (places.has(place)) continue;
    places.add(place);
    count += small.filter(
      (other) => other.fileName === fileName && isWithin(other.location, location),
    ).length;
  }
  return [...places];
}

/**
 * @param {import('@stryker-mutator/api/core').Location} inner
 * @param {import('@stryker-mutator/api/core').Location} outer
 */
function isWithin(inner, outer) {
  return (
    inner.start.line === outer.start.line &&
    inner.start.column >= outer.start.column &&
    inner.end.column <= outer.end.column
  );
}
