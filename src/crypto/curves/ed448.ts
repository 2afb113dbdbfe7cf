/** What is used of noble's module: of one that is imported when it is used, bundlers keep everything. */
export { ed448 } from '@noble/curves/ed448.js';
