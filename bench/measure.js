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
  for (const work of Object.values(contenders)) await warmUp(work, milliseconds);
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) rates[name]?.push(await rate(work, milliseconds));
  }
  return rates;
}

/** The most that a contender is warmed up, in times of a round. */
const MOST_PERIODS = 24;

/**
 * Not counted: the compilers of V8 take some thousand ceremonies. It is warm when it has not become faster three times in a row.
 *
 * @param {Work} work @param {number} milliseconds
 */
async function warmUp(work, milliseconds) {
  let fastest = 0;
  for (let period = 0, steady = 0; period < MOST_PERIODS && steady < 3; period++) {
    const now = await rate(work, milliseconds);
    steady = now > 1.03 * fastest ? 0 : steady + 1;
    fastest = Math.max(fastest, now);
  }
}

/**
 * Microseconds of each of the first so many, while nothing is compiled yet.
 *
 * @param {Work} work @param {number} count
 */
export async function firstOnes(work, count) {
  const start = performance.now();
  for (let i = 0; i < count; i++) await work();
  return ((performance.now() - start) * 1000) / count;
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
