/** Loads what is backstage, once. */
import { once } from '../../base/once.ts';

export const openBackstage: () => Promise<typeof import('./backstage.ts')> = once(
  () => import('./backstage.ts'),
);
