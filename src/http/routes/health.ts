/** For those who start the door and wait: nothing here is secret, so it takes no token. */
import { HttpError } from '../error.ts';
import type { Route } from '../route.ts';
import { just } from '../shapes.ts';

const STATE = just({ status: { type: 'string', enum: ['ok', 'ready'] } }, 'status');

export const health: readonly Route[] = [
  {
    method: 'GET',
    path: '/health',
    summary: 'Says that the door is open; takes no token',
    open: true,
    responses: { 200: { description: 'It is.', schema: STATE } },
    handle: () => ({ status: 200, body: { status: 'ok' } }),
  },
  {
    method: 'GET',
    path: '/ready',
    summary: 'Says that the device behind the door can be used; takes no token',
    open: true,
    responses: {
      200: { description: 'It can.', schema: STATE },
      503: {
        description: 'Its store cannot be read, or the door is closing.',
        schema: { $ref: '#/components/schemas/Error' },
      },
    },
    handle({ authenticator }) {
      try {
        authenticator.credentials.read((reader) => reader.device());
      } catch (error) {
        const { name } = error as Error;
        throw new HttpError(503, 'not-ready', `expected a store that can be read, got ${name}`);
      }
      return { status: 200, body: { status: 'ready' } };
    },
  },
];
