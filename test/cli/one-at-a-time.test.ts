import { describe, expect, it } from 'vitest';
import { oneAtATime } from '../../src/cli/one-at-a-time.ts';
import type { Account, UserAnswer, UserPrompt } from '../../src/person/user.ts';

const prompt: UserPrompt = { kind: 'presence', command: 1, attempt: 0 };

/** A person who answers when the test says so. */
function slowPerson() {
  const asked: ((answer: UserAnswer) => void)[] = [];
  const person = oneAtATime({
    answer: () =>
      new Promise<UserAnswer>((resolve) => {
        asked.push(resolve);
      }),
    chooseAccount: () => async (accounts: readonly Account[]) => accounts.length - 1,
  });
  return { person, asked };
}

describe('a person who is asked one thing at a time', () => {
  it('hears the second question when the first is answered', async () => {
    const { person, asked } = slowPerson();
    const [first, second] = [person.answer(prompt), person.answer(prompt)];
    expect(asked).toHaveLength(1);
    asked[0]?.('decline');
    expect(await first).toBe('decline');
    await expect.poll(() => asked.length).toBe(2);
    asked[1]?.('approve');
    expect(await second).toBe('approve');
  });

  it('hears the next one though the one before failed', async () => {
    let times = 0;
    const person = oneAtATime({
      answer: async (): Promise<UserAnswer> => {
        times++;
        if (times === 1) throw new Error('the terminal is gone');
        return 'approve';
      },
    });
    const [first, second] = [person.answer(prompt), person.answer(prompt)];
    await expect(first).rejects.toThrow('the terminal is gone');
    expect(await second).toBe('approve');
  });

  it('answers at once what needs no asking, and picks accounts in turn', async () => {
    expect(oneAtATime({ answer: () => 'approve' }).answer(prompt)).toBe('approve');
    const { person } = slowPerson();
    const choice = await person.chooseAccount?.();
    const accounts: readonly Account[] = [
      { credentialId: Uint8Array.of(1) },
      { credentialId: Uint8Array.of(2) },
    ];
    expect(typeof choice === 'function' && (await choice(accounts))).toBe(1);
    expect(oneAtATime({ answer: () => 'approve' }).enterPin).toBeUndefined();
  });
});
