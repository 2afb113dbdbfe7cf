/** The hand that holds the key to a reader, and takes it away: a signal, or a line on stdin. */
import { createInterface } from 'node:readline';
import { LONGEST_TIMER, systemClock } from '../base/clock.ts';
import { note } from './output.ts';

export interface Hand {
  present(): boolean;
  insert(): void;
  remove(): void;
  /** Whether lines are read from stdin. */
  readonly reads: boolean;
}

/**
 * SIGUSR2 takes the key away, and the next one brings it back; the lines `remove` and `insert` say which. (SIGUSR1 is Node's.)
 *
 * @returns what ends it
 */
export function onHand(hand: Hand): () => void {
  const toggle = (): void => (hand.present() ? hand.remove() : hand.insert());
  // Windows has no such signal.
  if (process.platform !== 'win32') process.on('SIGUSR2', toggle);
  const rest = awake();
  const lines = hand.reads ? createInterface({ input: process.stdin }) : undefined;
  lines?.on('line', (line) => {
    const word = line.trim();
    if (word === 'remove') hand.remove();
    else if (word === 'insert') hand.insert();
    else if (word !== '') note(`stuntkey: expected insert or remove, got ${word}`);
  });
  return () => {
    process.off('SIGUSR2', toggle);
    rest();
    lines?.close();
    if (hand.reads) process.stdin.destroy();
  };
}

/** A key that was taken away has no connection, and nothing else keeps the program. @returns what lets it end */
function awake(): () => void {
  let stop = (): void => {};
  const wait = (): void => {
    stop = systemClock.after(LONGEST_TIMER, wait);
  };
  wait();
  return () => stop();
}
