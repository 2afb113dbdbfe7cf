/** What is used of noble's module: of one that is imported when it is used, bundlers keep everything. */
export { p256, p384, p521 } from '@noble/curves/nist.js';
