import { beforeAll, describe, expect, it } from 'vitest';
import {
  AttestationAuthority,
  metadataBlob,
  type TrialMetadata,
  trialMetadata,
} from '../../src/entries/index.ts';
import { type ExpectedMetadata, metadataChecks, verifyMetadata } from '../../src/entries/verify.ts';

describe('a BLOB of metadata', () => {
  let trial: TrialMetadata;
  let expected: ExpectedMetadata;
  beforeAll(async () => {
    trial = await trialMetadata();
    expected = { trustAnchors: [trial.root], revocationLists: trial.revocationLists };
  });

  it('says the statuses of models when it verifies', async () => {
    const blob = await metadataBlob(new AttestationAuthority(), {
      models: ['yubikey-5-nfc', 'bitwarden'],
      status: { bitwarden: 'REVOKED' },
    });
    const { verified, statuses = {} } = await verifyMetadata(blob, expected);
    expect([verified, Object.values(statuses)]).toEqual([true, [['NOT_FIDO_CERTIFIED'], ['REVOKED']]]);
  });

  it.each([
    ['good', undefined],
    ['status', undefined],
    ['signature', 'metadata.signature'],
    ['chain', 'metadata.chain'],
    ['revoked-intermediate', 'metadata.revoked'],
    ['revoked-signer', 'metadata.revoked'],
  ] as const)('on trial, %s, fails the check %s, and no other', async (name, check) => {
    const blob = trial.blobs[name];
    const { verified, failed, statuses = {} } = await verifyMetadata(blob, expected);
    expect([verified, failed?.name]).toEqual([check === undefined, check]);
    expect(Object.keys(statuses)).toHaveLength(check === undefined ? 1 : 0);
    if (check !== undefined)
      expect(await verifyMetadata(blob, { ...expected, off: [check] })).toMatchObject({ verified: true });
  });

  it('is not valid when its certificates are not', async () => {
    const clock = { now: () => 0, after: () => () => {}, wall: () => Date.UTC(2200, 0, 1) };
    const { failed } = await verifyMetadata(trial.blobs.good, { ...expected, clock });
    expect(failed?.name).toBe('metadata.dates');
  });

  it.each([
    ['nothing', undefined],
    ['a number', 7],
    ['no JWT', 'a.b'],
    ['no base64url', '!.!.!'],
    ['no JSON', 'AAAA.AAAA.AAAA'],
    ['another algorithm', `${json({ alg: 'none', x5c: [] })}.${json({ entries: [] })}.AAAA`],
    ['no certificates', `${json({ alg: 'ES256', x5c: [] })}.${json({ entries: [] })}.AAAA`],
    ['certificates that are none', `${json({ alg: 'ES256', x5c: ['AAAA'] })}.${json({ entries: [] })}.AAAA`],
    ['no entries', `${json({ alg: 'ES256', x5c: [] })}.${json({})}.AAAA`],
  ])('that is %s is refused, and nothing is thrown', async (_, blob) => {
    expect((await verifyMetadata(blob, expected)).failed?.name).toBe('metadata.jwt');
  });

  it('has checks by name, and says which there are', async () => {
    expect(metadataChecks).toEqual([
      'metadata.jwt',
      'metadata.dates',
      'metadata.chain',
      'metadata.revoked',
      'metadata.signature',
    ]);
    await expect(verifyMetadata('', { ...expected, off: ['metadata.luck'] })).rejects.toThrow(
      'expected one of metadata.jwt, metadata.dates, metadata.chain, metadata.revoked, metadata.signature, got "metadata.luck"',
    );
    await expect(verifyMetadata('', { trustAnchors: ['nonsense'] })).rejects.toMatchObject({
      code: 'bad-expectation',
    });
  });
});

function json(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
