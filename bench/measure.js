// Measuring side by side: every contender in every round, so that a machine that slows down slows them all.

/** @typedef {() => unknown | Promise<unknown>} Work one operation */

/**
 * Operations per second of each contender in each of several interleaved rounds.
 *
 * @param {Record<string, Work>} contenders
 * @param {{ rounds: number, milliseconds: number }} effort
 * @returns {Promise<Record<string, number[]>>}
 */
export async function race(contenders, { rounds, milliseconds }) {
  /** @type {Record<string, number[]>} */
  const rates = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (const work of Object.values(contenders)) await rate(work, milliseconds); // not counted: compilers warm up
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) rates[name]?.push(await rate(work, milliseconds));
  }
  return rates;
}

/** @param {Work} work @param {number} milliseconds */
async function rate(work, milliseconds) {
  const start = performance.now();
  let count = 0;
  do {
    for (let i = 0; i < 8; i++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
    count += 8;
  } while (performance.now() - start < milliseconds);
  return count / ((performance.now() - start) / 1000);
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/**
 * The median of the ratios of two contenders, round by round.
 *
 * @param {Record<string, number[]>} rates @param {string} of @param {string} to
 */
export function ratio(rates, of, to) {
  return median((rates[of] ?? []).map((value, round) => value / (rates[to]?.[round] ?? Number.NaN)));
}
