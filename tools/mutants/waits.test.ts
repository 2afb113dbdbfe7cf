// Vitest is given this file alone; the tests that judge mutants are run by resident.ts, before it.
import { it } from 'vitest';

it('ends when it is told to', () => {});
