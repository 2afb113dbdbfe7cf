import { verify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { concat } from '../../src/base/bytes.ts';
import type { CborMap, CborValue } from '../../src/cbor/cbor.ts';
import { type Answer, type Managed, managed } from './managed.ts';

const clientDataHash = new Uint8Array(32);

async function device(policy: Partial<Policy> = {}, enabled = true): Promise<Managed> {
  const made = managed({
    enterpriseAttestation: true,
    enterpriseRpIds: ['corp.example'],
    serialNumber: 'stuntkey test 4711',
    ...policy,
  });
  if (enabled) made.state({ enterpriseAttestation: true });
  return made;
}

const make = (
  on: Managed,
  value: CborValue,
  rpId = 'corp.example',
  more: Record<number, CborValue> = {},
): Promise<Answer> =>
  on.send(0x01, {
    1: clientDataHash,
    2: new Map([['id', rpId]]),
    3: new Map([['id', new Uint8Array(4)]]),
    4: [
      new Map<string, CborValue>([
        ['alg', -7],
        ['type', 'public-key'],
      ]),
    ],
    10: value,
    ...more,
  });

describe('enterprise attestation', () => {
  it.each([
    ['vendor-facilitated, of an RP on the list', 1, 'corp.example', {}, true],
    ['vendor-facilitated, of another RP', 1, 'example.com', {}, undefined],
    ['platform-managed, of any RP', 2, 'example.com', {}, true],
    [
      'platform-managed, where the list holds for both',
      2,
      'example.com',
      { platformManagedEnterpriseAttestation: false },
      undefined,
    ],
  ])('%s', async (_, value, rpId, policy, epAtt) => {
    const { status, map } = await make(await device(policy), value, rpId);
    expect([status, map.get(4)]).toEqual(['CTAP2_OK', epAtt]);
    expect((map.get(3) as CborMap).has('x5c')).toBe(epAtt === true);
  });

  it('names the device in its certificate, and signs with its key', async () => {
    const { map } = await make(await device(), 2);
    const statement = map.get(3) as CborMap;
    const [der] = statement.get('x5c') as Uint8Array[];
    const certificate = new X509Certificate(der as Uint8Array);
    expect(certificate.subject).toContain('stuntkey test 4711');
    expect(statement.get('x5c')).toHaveLength(1);
    const signed = concat(map.get(2) as Uint8Array, clientDataHash);
    expect(verify('sha256', signed, certificate.publicKey, statement.get('sig') as Uint8Array)).toBe(true);
  });

  it('is not given to an RP that wants no statement', async () => {
    const { map } = await make(await device(), 2, 'corp.example', { 11: ['none'] });
    expect([map.get(1), map.has(4)]).toEqual(['none', false]);
  });

  it('is given to an RP that wants a statement in another format, or none as a last resort', async () => {
    for (const formats of [['packed'], ['packed', 'none'], ['none', 'packed']])
      expect((await make(await device(), 2, 'corp.example', { 11: formats })).map.get(4)).toBe(true);
  });

  it.each([0, 1, 2, 3])(
    'with the value %i is refused while it is not there, or not enabled',
    async (value) => {
      expect((await make(await device({}, false), value)).status).toBe('CTAP1_ERR_INVALID_PARAMETER');
      expect((await make(await device({ enterpriseAttestation: false }, false), value)).status).toBe(
        'CTAP1_ERR_INVALID_PARAMETER',
      );
    },
  );

  it.each([0, 3, 255])('with the value %i is refused', async (value) => {
    expect((await make(await device(), value)).status).toBe('CTAP2_ERR_INVALID_OPTION');
  });

  it('with a text is of the wrong type', async () => {
    expect((await make(await device(), 'yes')).status).toBe('CTAP2_ERR_CBOR_UNEXPECTED_TYPE');
  });
});
