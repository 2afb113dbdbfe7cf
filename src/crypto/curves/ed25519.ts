/** What is used of noble's module: of one that is imported when it is used, bundlers keep everything. */
export { ed25519 } from '@noble/curves/ed25519.js';
