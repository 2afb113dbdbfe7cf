import { describe, expect, it } from 'vitest';
import { ScriptedUser } from '../../src/entries/index.ts';
import { refusalOf } from '../refusal.ts';

const WRONG: readonly (readonly [object, string])[] = [
  [
    { presence: 'deny' },
    'presence: expected one of approve, decline, ignore, got "deny"; did you mean decline?',
  ],
  [
    { presense: 'decline' },
    'presense: there is no such member; did you mean presence? expected one of presence, verification, sample, account, authenticator, pin',
  ],
  [
    { presence: false },
    'presence: expected one of approve, decline, ignore, got false; did you mean decline?',
  ],
  [
    { verification: 'reject' },
    'verification: expected one of approve, decline, ignore, fail, got "reject"; did you mean decline?',
  ],
  [
    { verification: 'accept' },
    'verification: expected one of approve, decline, ignore, fail, got "accept"; did you mean approve?',
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
