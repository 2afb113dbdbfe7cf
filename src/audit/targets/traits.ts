/** What may be said of a target's traits. */
import { amount, callable, exactly, flag, maybe, type Shape, whole } from '../../base/shape.ts';
import type { TargetTraits } from './target.ts';

export const traitsShape: Shape<Omit<TargetTraits, 'accounts'>> = exactly({
  json: maybe(flag),
  concurrency: maybe(whole(1)),
  trustsAuthority: maybe(flag),
  metadata: maybe(flag),
  named: maybe(flag),
  whoAmI: maybe(flag),
  framed: maybe(flag),
  challengeLifetime: maybe(amount(0)),
  advance: maybe(callable<NonNullable<TargetTraits['advance']>>()),
  remove: maybe(callable<NonNullable<TargetTraits['remove']>>()),
});
