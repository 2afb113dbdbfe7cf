/** What the device was last used for: listed, read, saved, loaded. */
import { described, oneOf, whole } from '../../base/shape.ts';
import type { TreeObject } from '../../decode/tree.ts';
import { HttpError } from '../error.ts';
import type { House } from '../house.ts';
import { parameter } from '../requests/common.ts';
import type { SavedTrace } from '../requests/judging.ts';
import { type Answer, numberIn, type Route } from '../route.ts';
import { array, just, ref } from '../shapes.ts';
import { briefly, type CeremonySource, inWhole, treeOf } from '../traces.ts';

const NOT_THERE = { description: 'No such ceremony is kept.', schema: ref('Error') };
const LIMIT = (most: number) => parameter(described(whole(1, 1000), { default: most }));

export const traces: readonly Route[] = [
  {
    method: 'GET',
    path: '/traces',
    summary: 'Lists the last ceremonies in a few words each, the newest first',
    query: {
      limit: LIMIT(100),
      before: parameter(described(whole(0), 'Those before this number only: to go on where a list ended.')),
    },
    responses: {
      200: {
        description: 'So many of them, or all that are kept.',
        schema: just({ traces: array(ref('TraceLine')) }, 'traces'),
      },
    },
    handle: ({ traces }, { query }) => ({
      status: 200,
      body: { traces: traces.last(Number(query.limit), query.before).map(briefly) },
    }),
  },
  {
    method: 'GET',
    path: '/traces/{number}',
    summary: 'Tells a ceremony in whole: options, every message decoded, client data, outcome',
    description: 'Saved as it is, it is what POST /traces loads.',
    responses: { 200: { description: 'It.', schema: ref('Trace') }, 404: NOT_THERE },
    handle({ traces }, asked) {
      const number = numberIn(asked, 'number');
      const trace = traces.get(number);
      if (trace === undefined)
        throw new HttpError(
          404,
          'no-such-trace',
          `no ceremony of the number ${number} is kept: see /traces for those that are`,
        );
      return { status: 200, body: inWhole(trace) };
    },
  },
  {
    method: 'POST',
    path: '/traces',
    summary: 'Loads a ceremony that was saved, or keeps one that was had elsewhere just now',
    query: {
      source: parameter(
        described(
          oneOf(['command', 'node', 'page']),
          'Where the ceremony was, if it was just now: /events tells of it then. Default: it was saved earlier.',
        ),
      ),
    },
    body: 'SavedTrace',
    longestBody: 1024 * 1024,
    responses: { 201: { description: 'As it is kept now.', schema: ref('TraceLine') } },
    handle(house, { body, query }) {
      const ceremony = (body as SavedTrace).ceremony as TreeObject;
      const { source } = query;
      if (source !== undefined)
        return { status: 201, body: briefly(house.ended(ceremony, source as CeremonySource)) };
      const trace = house.traces.add(ceremony, 'file');
      house.events.add('traces', { change: 'loaded', trace: trace.number });
      return { status: 201, body: briefly(trace) };
    },
  },
  {
    method: 'DELETE',
    path: '/traces',
    summary: 'Forgets the ceremonies',
    responses: { 204: { description: 'Done.' } },
    handle: forget,
  },
  {
    method: 'GET',
    path: '/trace',
    summary: 'Tells the last ceremonies in whole, the newest first',
    query: { limit: LIMIT(10) },
    responses: {
      200: {
        description: 'So many of them, or all that are kept.',
        schema: just({ ceremonies: array(ref('Ceremony')) }, 'ceremonies'),
      },
    },
    handle: ({ traces }, { query }) => ({
      status: 200,
      body: { ceremonies: traces.last(Number(query.limit)).map(({ ceremony }) => treeOf(ceremony)) },
    }),
  },
  {
    method: 'DELETE',
    path: '/trace',
    summary: 'Forgets the ceremonies, as DELETE /traces does',
    responses: { 204: { description: 'Done.' } },
    handle: forget,
  },
];

function forget({ traces, events }: House): Answer {
  traces.clear();
  events.add('traces', { change: 'cleared' });
  return { status: 204 };
}
