import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { tracedDevice } from '../../src/decode/trace/carried.ts';
import type { CeremonyRecord } from '../../src/decode/trace/record.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import { slow } from '../slow.ts';

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  challenge: 'CQkJ',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};

/** Another program's client, in front of a device whose messages are recorded. */
function setUp(model?: 'u2f-key') {
  const user = new ScriptedUser();
  const device = new Authenticator({ seed: 'carried', user, ...(model && { model }) });
  const records: CeremonyRecord[] = [];
  const authenticator = tracedDevice(device, new ManualClock(), (record) => records.push(record));
  return {
    client: new WebAuthnClient({ origin: 'https://example.com', authenticator }),
    records,
    user,
    authenticator,
  };
}

describe('ceremonies of another program, by its messages', () => {
  it('have the RP, the messages, and the credential or the status', async () => {
    const { client, records, user } = setUp();
    const { id } = await client.create(creation);
    await client.get({
      challenge: 'CQkJ',
      rpId: 'example.com',
      allowCredentials: [{ type: 'public-key', id }],
    });
    user.next({ presence: 'decline' });
    await client.create(creation).catch(() => undefined);
    // A message is of one ceremony only.
    expect(records.map(({ exchanges }) => exchanges.length)).toEqual([2, 2, 2]);
    expect(records.map((record) => record.toJSON())).toMatchObject([
      {
        ceremony: 'create',
        origin: '',
        options: { rp: { id: 'example.com' }, user: { id: 'AQID', name: 'ada' } },
        exchanges: expect.arrayContaining([
          expect.objectContaining({
            request: expect.objectContaining({ command: 'authenticatorMakeCredential (0x01)' }),
          }),
        ]),
        outcome: { credential: { id } },
      },
      { ceremony: 'get', options: { rpId: 'example.com' }, outcome: { credential: { id } } },
      {
        ceremony: 'create',
        outcome: {
          refused: 'CTAP2_ERR_OPERATION_DENIED: 0x27 CTAP2_ERR_OPERATION_DENIED',
          step: expect.stringMatching(/^authenticatorMakeCredential \(exchange \d of \d\)$/),
          wayOut: expect.stringContaining('the person declined'),
        },
      },
    ]);
  });

  slow('of U2F do not count the times that it asks for a touch', async () => {
    const { client, records } = setUp('u2f-key');
    await client.create(creation);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ ceremony: 'create', exchanges: expect.any(Array) });
  });

  it('keep callers apart, and cost the device nothing if the listener throws', async () => {
    const device = new Authenticator();
    const seen: number[] = [];
    const traced = tracedDevice(device, new ManualClock(), ({ exchanges }) => {
      seen.push(exchanges.length);
      throw new Error('not now');
    });
    const refused = Uint8Array.of(0x02, 0xa0);
    await traced.transact(Uint8Array.of(0x04), { channel: 'one' });
    const answers = await Promise.all(['one', 'two'].map((channel) => traced.transact(refused, { channel })));
    expect(answers.map(([status]) => status)).toEqual([0x14, 0x14]);
    expect(seen).toEqual([2, 1]);
  });
});
