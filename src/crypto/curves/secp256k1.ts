/** What is used of noble's module: of one that is imported when it is used, bundlers keep everything. */
export { secp256k1 } from '@noble/curves/secp256k1.js';
