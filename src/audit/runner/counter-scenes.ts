/** Scenes about what becomes of a signature counter once it is stored: they show something only of servers that compare counters. */
import { NotApplicable } from '../fault.ts';
import { Unexpected } from './actor.ts';
import { type Scene, signInWith } from './parts.ts';
import type { Play } from './play.ts';

/** A counter whose 32 bits are a negative number in a signed integer. */
const HIGH = 0x9000_0000;
const LOW = 7;

/** @throws NotApplicable where a counter that has been used is taken again: then nothing is shown by how it is stored */
export async function requireComparison(play: Play): Promise<void> {
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  const first = await signInWith(play, await play.visitor(actor), LOW);
  if (first.kind !== 'accepted') throw new Unexpected('an honest authentication', first);
  const again = await signInWith(play, await play.visitor(actor), LOW);
  if (again.kind === 'accepted') throw new NotApplicable('the target does not compare counters');
}

const afterHigh: Scene = async (play) => {
  await requireComparison(play);
  const actor = await play.actor();
  await actor.registerHonestly(play.wish);
  const high = await signInWith(play, await play.visitor(actor), HIGH);
  if (high.kind !== 'accepted') throw new Unexpected('a sign-in with a high counter', high);
  return signInWith(play, await play.visitor(actor), LOW);
};

export const counterScenes: Readonly<Record<'counter-after-high', Scene>> = {
  'counter-after-high': afterHigh,
};
