/** Waiting for the person: until an answer, the device's patience, or the platform's cancellation ends it. */
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { timer } from '../base/timer.ts';
import { CtapError } from '../ctap/status.ts';
import { userAnswers } from '../person/answers.ts';
import type { UserAnswer, UserPrompt } from '../person/user.ts';
import type { CommandContext, Device, KeepaliveStatus, TransactOptions } from './device.ts';

/** An answer, or that none came in time. */
export type PromptResult = Exclude<UserAnswer, 'ignore'> | 'timeout';

/** What a user can answer. */
const ANSWERS: ReadonlySet<unknown> = new Set(userAnswers);

/**
 * Asks the user, and waits where the answer is not there at once.
 *
 * @param timeout how long, in milliseconds
 * @throws CtapError CTAP2_ERR_KEEPALIVE_CANCEL when the platform cancels
 */
export function prompt(
  device: Device,
  context: CommandContext,
  prompt: UserPrompt,
  timeout: number = device.policy.userActionTimeout,
): PromptResult | Promise<PromptResult> {
  const answer = device.user.answer(prompt);
  if (typeof answer === 'string' && answer !== 'ignore') return known(answer);
  return wait(device, context, prompt, answer, timeout);
}

/** @throws StuntkeyError `bad-script` for what is no answer: neither a yes nor a no */
function known<Answer>(answer: Answer): Answer {
  if (ANSWERS.has(answer)) return answer;
  throw new StuntkeyError(
    'bad-script',
    `user.answer(): expected one of ${[...ANSWERS].join(', ')}, got ${String(answer)}`,
  );
}

async function wait(
  device: Device,
  context: CommandContext,
  prompt: UserPrompt,
  answer: UserAnswer | Promise<UserAnswer>,
  timeout: number,
): Promise<PromptResult> {
  const { keepalive } = context.options;
  tell(keepalive, 2);
  try {
    return await patience(device, context, answer, timeout);
  } finally {
    tell(keepalive, 1);
    leave(device, prompt);
  }
}

/** Tells the person that the prompt is over. A person that was handed in may fail at it; the command goes on. */
function leave({ user }: Device, prompt: UserPrompt): void {
  try {
    user.leave?.(prompt);
  } catch {}
}

/** Tells the function that watches a request. If it fails, the request goes on. */
function tell(keepalive: TransactOptions['keepalive'], status: KeepaliveStatus): void {
  // (A function that is asynchronous is a function of that type, too.)
  new Promise((resolve) => resolve(keepalive?.(status))).catch(() => {});
}

function canceled(): CtapError {
  return new CtapError('CTAP2_ERR_KEEPALIVE_CANCEL', 'the platform canceled');
}

function patience(
  device: Device,
  context: CommandContext,
  answer: UserAnswer | Promise<UserAnswer>,
  timeout: number,
): Promise<PromptResult> {
  const { signal } = context.options;
  return new Promise<PromptResult>((resolve, reject) => {
    let stopWaiting = (): void => {};
    const onAbort = (): void => settle(() => reject(canceled()));
    const settle = (finish: () => void): void => {
      stopWaiting();
      signal?.removeEventListener('abort', onAbort);
      finish();
    };
    // The user that was handed in may fail; the device then goes on as if no person had come.
    Promise.resolve(answer).then(
      (given) => {
        if (given === 'ignore') return;
        settle(() => {
          try {
            resolve(known(given));
          } catch (error) {
            reject(error);
          }
        });
      },
      () => {},
    );
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    stopWaiting = timer(device.clock, timeout, () => settle(() => resolve('timeout')));
  });
}

/**
 * Asks for a touch; with `holdFor`, for one that lasts so many milliseconds. Over NFC there is nothing to touch: the key must
 * have been put to the reader for it, and the person can only decline.
 */
export function testUserPresence(
  device: Device,
  context: CommandContext,
  rpId?: string,
  holdFor?: number,
): PromptResult | Promise<PromptResult> {
  if (context.options.transport === 'nfc' && !device.session.takeTap()) return 'timeout';
  return prompt(device, context, {
    kind: 'presence',
    command: context.command,
    attempt: 0,
    ...(rpId !== undefined && { rpId }),
    ...(holdFor !== undefined && { holdFor }),
  });
}
