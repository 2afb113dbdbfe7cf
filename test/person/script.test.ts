import { describe, expect, it } from 'vitest';
import { Authenticator, ManualClock, ScriptedUser } from '../../src/entries/index.ts';
import { refusalOf } from '../refusal.ts';

const WRONG: readonly (readonly [object, string])[] = [
  [
    { presence: 'deny' },
    'presence: expected one of approve, decline, ignore, ask, got "deny"; did you mean decline?',
  ],
  [
    { presense: 'decline' },
    'presense: there is no such member; did you mean presence? expected one of presence, verification, sample, delay, account, authenticator, pin',
  ],
  [
    { presence: false },
    'presence: expected one of approve, decline, ignore, ask, got false; did you mean decline?',
  ],
  [
    { verification: 'reject' },
    'verification: expected one of approve, decline, ignore, ask, fail, got "reject"; did you mean decline?',
  ],
  [
    { verification: 'accept' },
    'verification: expected one of approve, decline, ignore, ask, fail, got "accept"; did you mean approve?',
  ],
  [{ sample: 'to-high' }, 'got "to-high"; did you mean too-high?'],
  [{ pin: 123456 }, 'pin: expected a text, or null for a dialog that is closed, got a number'],
  [{ account: 'ada' }, 'account: expected the place of an account (0 is the newest), or a function'],
  [{ account: -1 }, 'account: expected a whole number of at least 0, got -1'],
  [{ authenticator: 1.5 }, 'authenticator: expected a whole number of at least 0, got 1.5'],
  [['decline'], 'expected what the person does, such as { presence: "decline" }, got an array of 1'],
];

describe('a script of the person', () => {
  it.each(WRONG)('%j is refused by next, use and the constructor, and changes nothing', (script, message) => {
    const user = new ScriptedUser({ presence: 'decline' });
    for (const attempt of [() => user.next(script), () => user.use(script), () => new ScriptedUser(script)]) {
      const refusal = refusalOf(attempt);
      expect(refusal).toContain('bad-script ');
      expect(refusal).toContain(message);
    }
    expect(user.queued).toBe(0);
    expect(user.answer({ kind: 'presence', command: 1, attempt: 0 })).toBe('decline');
  });

  it('never shows a PIN in a refusal', () => {
    expect(refusalOf(() => new ScriptedUser({ pin: 123456 as never }))).not.toContain('123456');
  });

  it('takes every answer there is, and a member that is undefined as absent', () => {
    const user = new ScriptedUser({ presence: undefined as never, pin: null, account: (all) => all.length });
    user.next({ verification: 'fail', sample: 'too-high', authenticator: 1, account: 2 });
    expect(user.answer({ kind: 'presence', command: 1, attempt: 0 })).toBe('approve');
    expect(user.answer({ kind: 'fingerprint-sample', command: 1, attempt: 0 })).toBe('too-high');
  });
});

describe('a person', () => {
  const touch = { kind: 'presence', command: 1, attempt: 0 } as const;

  it('who is slow answers after the delay, for good or once', async () => {
    const clock = new ManualClock();
    const user = new ScriptedUser({ delay: 1000 }, { clock });
    const answers: unknown[] = [];
    const ask = async (): Promise<void> => {
      answers.push(await user.answer(touch));
    };
    const first = ask();
    clock.advance(999);
    await Promise.resolve();
    expect(answers).toEqual([]);
    clock.advance(1);
    await first;
    user.use({ delay: 0 });
    expect(user.answer(touch)).toBe('approve');
    user.next({ delay: 5000 });
    user.next({ presence: 'decline', delay: 10 });
    const [second, third] = [ask(), ask()];
    clock.advance(10);
    await third;
    clock.advance(4990);
    await second;
    expect(answers).toEqual(['approve', 'decline', 'approve']);
    expect(user.answer(touch)).toBe('approve');
  });

  it('who is told to ask leaves prompts to others, who are told when they wait and when they are over', async () => {
    const user = new ScriptedUser({ presence: 'ask' });
    const told: string[] = [];
    user.waiting.watch((change, { number }) => told.push(`${change} ${number}`));
    const answer = user.answer(touch);
    expect(user.waiting.list()).toEqual([{ number: 1, prompt: touch }]);
    expect([user.waiting.answer(1, 'approve'), user.waiting.answer(1, 'approve')]).toEqual([true, false]);
    expect(await answer).toBe('approve');
    const left = { ...touch };
    void user.answer(left);
    user.leave(left);
    expect(user.waiting.list()).toEqual([]);
    expect(told).toEqual(['asked 1', 'over 1', 'asked 2', 'over 2']);
    const many = Array.from({ length: 150 }, () => user.answer({ ...touch }));
    expect(user.waiting.list()).toHaveLength(100);
    expect(await many[0]).toBe('ignore');
  });

  it('is not asked any more by a device that gave up', async () => {
    const clock = new ManualClock();
    const user = new ScriptedUser({ presence: 'ask' });
    const authenticator = new Authenticator({ user, clock });
    const asked = new Promise<void>((resolve) => {
      user.waiting.watch(() => resolve());
    });
    const work = authenticator.reset().catch((error: Error) => error.message);
    await asked;
    expect(user.waiting.list()).toHaveLength(1);
    clock.advance(authenticator.policy.userActionTimeout);
    expect(await work).toContain('CTAP2_ERR_USER_ACTION_TIMEOUT');
    expect(user.waiting.list()).toEqual([]);
  });
});
