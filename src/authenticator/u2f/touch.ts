/**
 * A touch, as U2F asks for it: a client that has to wait is told so at once, and asks again. A touch that comes between two
 * questions counts for the next one.
 */
import { timer } from '../../base/timer.ts';
import { U2fError } from '../../ctap/u2f.ts';
import type { UserAnswer } from '../../person/user.ts';
import type { Device } from '../device.ts';
import type { AwaitedTouch } from '../session.ts';

/** How long a question waits for its answer: milliseconds. Hosts ask again every tenth of a second or so. */
const PATIENCE = 200;
/** How long a touch counts: milliseconds. */
const GOOD_FOR = 10_000;

/**
 * Returns once the user has touched the device.
 *
 * @param command the instruction that asks
 * @throws U2fError CONDITIONS_NOT_SATISFIED while they have not
 */
export async function requireTouch(device: Device, command: number): Promise<void> {
  const { session, clock, user } = device;
  let touch = session.touch;
  if (touch?.cameAt !== undefined && clock.now() - touch.cameAt > GOOD_FOR) touch = undefined;
  if (touch === undefined) {
    // Over NFC it is the gesture of putting the key to the reader, once.
    if (session.transport === 'nfc' && !session.takeTap()) throw notYet();
    const answer = user.answer({ kind: 'presence', command, attempt: 0 });
    if (answer === 'approve') return;
    if (typeof answer === 'string') throw notYet();
    touch = awaited(device, Promise.resolve(answer));
    session.touch = touch;
  }
  if (touch.cameAt === undefined) await untilSettled(device, touch);
  if (touch.cameAt === undefined) throw notYet();
  session.touch = undefined;
}

function awaited(device: Device, answer: Promise<UserAnswer>): AwaitedTouch {
  const { session, clock } = device;
  const touch: { cameAt?: number; settled: Promise<void> } = {
    settled: answer
      .then((given) => {
        if (given === 'approve') touch.cameAt = clock.now();
        else if (session.touch === touch) session.touch = undefined;
      })
      // The user or the clock that was handed in may fail: then there was no touch.
      .catch(() => {
        if (session.touch === touch) session.touch = undefined;
      }),
  };
  return touch;
}

async function untilSettled({ clock }: Device, { settled }: AwaitedTouch): Promise<void> {
  let stop = (): void => {};
  const patience = new Promise<void>((resolve) => {
    stop = timer(clock, PATIENCE, resolve);
  });
  await Promise.race([settled, patience]);
  stop();
}

function notYet(): U2fError {
  return new U2fError('CONDITIONS_NOT_SATISFIED', 'a touch is needed');
}
