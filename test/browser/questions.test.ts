import { describe, expect, it } from 'vitest';
import { Questions } from '../../src/browser/page/questions.ts';
import { prepare } from '../../src/browser/passkeys.ts';
import { Authenticator, ScriptedUser } from '../../src/entries/index.ts';
import type { PageAnswer } from '../../src/page/messages.ts';

const ORIGIN = 'https://example.com';

/** A document that says what it likes, and what it is answered. */
async function speaker(origin = ORIGIN, user = new ScriptedUser()) {
  const authenticator = new Authenticator({ user });
  const { answer, events } = await prepare(authenticator, { mode: 'page' });
  if (answer === undefined) throw new Error('no answerer');
  const answers: PageAnswer[] = [];
  const document = {
    caller: async () => ({ origin, ancestors: [], permissions: { create: true, get: true } }),
    deliver: async (given: PageAnswer) => void answers.push(given),
  };
  return { questions: new Questions(document, answer), answers, authenticator, events };
}

const creation = {
  rp: { name: 'E' },
  user: { id: 'AQI', name: 'ada', displayName: 'Ada' },
  challenge: 'AAAA',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

describe('what a page says', () => {
  it.each([undefined, null, 7, '', '{', 'null', '[]', '7', '{}', '{"id":"1","op":"get"}', '{"id":1,"op":7}'])(
    'is not answered where it is no question: %j',
    async (payload) => {
      const { questions, answers } = await speaker();
      await questions.asked(payload);
      expect(answers).toEqual([]);
    },
  );

  it.each([
    ...['transact', 'reset', 'constructor', '__proto__', 'toString', 'answer', 'devices', 'credentials', ''],
  ])('reaches nothing but ceremonies, signals and capabilities: %j', async (op) => {
    const { questions, answers } = await speaker();
    await questions.asked(JSON.stringify({ id: 1, op, argument: creation }));
    expect(answers).toMatchObject([{ id: 1, error: { name: 'NotSupportedError' } }]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'get'],
    ['a list', [creation]],
    ['members of other kinds', { ...creation, rp: 7, user: 'ada', pubKeyCredParams: { length: 2 ** 40 } }],
    ['an ID that is no base64url', { ...creation, user: { ...creation.user, id: '+' } }],
    ['an RP ID of another site', { ...creation, rp: { id: 'other.example', name: 'O' } }],
    ['an RP ID that is an object', { ...creation, rp: { id: {}, name: 'O' } }],
  ])('is refused as an argument, and stores nothing: %s', async (_, argument) => {
    const { questions, answers, authenticator } = await speaker();
    await questions.asked(JSON.stringify({ id: 1, op: 'create', argument }));
    expect(answers).toMatchObject([{ id: 1, error: { message: expect.any(String) } }]);
    expect(['TypeError', 'SecurityError', 'EncodingError']).toContain(
      (answers[0] as { error: { name: string } }).error.name,
    );
    expect(authenticator.credentials.list()).toEqual([]);
  });

  it('may be as deep as it likes', async () => {
    const { questions, answers, authenticator } = await speaker();
    const deep = `${'{"a":'.repeat(100_000)}0${'}'.repeat(100_000)}`;
    const argument = JSON.stringify({ ...creation, extensions: 'deep' }).replace('"deep"', deep);
    await questions.asked(`{"id":1,"op":"create","argument":${argument}}`);
    expect(answers).toHaveLength(1);
    await questions.asked(JSON.stringify({ id: 2, op: 'create', argument: creation }));
    expect(answers[1]).toMatchObject({ id: 2, value: { type: 'public-key' } });
    expect(authenticator.credentials.list().length).toBeGreaterThan(0);
  });

  it('does not change whom it is taken for', async () => {
    const { questions, answers } = await speaker();
    const lies = { origin: 'https://evil.example', topOrigin: 'https://evil.example', crossOrigin: true };
    await questions.asked(
      JSON.stringify({ id: 1, op: 'create', argument: { ...creation, ...lies }, ...lies, caller: lies }),
    );
    const [{ value }] = answers as unknown as [{ value: { response: { clientDataJSON: string } } }];
    const data = JSON.parse(Buffer.from(value.response.clientDataJSON, 'base64url').toString());
    expect(data).toMatchObject({ origin: ORIGIN, crossOrigin: false });
    expect(data).not.toHaveProperty('topOrigin');
  });

  it('is not answered any more once its document is gone, and frees the device', async () => {
    const user = new ScriptedUser();
    user.use({ presence: 'ignore' });
    const { questions, answers, events } = await speaker(ORIGIN, user);
    const refused = new Promise((resolve) => events.on('refused', ({ ceremony }) => resolve(ceremony)));
    const asked = questions.asked(JSON.stringify({ id: 1, op: 'create', argument: creation }));
    await Promise.resolve();
    questions.end();
    await asked;
    expect(answers).toEqual([]);
    expect(await refused).toBeDefined();
  });

  it('is told that it is over when it has canceled, and not what came of it', async () => {
    const user = new ScriptedUser();
    user.use({ presence: 'ignore' });
    const { questions, answers } = await speaker(ORIGIN, user);
    const asked = questions.asked(JSON.stringify({ id: 1, op: 'create', argument: creation }));
    await Promise.resolve();
    await questions.asked('{"id":1,"op":"cancel"}');
    await asked;
    expect(answers).toEqual([{ id: 1, error: { name: 'AbortError', message: expect.any(String) } }]);
  });

  it.each([
    [
      'rejects',
      async () => {
        throw new Error('Protocol error (Runtime.callFunctionOn): Cannot find context with specified id');
      },
    ],
    [
      'throws',
      () => {
        throw new Error('the browser is closed');
      },
    ],
  ])('leaves nothing unhandled where the way back %s', async (_, deliver) => {
    const { answer } = await prepare(new Authenticator(), {});
    if (answer === undefined) throw new Error('nothing answers');
    const caller = async () => ({ origin: ORIGIN, ancestors: [], permissions: { create: true, get: true } });
    const questions = new Questions({ caller, deliver }, answer);
    await expect(questions.asked('{"id":1,"op":"capabilities"}')).resolves.toBeUndefined();
  });

  it('is answered, though who asks could not be told a moment ago', async () => {
    const { answer } = await prepare(new Authenticator(), {});
    if (answer === undefined) throw new Error('nothing answers');
    const answers: PageAnswer[] = [];
    let asked = 0;
    const caller = async () => {
      asked += 1;
      if (asked === 1) throw new Error('the frame is moving');
      return { origin: ORIGIN, ancestors: [], permissions: { create: true, get: true } };
    };
    const questions = new Questions({ caller, deliver: async (given) => void answers.push(given) }, answer);
    await questions.asked('{"id":1,"op":"capabilities"}');
    await questions.asked('{"id":2,"op":"capabilities"}');
    expect(answers).toMatchObject([{ error: { name: 'UnknownError' } }, { value: expect.anything() }]);
  });

  it('has a bounded number of answers under way, and is told so beyond', async () => {
    const user = new ScriptedUser();
    user.use({ presence: 'ignore' });
    const { questions, answers, events } = await speaker(ORIGIN, user);
    let refused = 0;
    events.on('refused', () => {
      refused += 1;
    });
    const all = Array.from({ length: 3_000 }, (_, id) =>
      questions.asked(JSON.stringify({ id, op: 'create', argument: creation })),
    );
    await Promise.resolve();
    expect(answers.length).toBe(3_000 - 1_024);
    expect(answers).toContainEqual(
      expect.objectContaining({ error: expect.objectContaining({ name: 'OperationError' }) }),
    );
    questions.end();
    await Promise.all(all);
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(1_024);
  });
});
