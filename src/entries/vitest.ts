/** A fixture for vitest. */
export * from '../testing/vitest.ts';
