import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from '../../src/base/bytes.ts';
import type { CborMap } from '../../src/cbor/cbor.ts';
import { algorithmIds, algorithmOf } from '../../src/crypto/algorithms.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { CryptoError } from '../../src/crypto/error.ts';
import { fromCose, toCose } from '../../src/crypto/formats/cose.ts';
import { algorithmOfJwk, fromJwk, fromPublicJwk, type Jwk, toJwk } from '../../src/crypto/formats/jwk.ts';
import { fromPem, toPem } from '../../src/crypto/formats/pem.ts';
import { fromAnyPkcs8, fromPkcs8, toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { fromAnySpki, fromSpki, spkiOfCose, toSpki } from '../../src/crypto/formats/spki.ts';
import { keyFor } from './keys-for-tests.ts';

const numRuns = process.env.SLOW ? 5000 : 150;
const ids = algorithmIds.filter(
  (id) => algorithmOf(id).name !== 'ML-DSA-65' && algorithmOf(id).name !== 'ML-DSA-87',
);
const keys = await Promise.all(ids.map((id) => keyFor(id)));
const engine = engineFor({ deterministic: false });

/** Either it works or it throws a CryptoError. */
function survives(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(CryptoError);
  }
}

/** Bytes with one thing wrong: changed, cut off, longer, or something inserted. */
const damaged = (documents: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      document: fc.constantFrom(...documents),
      at: fc.nat(),
      // Most of the structure is at the beginning.
      near: fc.boolean(),
      kind: fc.constantFrom('change', 'cut', 'insert', 'remove'),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    })
    .map(({ document, at, near, kind, bytes }) => {
      const i = at % Math.max(1, near ? Math.min(48, document.length) : document.length);
      const head = document.subarray(0, i);
      if (kind === 'cut') return head.slice();
      const tail = document.subarray(kind === 'insert' ? i : i + bytes.length);
      return kind === 'remove' ? Uint8Array.of(...head, ...tail) : Uint8Array.of(...head, ...bytes, ...tail);
    });

describe('no input makes it throw anything but CryptoError:', () => {
  it('PKCS#8', () => {
    const documents = keys.map((key) => toPkcs8(key));
    fc.assert(
      fc.property(fc.oneof(damaged(documents), fc.uint8Array()), fc.constantFrom(...ids), (der, id) => {
        survives(() => fromPkcs8(id, der));
        survives(() => fromAnyPkcs8(der));
      }),
      { numRuns },
    );
  });

  it('SPKI', () => {
    const documents = keys.map((key) => toSpki(key.algorithm, key.public));
    fc.assert(
      fc.property(fc.oneof(damaged(documents), fc.uint8Array()), fc.constantFrom(...ids), (der, id) => {
        survives(() => fromSpki(id, der));
        survives(() => fromAnySpki(der));
      }),
      { numRuns },
    );
  });

  it('COSE keys', () => {
    const value = fc.oneof(fc.integer(), fc.uint8Array({ maxLength: 80 }), fc.string(), fc.constant(null));
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.array(fc.tuple(fc.integer({ min: -4, max: 4 }), value), { maxLength: 3 }),
        (key, changes) => {
          const cose = new Map([...toCose(key.algorithm, key.public), ...changes]) as CborMap;
          survives(() => fromCose(cose));
          survives(() => spkiOfCose(cose));
        },
      ),
      { numRuns },
    );
  });

  it('JWK', () => {
    const members = ['kty', 'alg', 'crv', 'x', 'y', 'd', 'n', 'e', 'p', 'q', 'dp', 'dq', 'qi', 'pub', 'priv'];
    const value = fc.oneof(
      fc.base64String(),
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.constant('AQ'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.constantFrom(...ids),
        fc.array(fc.tuple(fc.constantFrom(...members), value), { maxLength: 3 }),
        (key, id, changes) => {
          const jwk = { ...toJwk(key), ...Object.fromEntries(changes) } as Jwk;
          survives(() => fromJwk(key.algorithm, jwk));
          survives(() => fromJwk(id, jwk));
          survives(() => fromPublicJwk(id, jwk));
          survives(() => algorithmOfJwk(jwk));
        },
      ),
      { numRuns },
    );
  });

  it('what is no JWK', () => {
    for (const jwk of [null, undefined, 1, 'x', []] as unknown[] as Jwk[]) {
      survives(() => fromJwk(-7, jwk));
      survives(() => fromPublicJwk(-7, jwk));
      survives(() => algorithmOfJwk(jwk));
    }
  });

  it('PEM', () => {
    const text = toPem('PUBLIC KEY', fromHex('010203'));
    fc.assert(
      fc.property(fc.nat(text.length), fc.string(), (at, inserted) => {
        survives(() => fromPem('PUBLIC KEY', text.slice(0, at) + inserted + text.slice(at)));
        survives(() => fromPem('PUBLIC KEY', inserted));
      }),
    );
  });

  it('keys and signatures to verify with, which are false', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...keys),
        fc.uint8Array({ maxLength: 150 }),
        fc.uint8Array({ maxLength: 150 }),
        async (key, publicKey, signature) => {
          expect(await engine.verify(key.algorithm, publicKey, signature, signature)).toBe(false);
          expect(await engine.verify(key.algorithm, key.public, publicKey, signature)).toBe(false);
        },
      ),
      { numRuns },
    );
  });
});
