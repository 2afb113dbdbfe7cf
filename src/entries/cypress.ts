/**
 * A key in the pages that Cypress tests. Written to Cypress's documentation, and untried: its program is no npm package.
 *
 * @example
 * ```js
 * // cypress/support/e2e.js; the script is that of bridgeScript() or deviceScript() of stuntkey/inject
 * import { addPasskeys, withPasskeys } from 'stuntkey/cypress';
 *
 * addPasskeys(Cypress, cy, Cypress.env('STUNTKEY_SCRIPT')); // every page
 * cy.visit('/', { onBeforeLoad: withPasskeys(Cypress.env('STUNTKEY_SCRIPT')) }); // or one page
 * ```
 * @module stuntkey/cypress
 */

export {
  addPasskeys,
  type CyGlobal,
  type CypressGlobal,
  type PageWindow,
  withPasskeys,
} from '../inject/cypress.ts';
