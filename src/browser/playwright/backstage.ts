/**
 * What fixtures and `attach` need, and a file of tests does not: the device, its client, the ways into a page. The first of them loads it,
 * because Playwright's main process imports every file to list its tests, and runs none.
 */
export { WebAuthnClient } from '../../client/client.ts';
export { exportCredentials } from '../../portable/collection.ts';
export { attachTo } from './attach-to.ts';
export { equip } from './equip.ts';
export { atFirstPage, onceAsked } from './first-page.ts';
