/** Ceremonies that come out wrong, in the way that the caller picks: a server has to refuse them. */
import type { Given } from '../../audit/forge/draft.ts';
import { HttpError } from '../error.ts';
import type { FaultRequest } from '../requests/device.ts';
import type { Route } from '../route.ts';
import { array, just, ref, whole } from '../shapes.ts';

/** What waits may not grow without end. */
const MOST_QUEUED = 1000;

/** Of the whole door. */
export const catalogueRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/faults',
    summary: 'Lists the ways in which a ceremony can be wrong',
    responses: {
      200: { description: 'The catalogue.', schema: just({ faults: array(ref('Fault')) }, 'faults') },
    },
    async handle() {
      const [{ catalogue }, { summaryOf }] = await Promise.all([
        import('../../audit/catalogue.ts'),
        import('../../audit/fault.ts'),
      ]);
      return { status: 200, body: { faults: catalogue.map(summaryOf) } };
    },
  },
];

export const faults: readonly Route[] = [
  {
    method: 'GET',
    path: '/faults/next',
    summary: 'Says how many faults wait for a ceremony',
    responses: { 200: { description: 'So many.', schema: just({ waiting: whole }, 'waiting') } },
    handle: ({ faults }) => ({ status: 200, body: { waiting: faults } }),
  },
  {
    method: 'POST',
    path: '/faults/next',
    summary: 'Makes the next ceremony of the fault’s kind wrong, in its way; further calls queue up',
    description: 'A ceremony that cannot have the fault is refused with 409 and fault-not-applicable.',
    body: 'FaultRequest',
    responses: { 204: { description: 'It waits for its ceremony.' } },
    async handle(house, { body }) {
      const { fault: id, ...given } = body as FaultRequest;
      const { fault } = await import('../../audit/catalogue.ts');
      const chosen = fault(id);
      if (house.faults >= MOST_QUEUED)
        throw new HttpError(
          409,
          'fault-queue-full',
          `expected at most ${MOST_QUEUED} faults to wait, got another: DELETE /faults/next forgets them`,
        );
      await house.nextFault(chosen, given satisfies Given);
      return { status: 204 };
    },
  },
  {
    method: 'DELETE',
    path: '/faults/next',
    summary: 'Forgets the faults that wait',
    responses: { 204: { description: 'Done.' } },
    handle(house) {
      house.forgetFaults();
      return { status: 204 };
    },
  },
];
