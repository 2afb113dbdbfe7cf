/** What happens, as it happens. */
import { described, whole } from '../../base/shape.ts';
import { HttpError } from '../error.ts';
import { parameter } from '../requests/common.ts';
import type { Asked, Route } from '../route.ts';

export const events: readonly Route[] = [
  {
    method: 'GET',
    path: '/events',
    summary: 'Tells what happens as it happens: numbered events, as a stream that can be resumed',
    description:
      'Server-sent events: each has its number as id, its kind as event, and JSON as data (schema Event). The first, `stream`, says from where on it tells (`after`), and which events are kept (`first` to `last`); `missed` counts those that came too fast or too early to be told. A line with a colon alone is a sign of life. The header Last-Event-ID does as `after` does.',
    query: {
      after: parameter(
        described(
          whole(0, 999_999_999_999_999),
          'Those behind this one, as far as they are kept; 0 for all. Default: what happens from now on.',
        ),
      ),
    },
    responses: {
      200: {
        description: 'The stream. It ends when the device is forgotten, or the door closes.',
        media: 'text/event-stream',
        schema: { type: 'string' },
      },
    },
    handle: ({ events, clock }, asked) => ({
      status: 200,
      stream: { log: events, after: afterOf(asked), clock, whenClosing: asked.shared.whenClosing },
    }),
  },
];

/** The number behind which the reader goes on. @throws HttpError 400 */
function afterOf({ query, lastEvent }: Asked): number | undefined {
  if (lastEvent === undefined) return query.after === undefined ? undefined : Number(query.after);
  if (/^\d{1,15}$/.test(lastEvent)) return Number(lastEvent);
  throw new HttpError(
    400,
    'bad-query',
    `Last-Event-ID: expected the number of an event, got ${lastEvent.slice(0, 80)}`,
  );
}
