/** What is used of a package with much more in it: a bundler leaves the rest out, as it cannot where a whole module is loaded later. */
export { p256, p384, p521 } from '@noble/curves/nist.js';
