/** The person in front of the device, told what to do. */
import { type UserScriptJson, userScriptOf } from '../../person/script.ts';
import type { ScriptedUser } from '../../person/user.ts';
import { HttpError } from '../error.ts';
import type { House } from '../house.ts';
import type { Route } from '../route.ts';
import { ref } from '../shapes.ts';

/** What is queued for one time only may not grow without end. */
const MOST_QUEUED = 1000;

const DONE = { 204: { description: 'Done.' } };

export const user: readonly Route[] = [
  {
    method: 'GET',
    path: '/user',
    summary: 'Says how the person behaves, and how many answers for one time wait',
    responses: { 200: { description: 'So they do.', schema: ref('Person') } },
    handle(house) {
      const { script, queued } = personOf(house);
      const { account, pin, ...rest } = script;
      return {
        status: 200,
        body: {
          ...rest,
          ...(typeof account === 'number' && { account }),
          pin: typeof pin === 'string',
          waiting: queued,
        },
      };
    },
  },
  {
    method: 'PUT',
    path: '/user',
    summary: 'Says how the person behaves from now on; what is left out is approved',
    body: 'UserScript',
    responses: DONE,
    handle(house, { body }) {
      const person = personOf(house);
      person.reset();
      person.use(userScriptOf(body as UserScriptJson));
      house.events.add('user', { change: 'use' });
      return { status: 204 };
    },
  },
  {
    method: 'PATCH',
    path: '/user',
    summary: 'Changes some of how the person behaves from now on; what is left out stays',
    body: 'UserScript',
    responses: DONE,
    handle(house, { body }) {
      personOf(house).use(userScriptOf(body as UserScriptJson));
      house.events.add('user', { change: 'use' });
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/user/next',
    summary: 'Says what the person does once, at the next prompt of that kind; further calls queue up',
    body: 'UserScript',
    responses: DONE,
    handle(house, { body }) {
      const person = personOf(house);
      if (person.queued >= MOST_QUEUED)
        throw new HttpError(
          409,
          'user-queue-full',
          `expected at most ${MOST_QUEUED} answers to wait, got another`,
        );
      person.next(userScriptOf(body as UserScriptJson));
      house.events.add('user', { change: 'next', waiting: person.queued });
      return { status: 204 };
    },
  },
  {
    method: 'DELETE',
    path: '/user',
    summary: 'Makes the person approve everything again, and forget what was queued',
    responses: DONE,
    handle(house) {
      personOf(house).reset();
      house.events.add('user', { change: 'reset' });
      return { status: 204 };
    },
  },
];

/** @throws HttpError 409 where it is another person */
export function personOf({ user }: House): ScriptedUser {
  if (user !== undefined) return user;
  throw new HttpError(
    409,
    'no-scripted-user',
    'expected a ScriptedUser before the device, got another person',
  );
}
