import { beforeEach, describe } from 'vitest';
import type { Store } from '../../../src/store/store.ts';
import { keepsTheContract } from '../contract.ts';
import { newPath, opens } from './folders.ts';

describe.each([
  ['a durable store', {}],
  ['a durable store under a passphrase', { passphrase: 'correct horse', passphraseCost: 10 }],
])('%s', (_name, options) => {
  const stores: Store[] = [];
  beforeEach(async () => {
    stores.length = 0;
    for (let i = 0; i < 40; i++) stores.push(await opens({ path: newPath(), ...options }));
  });
  keepsTheContract(() => stores.pop() as Store, 15);
});
