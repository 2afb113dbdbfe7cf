import { describe, expect, it } from 'vitest';
import { concat, hex } from '../../src/base/bytes.ts';
import { type CborMap, type CborValue, encodeCbor } from '../../src/cbor/cbor.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const BE = 0x08;

function ask(device: Managed, subCommand: number, params?: CborMap): Promise<Answer> {
  const tail = params === undefined ? new Uint8Array() : encodeCbor(params);
  const param = device.mac(concat(Uint8Array.of(1, subCommand), tail));
  return device.send(0x09, { 1: 1, 2: subCommand, 3: params, 4: 2, 5: param });
}

function ready(permissions = BE): Managed {
  const device = managed({ userVerification: 'fingerprint', previewCommands: true });
  device.grant(permissions);
  return device;
}

const of = (templateId: Uint8Array, name?: string): CborMap =>
  new Map<number, CborValue>([
    [1, templateId],
    ...(name === undefined ? [] : [[2, name] as [number, string]]),
  ]);

async function enroll(device: Managed): Promise<Uint8Array> {
  const id = (await ask(device, 1)).map.get(4) as Uint8Array;
  await ask(device, 2, of(id));
  await ask(device, 2, of(id));
  return id;
}

const options = async (device: Managed): Promise<CborMap> => (await device.send(0x04)).map.get(4) as CborMap;

describe('authenticatorBioEnrollment', () => {
  it('asks for each sample by its number', async () => {
    const device = ready();
    const attempts: number[] = [];
    device.user.answer = ({ attempt }) => {
      attempts.push(attempt);
      return 'approve';
    };
    await enroll(device);
    expect(attempts).toEqual([0, 1, 2]);
  });

  it.each([
    ['touch', 1],
    ['swipe', 2],
  ] as const)('tells of a sensor for a %s', async (sensor, kind) => {
    const fingerprints = { sensor, samples: 3, capacity: 5, maxFriendlyNameLength: 8 };
    const device = managed({ userVerification: 'fingerprint', fingerprints });
    expect((await device.send(0x09, { 1: 1, 2: 7 })).map.get(2)).toBe(kind);
    device.grant(BE);
    const id = await enroll(device);
    expect((await ask(device, 5, of(id, '12345678'))).status).toBe('CTAP2_OK');
    expect((await ask(device, 5, of(id, '123456789'))).status).toBe('CTAP1_ERR_INVALID_LENGTH');
  });

  it('leads a fingerprint from its first sample to its removal', async () => {
    const device = ready();
    expect((await options(device)).get('bioEnroll')).toBe(false);
    expect((await ask(device, 4)).status).toBe('CTAP2_ERR_INVALID_OPTION');
    const begun = (await ask(device, 1)).map;
    const id = begun.get(4) as Uint8Array;
    expect([begun.get(5), begun.get(6)]).toEqual([0, 2]);
    expect((await ask(device, 2, of(id))).map).toEqual(
      new Map([
        [5, 0],
        [6, 1],
      ]),
    );
    expect(device.state().fingerprints).toEqual([]);
    expect((await ask(device, 2, of(id))).map).toEqual(
      new Map([
        [5, 0],
        [6, 0],
      ]),
    );
    expect(device.state().fingerprints).toHaveLength(1);
    expect((await options(device)).get('bioEnroll')).toBe(true);
    expect((await options(device)).get('uv')).toBe(true);

    // (Clients read a name without asking whether there is one.)
    expect((await ask(device, 4)).map.get(7)).toEqual([
      new Map<number, CborValue>([
        [1, id],
        [2, ''],
      ]),
    ]);
    expect((await ask(device, 5, of(id, 'thumb'))).status).toBe('CTAP2_OK');
    expect((await ask(device, 4)).map.get(7)).toEqual([
      new Map<number, CborValue>([
        [1, id],
        [2, 'thumb'],
      ]),
    ]);
    expect((await ask(device, 6, of(id))).status).toBe('CTAP2_OK');
    expect((await ask(device, 6, of(id))).status).toBe('CTAP2_ERR_INVALID_OPTION');
    expect((await options(device)).get('uv')).toBe(false);
  });

  it.each([
    ['fail', 0x07],
    ['too-high', 0x01],
    ['exists', 0x0b],
    ['decline', 0x0d],
    ['no-transition', 0x0e],
  ] as const)('tells what was wrong with a sample: %s', async (sample, feedback) => {
    const device = ready();
    device.user.next({ sample });
    expect((await ask(device, 1)).map.get(5)).toBe(feedback);
    expect(device.device.session.continuation).toMatchObject({ kind: 'enrollment', remaining: 3 });
  });

  it('waits for a finger as long as the platform asks, which is feedback and no error', async () => {
    const device = ready();
    device.user.next({ sample: 'ignore' });
    const answer = ask(device, 1, new Map([[3, 5000]]));
    await Promise.resolve();
    device.clock.advance(5000);
    expect((await answer).map.get(5)).toBe(0x0d);
  });

  it('ends an enrollment that is canceled, by a subcommand, by another command, or on the way', async () => {
    const device = ready();
    for (const end of [() => device.send(0x09, { 1: 1, 2: 3 }), () => device.send(0x04)]) {
      const id = (await ask(device, 1)).map.get(4) as Uint8Array;
      await end();
      expect((await ask(device, 2, of(id))).status).toBe('CTAP2_ERR_NOT_ALLOWED');
    }
    device.user.next({ sample: 'ignore' });
    const signal = AbortSignal.abort();
    const param = device.mac(Uint8Array.of(1, 1));
    const canceled = await device.send(0x09, { 1: 1, 2: 1, 4: 2, 5: param }, { signal });
    expect(canceled.status).toBe('CTAP2_ERR_KEEPALIVE_CANCEL');
    expect(device.device.session.continuation).toBeUndefined();
    expect(device.state().fingerprints).toEqual([]);
  });

  it('goes on only with the fingerprint it began', async () => {
    const device = ready();
    await ask(device, 1);
    expect((await ask(device, 2, of(new Uint8Array(16)))).status).toBe('CTAP1_ERR_INVALID_PARAMETER');
  });

  it('has room for so many and no more', async () => {
    const device = ready();
    const ids = new Set<string>();
    for (let i = 0; i < 5; i++) ids.add(hex(await enroll(device)));
    expect(ids.size).toBe(5);
    expect((await ask(device, 1)).status).toBe('CTAP2_ERR_FP_DATABASE_FULL');
  });

  it('tells its modality and its sensor to everybody', async () => {
    const device = ready(0);
    expect((await device.send(0x40, { 6: true })).map).toEqual(new Map([[1, 1]]));
    expect((await device.send(0x40, { 1: 1, 2: 7 })).map).toEqual(
      new Map([
        [2, 1],
        [3, 3],
        [8, 64],
      ]),
    );
  });

  it.each([
    ['without the permission', (device: Managed) => device.grant(0xff & ~BE)],
    ['that is not in use', (device: Managed) => device.device.session.token.stopUsing()],
  ])('changes and tells nothing for a token %s', async (_, spoil) => {
    const device = ready();
    const id = await enroll(device);
    spoil(device);
    const before = device.contents();
    for (const [subCommand, params] of [[1], [2, of(id)], [4], [5, of(id, 'x')], [6, of(id)]] as [
      number,
      CborMap?,
    ][]) {
      expect(await ask(device, subCommand, params)).toEqual({
        status: 'CTAP2_ERR_PIN_AUTH_INVALID',
        map: new Map(),
      });
    }
    expect(device.contents()).toBe(before);
  });

  const param = new Uint8Array(32);
  const id = of(new Uint8Array(16));
  it.each<[string, string, Record<number, CborValue>]>([
    ['no modality', 'CTAP2_ERR_MISSING_PARAMETER', { 2: 7 }],
    ['no subCommand', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 1 }],
    ['getModality of false', 'CTAP2_ERR_MISSING_PARAMETER', { 6: false }],
    ['another modality', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 2, 2: 7 }],
    ['an unknown subCommand', 'CTAP2_ERR_INVALID_SUBCOMMAND', { 1: 1, 2: 8 }],
    ['a text as modality', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 'x', 2: 7 }],
    ['a text as subCommand', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 2: 'x' }],
    ['bytes as subCommandParams', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 2: 1, 3: param }],
    ['a text as pinUvAuthProtocol', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 2: 1, 4: 'x' }],
    ['a text as pinUvAuthParam', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 1: 1, 2: 1, 5: 'x' }],
    ['a number as getModality', 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE', { 6: 1 }],
    ['no pinUvAuthParam (1)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 1, 2: 1 }],
    ['no pinUvAuthParam (2)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 1, 2: 2 }],
    ['no pinUvAuthParam (4)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 1, 2: 4 }],
    ['no pinUvAuthParam (5)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 1, 2: 5 }],
    ['no pinUvAuthParam (6)', 'CTAP2_ERR_PUAT_REQUIRED', { 1: 1, 2: 6 }],
    ['no templateId', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 1, 2: 6, 4: 2, 5: param }],
    ['no name', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 1, 2: 5, 3: id, 4: 2, 5: param }],
    ['a long name', 'CTAP1_ERR_INVALID_LENGTH', { 1: 1, 2: 5, 3: of(param, 'x'.repeat(65)), 4: 2, 5: param }],
    ['no pinUvAuthProtocol', 'CTAP2_ERR_MISSING_PARAMETER', { 1: 1, 2: 4, 5: param }],
    ['protocol three', 'CTAP1_ERR_INVALID_PARAMETER', { 1: 1, 2: 4, 4: 3, 5: param }],
    ['a wrong pinUvAuthParam', 'CTAP2_ERR_PIN_AUTH_INVALID', { 1: 1, 2: 4, 4: 2, 5: param }],
  ])('%s: %s', async (_, status, members) => {
    const device = ready();
    const before = device.contents();
    expect((await device.send(0x09, members)).status).toBe(status);
    expect(device.contents()).toBe(before);
  });

  it('is not there on a device without a sensor', async () => {
    expect((await managed().send(0x09, { 6: true })).status).toBe('CTAP1_ERR_INVALID_COMMAND');
  });
});
