import type { JestFixture } from '../dist/entries/jest.js' with { 'resolution-mode': 'import' };

export type { Stage, StageOptions } from '../dist/entries/jest.js' with { 'resolution-mode': 'import' };
/** The stage of the test that runs. */
export declare const stuntkey: JestFixture['stuntkey'];
/** Says how the tests of this file are furnished, from the next one on. */
export declare const configure: JestFixture['configure'];
