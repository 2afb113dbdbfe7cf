/** Trees that know their bytes. */
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { fromHex } from '../../src/base/bytes.ts';
import { type Place, placesOf } from '../../src/decode/places.ts';
import type { CeremonyRecord } from '../../src/decode/trace/record.ts';
import { TracedClient } from '../../src/decode/trace/traced-client.ts';

async function exchangesOf(): Promise<CeremonyRecord['exchanges']> {
  const records: CeremonyRecord[] = [];
  const authenticator = new Authenticator({ seed: 'places' });
  const client = new TracedClient({
    origin: 'https://example.com',
    authenticator,
    trace: (record) => records.push(record),
  });
  await client.create({
    rp: { name: 'Example', id: 'example.com' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdl',
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    attestation: 'direct',
  });
  return records[0]?.exchanges ?? [];
}

/** What lies at the end of a path of names. */
function at(place: Place | undefined, ...path: string[]): Place | undefined {
  const [name, ...rest] = path;
  return name === undefined
    ? place
    : at(
        place?.members.find((one) => one.name === name),
        ...rest,
      );
}

/** Whether members lie in order within their whole, and beside one another. */
function isInOrder(place: Place): boolean {
  let from = place.start;
  return place.members.every((member) => {
    const fits = member.start >= from && member.end <= place.end;
    from = member.end;
    return fits && isInOrder(member);
  });
}

describe('the places of a message', () => {
  it('are its members by their names, down into authenticator data and keys', async () => {
    const [, { request, response = new Uint8Array() } = { request: new Uint8Array() }] = await exchangesOf();
    const asked = placesOf(request, 'CTAP request');
    expect(asked.text).toBe('authenticatorMakeCredential (0x01)');
    expect(at(asked, 'parameters', 'rp', 'id')?.text).toBe('"example.com"');
    expect(at(asked, 'parameters', 'pubKeyCredParams', '0', 'alg')?.text).toBe('ES256 (-7)');
    const answered = placesOf(response, 'CTAP response', 1);
    const data = at(answered, 'members', 'authData');
    expect(at(data, 'flags')?.text).toBe('UP UV AT (0x45)');
    expect(at(data, 'credentialPublicKey', 'crv')?.text).toBe('P-256 (1)');
    const x = at(data, 'credentialPublicKey', 'x');
    expect(response.subarray((x?.end ?? 0) - 32, x?.end)).toHaveLength(32);
    for (const place of [asked, answered]) {
      expect([place.start, place.end]).toEqual([0, place === asked ? request.length : response.length]);
      expect(isInOrder(place)).toBe(true);
    }
  });

  it('say what cannot be read, and where, whatever the bytes are', () => {
    const problems = (hex: string): string[] => {
      const found: string[] = [];
      const walk = (place: Place): void => {
        if (place.problem !== undefined) found.push(`${place.start}-${place.end} ${place.problem}`);
        place.members.forEach(walk);
      };
      walk(placesOf(fromHex(hex), 'CBOR'));
      return found;
    };
    expect(problems('a1016161')).toEqual([]);
    expect(problems('a10161')).toEqual(['1-3 expected 1 bytes, got 0']);
    expect(problems('a2016161')).toEqual(['0-4 expected 2 members, got 1']);
    expect(problems('0102')).toEqual(['1-2 1 bytes that belong to nothing']);
    expect(problems('9f01ff')).toEqual(['0-3 an indefinite length, which CTAP2 does not have']);
    expect(problems('c101')).toEqual(['0-2 a tag, which CTAP2 does not have']);
    expect(problems('1c')).toEqual(['0-1 reserved additional information 28']);
    expect(problems('bb7fffffffffffffff0101')[0]).toMatch(
      /^0-11 expected 9223372036854776000 members, got 1/,
    );
    expect(problems('81'.repeat(100))).toHaveLength(1);
    expect(placesOf(new Uint8Array(), 'CTAP request').problem).toBe('no bytes');
    expect(placesOf(new Uint8Array(40).fill(0xff), 'authenticator data').problem).toMatch(
      /^aaguid: expected/,
    );
  });

  it('are read of any bytes, without an error', () => {
    let seed = 1;
    const random = (): number => {
      seed = (seed * 48_271) % 0x7fffffff;
      return seed;
    };
    for (let round = 0; round < 200; round++) {
      const bytes = Uint8Array.from({ length: random() % 80 }, () => random() & 0xff);
      for (const kind of [
        'CTAP request',
        'CTAP response',
        'authenticator data',
        'attestation object',
        'COSE key',
        'CBOR',
      ] as const)
        expect(isInOrder(placesOf(bytes, kind, random() % 16))).toBe(true);
    }
  });
});
