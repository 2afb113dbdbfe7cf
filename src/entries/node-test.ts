/** A fixture for node:test. */
export * from '../testing/node-test.ts';
