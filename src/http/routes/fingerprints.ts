/** Fingerprints: authenticatorBioEnrollment. The person enters the PIN that it takes. */
import { base64url, fromBase64url, isBase64url } from '../../base/base64url.ts';
import { equal } from '../../base/bytes.ts';
import type { DeviceManager } from '../../client/platform/management.ts';
import { EnrollSampleStatus } from '../../ctap/messages/bio-enrollment.ts';
import { HttpError } from '../error.ts';
import type { Asked, Route } from '../route.ts';
import { array, just, ref } from '../shapes.ts';
import { managerOf } from './pin.ts';

/** A person told to be clumsy for good would never come to an end. */
const MOST_POOR = 20;

const REFUSED = {
  description: 'The device refused: it has no sensor, or the person no PIN.',
  schema: ref('Error'),
};
const NOT_THERE = { description: 'There is no such fingerprint.', schema: ref('Error') };

export const fingerprints: readonly Route[] = [
  {
    method: 'GET',
    path: '/fingerprints',
    summary: 'Lists fingerprints; the person enters the PIN, as for all about them',
    responses: {
      200: {
        description: 'All of them.',
        schema: just({ fingerprints: array(ref('Fingerprint')) }, 'fingerprints'),
      },
      403: REFUSED,
    },
    async handle(house, asked) {
      const found = await managerOf(house, asked).fingerprints();
      const fingerprints = found.map(({ templateId, name }) => ({
        id: base64url(templateId),
        ...(name !== undefined && { name }),
      }));
      return { status: 200, body: { fingerprints } };
    },
  },
  {
    method: 'POST',
    path: '/fingerprints',
    summary: 'Enrolls a fingerprint, sample by sample, as the person gives them',
    body: 'FingerprintName',
    responses: { 201: { description: 'It is enrolled.', schema: ref('Fingerprint') }, 403: REFUSED },
    async handle(house, asked) {
      const { name } = asked.body as { readonly name?: string };
      const manager = managerOf(house, asked);
      const templateId = await manager.enroll(patience());
      if (name !== undefined) await manager.renameFingerprint(templateId, name);
      house.events.add('device', { change: 'fingerprints' });
      return { status: 201, body: { id: base64url(templateId), ...(name !== undefined && { name }) } };
    },
  },
  {
    method: 'PATCH',
    path: '/fingerprints/{id}',
    summary: 'Calls a fingerprint something else',
    body: 'FingerprintName',
    responses: {
      200: { description: 'As it is now.', schema: ref('Fingerprint') },
      403: REFUSED,
      404: NOT_THERE,
    },
    async handle(house, asked) {
      const { name } = asked.body as { readonly name?: string };
      if (name === undefined) throw new HttpError(400, 'bad-body', 'body.name: expected a value, got none');
      const manager = managerOf(house, asked);
      const templateId = await found(manager, asked);
      await manager.renameFingerprint(templateId, name);
      house.events.add('device', { change: 'fingerprints' });
      return { status: 200, body: { id: base64url(templateId), name } };
    },
  },
  {
    method: 'DELETE',
    path: '/fingerprints/{id}',
    summary: 'Forgets a fingerprint',
    responses: { 204: { description: 'It is gone.' }, 403: REFUSED, 404: NOT_THERE },
    async handle(house, asked) {
      const manager = managerOf(house, asked);
      await manager.removeFingerprint(await found(manager, asked));
      house.events.add('device', { change: 'fingerprints' });
      return { status: 204 };
    },
  },
];

/** Called with each sample; throws if the person does not come, or never gives a good one. */
function patience(): (status: number) => void {
  let poor = 0;
  return (status) => {
    if (status === EnrollSampleStatus.CTAP2_ENROLL_FEEDBACK_NO_USER_ACTIVITY)
      throw new HttpError(
        409,
        'no-finger',
        'expected a finger on the sensor, got none: have the person approve',
      );
    poor = status === EnrollSampleStatus.CTAP2_ENROLL_FEEDBACK_FP_GOOD ? 0 : poor + 1;
    if (poor < MOST_POOR) return;
    const flaw = Object.entries(EnrollSampleStatus).find(([, value]) => value === status)?.[0] ?? status;
    throw new HttpError(
      409,
      'poor-samples',
      `expected a good sample, got ${poor} in a row that are none (${flaw}): have the person approve samples`,
    );
  };
}

/** @throws HttpError 404 */
async function found(manager: DeviceManager, { params }: Asked): Promise<Uint8Array> {
  const id = params.id ?? '';
  if (isBase64url(id)) {
    const wanted = fromBase64url(id);
    const all = await manager.fingerprints();
    if (all.some(({ templateId }) => equal(templateId, wanted))) return wanted;
  }
  throw new HttpError(
    404,
    'no-such-fingerprint',
    `no fingerprint has the ID ${id.slice(0, 80)}: see /fingerprints`,
  );
}
