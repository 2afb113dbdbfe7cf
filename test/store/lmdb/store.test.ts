import { describe } from 'vitest';
import { keepsTheContract } from '../contract.ts';
import { newPath, opens } from './folders.ts';

describe.each([
  ['a durable store', {}],
  ['a durable store under a passphrase', { passphrase: 'correct horse', passphraseCost: 10 }],
])('%s', (_name, options) => {
  keepsTheContract(() => opens({ path: newPath(), ...options }), process.env.SLOW ? 15 : 4);
});
