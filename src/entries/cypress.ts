/** Cypress: a key in the pages under test. Subpath `stuntkey/cypress`. */
export { addPasskeys, type CyGlobal, type CypressGlobal, withPasskeys } from '../inject/cypress.ts';
