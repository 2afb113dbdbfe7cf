/** A fixture for jest. */
export * from '../testing/jest.ts';
