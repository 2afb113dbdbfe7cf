/** Going on with what an earlier command began. */
import { CtapError } from '../../ctap/status.ts';
import type { Device } from '../device.ts';
import { CONTINUATION_TIMEOUT, type Continuation } from '../session.ts';

type Timed = Extract<Continuation, { lastAt: number }>;

/**
 * What was remembered of one kind.
 *
 * @throws CtapError CTAP2_ERR_NOT_ALLOWED when there is nothing, or the last part was more than 30 seconds ago
 */
export function remembered<Kind extends Timed['kind']>(
  device: Device,
  kind: Kind,
): Extract<Timed, { kind: Kind }> {
  const { session, clock } = device;
  const { continuation } = session;
  if (continuation?.kind !== kind) {
    session.continuation = undefined;
    throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'nothing to go on with');
  }
  const rest = continuation as Extract<Timed, { kind: Kind }>;
  if (clock.now() - rest.lastAt > CONTINUATION_TIMEOUT) {
    session.continuation = undefined;
    throw new CtapError('CTAP2_ERR_NOT_ALLOWED', 'more than 30 seconds since the last part');
  }
  return rest;
}
