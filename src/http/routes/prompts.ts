/** What the person is asked and leaves to others: PUT /user with `ask`. An answer here is a touch. */
import type { UserAnswer, UserPrompt } from '../../person/user.ts';
import { HttpError } from '../error.ts';
import { promptJson } from '../house.ts';
import { numberIn, type Route } from '../route.ts';
import { array, just, ref } from '../shapes.ts';
import { personOf } from './user.ts';

const NOT_THERE = {
  description: 'It waits no more: it was answered, the device gave up, or the client canceled.',
  schema: ref('Error'),
};

export const prompts: readonly Route[] = [
  {
    method: 'GET',
    path: '/prompts',
    summary: 'Lists what the person is asked and has not answered, where they were told to ask',
    responses: {
      200: { description: 'All that waits.', schema: just({ prompts: array(ref('Prompt')) }, 'prompts') },
    },
    handle(house) {
      const prompts = personOf(house)
        .waiting.list()
        .map(({ number, prompt }) => promptJson(number, prompt));
      return { status: 200, body: { prompts } };
    },
  },
  {
    method: 'POST',
    path: '/prompts/{number}',
    summary: 'Answers one of them, as the person would',
    body: 'PromptAnswer',
    responses: { 204: { description: 'The device has the answer.' }, 404: NOT_THERE },
    handle(house, asked) {
      const number = numberIn(asked, 'number');
      const { answer } = asked.body as { readonly answer: UserAnswer };
      const { waiting } = personOf(house);
      const there = waiting.get(number);
      if (there !== undefined) checkAnswer(there.prompt, answer);
      if (there === undefined || !waiting.answer(number, answer))
        throw new HttpError(404, 'no-such-prompt', `no prompt of the number ${number} waits: see /prompts`);
      return { status: 204 };
    },
  },
];

const TOUCH: readonly UserAnswer[] = ['approve', 'decline', 'ignore'];

/** A touch cannot fail, and only a sample can be too high. */
function checkAnswer({ kind }: UserPrompt, answer: UserAnswer): void {
  const allowed = kind === 'verification' ? [...TOUCH, 'fail'] : TOUCH;
  if (kind === 'fingerprint-sample' || allowed.includes(answer)) return;
  throw new HttpError(400, 'bad-body', `body.answer: expected one of ${allowed.join(', ')}, got ${answer}`);
}
