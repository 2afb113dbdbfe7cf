import { createECDH, createPrivateKey, createPublicKey, hkdfSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleetVectors } from '../../../scripts/fleet-vectors.js';
import { base64url, fromBase64url } from '../../../src/base/base64url.ts';
import { decodeCbor } from '../../../src/cbor/cbor.ts';
import { Derivation } from '../../../src/load/fleet/derivation.ts';
import { People } from '../../../src/load/fleet/people.ts';

interface Entry {
  index: number;
  credentialId: string;
  userHandle: string;
  publicKey: string;
  publicKeySpki: string;
  authentication: {
    authenticatorData: string;
    clientDataJSON: string;
    signature: string;
    userHandle: string;
  };
}

const file = readFileSync(new URL('../../../vectors/fleet.json', import.meta.url), 'utf8');
const vectors = JSON.parse(file) as {
  seed: string;
  rpId: string;
  fleets: { algorithm: -7 | -8; people: Entry[] }[];
};
const published = vectors.fleets.flatMap(({ algorithm, people }) =>
  people.map((entry) => [algorithm === -7 ? 'ES256' : 'EdDSA', entry.index, algorithm, entry] as const),
);

/** The same by node:crypto alone, as docs/load.md describes it. */
function independently(info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', vectors.seed, 'stuntkey fleet v1', info, length));
}

/** Order of P-256's group. */
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

function publicKeyOf(algorithm: number, index: number): { x: Buffer; y?: Buffer } {
  for (let draw = 0; ; draw++) {
    const secret = independently(`key ${algorithm} ${vectors.rpId} ${index} ${draw}`, 32);
    if (algorithm === -8) {
      const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), secret]);
      const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
      return { x: key.export({ format: 'der', type: 'spki' }).subarray(-32) };
    }
    const scalar = BigInt(`0x${secret.toString('hex')}`);
    if (scalar === 0n || scalar >= N) continue;
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(secret);
    const point = ecdh.getPublicKey();
    return { x: point.subarray(1, 33), y: point.subarray(33) };
  }
}

describe('the published vectors of fleets', () => {
  it('are as `npm run docs` would make them', async () => expect(file).toBe(await fleetVectors()));

  it('have the first three people of either algorithm', () => {
    for (const { people } of vectors.fleets) {
      expect(people.slice(0, 3).map(({ index }) => index)).toEqual([0, 1, 2]);
    }
  });

  it.each(published)('%s, person %i: come out of node:crypto, too', (_, index, algorithm, entry) => {
    const id = independently(`credential-id ${algorithm} ${vectors.rpId} ${index}`, 32);
    expect(entry.credentialId).toBe(id.toString('base64url'));
    const handle = independently(`user-handle ${vectors.rpId} ${index}`, 32);
    expect(entry.userHandle).toBe(handle.toString('base64url'));
    const { x, y } = publicKeyOf(algorithm, index);
    const cose = decodeCbor(fromBase64url(entry.publicKey)) as Map<number, unknown>;
    expect(cose.get(3)).toBe(algorithm);
    expect(Buffer.from(cose.get(-2) as Uint8Array).toString('hex')).toBe(x.toString('hex'));
    if (y !== undefined)
      expect(Buffer.from(cose.get(-3) as Uint8Array).toString('hex')).toBe(y.toString('hex'));
  });

  it.each(published)('%s, person %i: have signatures that verify', async (_, __, algorithm, entry) => {
    const { authenticatorData, clientDataJSON, signature, userHandle } = entry.authentication;
    const hash = await crypto.subtle.digest('SHA-256', new Uint8Array(fromBase64url(clientDataJSON)));
    const data = Buffer.concat([fromBase64url(authenticatorData), new Uint8Array(hash)]);
    const key = createPublicKey({
      key: Buffer.from(fromBase64url(entry.publicKeySpki)),
      format: 'der',
      type: 'spki',
    });
    expect(verify(algorithm === -7 ? 'sha256' : null, data, key, fromBase64url(signature))).toBe(true);
    expect(userHandle).toBe(entry.userHandle);
  });
});

describe('what is derived', () => {
  const identity = { seed: 'stuntkey test', rpId: 'example.com' };
  const text = (derivation: Derivation, index: number): string => {
    const { credentialId, publicKey, userHandle } = derivation.record(index);
    return [credentialId, publicKey, userHandle].map(base64url).join(' ');
  };

  it('is the same for the same seed as text and as its UTF-8', () => {
    const bytes = new TextEncoder().encode(identity.seed);
    expect(text(new Derivation({ ...identity, seed: bytes }), 7)).toBe(text(new Derivation(identity), 7));
  });

  it('is another for another seed, RP ID or index, and keeps the user handle for another algorithm', () => {
    const one = new Derivation(identity).record(7);
    const others = [
      new Derivation({ ...identity, seed: 'stuntkey test 2' }).record(7),
      new Derivation({ ...identity, rpId: 'example.org' }).record(7),
      new Derivation(identity).record(8),
    ];
    for (const other of others) {
      expect(other.credentialId).not.toEqual(one.credentialId);
      expect(other.publicKey).not.toEqual(one.publicKey);
      expect(other.userHandle).not.toEqual(one.userHandle);
    }
    const ed25519 = new Derivation({ ...identity, algorithm: -8 }).record(7);
    expect(ed25519.credentialId).not.toEqual(one.credentialId);
    expect(ed25519.userHandle).toEqual(one.userHandle);
  });

  it('is 64 bytes of HKDF where PRF has its secrets from', () => {
    const expected = hkdfSync(
      'sha256',
      identity.seed,
      'stuntkey fleet v1',
      'cred-random -7 example.com 5',
      64,
    );
    expect(new Derivation(identity).credRandom(5)).toEqual(new Uint8Array(expected));
  });

  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, '7', null, undefined, 7n])(
    'is not for a person %s',
    (index) => {
      expect(() => new Derivation(identity).record(index as number)).toThrowError(
        expect.objectContaining({ name: 'StuntkeyError', code: 'bad-index' }),
      );
    },
  );

  it.each([
    ['an empty seed', { ...identity, seed: '' }, /^seed: /],
    ['no seed', { rpId: 'example.com' }, /^seed: /],
    ['a number for a seed', { ...identity, seed: 7 }, /^seed: /],
    ['no RP ID', { seed: 'x' }, /^rpId: /],
    ['an RP ID with a space', { ...identity, rpId: 'example com' }, /^rpId: /],
    ['an algorithm that is not derived', { ...identity, algorithm: -257 }, /^algorithm: /],
  ])('is not for %s', (_, given, message) => {
    expect(() => new People(given as never)).toThrowError(
      expect.objectContaining({ code: 'bad-options', message: expect.stringMatching(message) }),
    );
  });

  it('collides for no two people', () => {
    const derivation = new Derivation(identity);
    const ids = new Set<string>();
    for (let i = 0; i < 2000; i++) ids.add(base64url(derivation.credentialId(i)));
    expect(ids.size).toBe(2000);
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        fc.pre(a !== b);
        expect(derivation.credentialId(a)).not.toEqual(derivation.credentialId(b));
      }),
    );
  });
});
