import * as crypto from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concat, fromHex, hex, utf8 } from '../../src/base/bytes.ts';
import { algorithmIds, algorithmOf } from '../../src/crypto/algorithms.ts';
import { fromBigInt, toBigInt } from '../../src/crypto/bigint.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { nobleEngine } from '../../src/crypto/engines/noble.ts';
import { nodeEngine } from '../../src/crypto/engines/node.ts';
import { repeatableEngine } from '../../src/crypto/engines/node-repeatable.ts';
import { repeatableRsaEngine } from '../../src/crypto/engines/repeatable-rsa.ts';
import type { Engine } from '../../src/crypto/engines/types.ts';
import { CryptoError } from '../../src/crypto/error.ts';
import { decodeRsaPrivate } from '../../src/crypto/formats/rsa.ts';
import { toSpki } from '../../src/crypto/formats/spki.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import { slow } from '../slow.ts';
import { drawFrom, everyAlgorithm, keyFor } from './keys-for-tests.ts';

const engines: readonly Engine[] = [nodeEngine, nobleEngine, repeatableEngine];
const fast = engineFor({ deterministic: false });
const deterministic = engineFor({ deterministic: true });
const data = utf8('what is signed');
const isRsa = (id: number): boolean => algorithmOf(id).kty === 'RSA';

describe.each(everyAlgorithm)('%s', (_, id) => {
  const having = engines.filter((engine) => engine.supports(id));

  it('is in at least one engine, and in both that are handed out', () => {
    expect(having.length).toBeGreaterThan(0);
    expect(fast.supports(id) && deterministic.supports(id)).toBe(true);
  });

  it.skipIf(isRsa(id))('makes the same key from the same bytes in every engine', async () => {
    const expected = await keyFor(id, 'same');
    for (const engine of [...having, fast]) {
      expect(await engine.generate(id, drawFrom('same'))).toEqual(expected);
    }
  });

  it('signs in one engine what every other verifies, and none accepts anything changed', async () => {
    const key = await keyFor(id);
    const other = await keyFor(id, 'other');
    for (const signer of having) {
      const signature = await signer.sign(key, data);
      const changed = new Uint8Array(signature);
      changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
      for (const verifier of having) {
        const verify = (publicKey: Uint8Array, signed: Uint8Array, by: Uint8Array) =>
          verifier.verify(id, publicKey, signed, by);
        expect(await verify(key.public, data, signature)).toBe(true);
        expect(await verify(key.public, data, changed)).toBe(false);
        expect(await verify(key.public, utf8('something else'), signature)).toBe(false);
        expect(await verify(other.public, data, signature)).toBe(false);
        expect(await verify(key.public, data, new Uint8Array())).toBe(false);
        expect(await verify(key.public, data, signature.subarray(1))).toBe(false);
        expect(await verify(key.public.subarray(1), data, signature)).toBe(false);
        expect(await verify(new Uint8Array(key.public.length), data, signature)).toBe(false);
      }
    }
  });

  it('signs alone, in a crowd, and left to itself', async () => {
    const key = await keyFor(id);
    for (const crowded of [false, true, undefined]) {
      const signatures = await Promise.all(Array.from({ length: 3 }, () => fast.sign(key, data, crowded)));
      for (const signature of signatures) {
        expect(signature.constructor).toBe(Uint8Array);
        expect(await deterministic.verify(id, key.public, data, signature)).toBe(true);
      }
    }
  });

  it('has keys and signatures that repeat in the deterministic engine', async () => {
    const key = await keyFor(id);
    // One RSA algorithm is enough: the others make the same keys, and take long.
    if (!isRsa(id) || id === -257) expect(await deterministic.generate(id, drawFrom('test'))).toEqual(key);
    expect(await deterministic.sign(key, data)).toEqual(await deterministic.sign(key, data));
  });
});

describe('an engine', () => {
  it('refuses an unknown algorithm', async () => {
    const key = { ...(await keyFor(-7)), algorithm: -9999 };
    for (const engine of [...engines, fast, deterministic]) {
      expect(engine.supports(-9999)).toBe(false);
      const refusal = { code: 'unsupported-algorithm' };
      await expect(async () => engine.generate(-9999, drawFrom('x'))).rejects.toMatchObject(refusal);
      await expect(async () => engine.sign(key, data)).rejects.toMatchObject(refusal);
      await expect(async () => engine.verify(-9999, key.public, data, data)).rejects.toMatchObject(refusal);
    }
  });

  it('that is noble says that RSA needs node:crypto', async () => {
    expect(algorithmIds.filter((id) => !nobleEngine.supports(id)).every(isRsa)).toBe(true);
    expect(() => nobleEngine.generate(-257, drawFrom('x'))).toThrow(CryptoError);
    expect(() => nobleEngine.generate(-257, drawFrom('x'))).toThrow(
      /RS256 is there only where node:crypto is/,
    );
  });

  it('makes RSA keys of 2048 bits that differ when chance is the machine’s', async () => {
    const [a, b] = await Promise.all([1, 2].map(() => fast.generate(-257, drawFrom('same'))));
    expect(hex(a?.public as Uint8Array)).not.toBe(hex(b?.public as Uint8Array));
    expect(a?.public).toHaveLength(270);
    expect(
      await deterministic.verify(-257, a?.public as Uint8Array, data, await fast.sign(a as never, data)),
    ).toBe(true);
  });
});

describe('a private key', () => {
  it('is drawn again when the scalar is zero or not below the order', async () => {
    const order = fromHex('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const good = fromHex('00000000000000000000000000000000000000000000000000000000000000ff');
    for (const engine of [nodeEngine, nobleEngine]) {
      const draws = [new Uint8Array(32), order, new Uint8Array(32).fill(0xff), good];
      const key = await engine.generate(-7, () => draws.shift() as Uint8Array);
      expect(hex(key.secret)).toBe(hex(good));
    }
  });

  it('of P-521 takes 521 bits of what is drawn', async () => {
    const key = await nodeEngine.generate(-36, (length) => new Uint8Array(length).fill(0xfe));
    expect(hex(key.secret)).toBe(`00${'fe'.repeat(65)}`);
  });

  it.each([-7, -36, -8, -53, -257])('is not waited for forever when chance is broken (%i)', async (id) => {
    for (const engine of engines.filter((candidate) => candidate.supports(id))) {
      if (isRsa(id) && engine === nodeEngine) continue;
      const broken =
        id === -8 || id === -53 ? () => new Uint8Array(5) : (length: number) => new Uint8Array(length);
      await expect(async () => engine.generate(id, broken)).rejects.toMatchObject({ code: 'bad-random' });
    }
  });
});

describe('a signature that repeats', () => {
  /** Whether node:crypto and noble make the same signatures, with so many keys from a seed. */
  async function compare(id: number, count: number): Promise<void> {
    const random = seededRandom(`signatures ${id}`);
    for (let i = 0; i < count; i++) {
      const key = await nodeEngine.generate(id, (length) => random(length, 'key'));
      const message = random(i % 200, 'message');
      const [ours, others] = [
        await repeatableEngine.sign(key, message),
        await nobleEngine.sign(key, message),
      ];
      if (hex(ours) !== hex(others)) expect.fail(`${hex(ours)} and ${hex(others)} by ${hex(key.secret)}`);
    }
  }

  const ids = everyAlgorithm.map(([, id]) => id).filter((id) => ['EC2', 'OKP'].includes(algorithmOf(id).kty));

  it.each(ids)('is the same by node:crypto and by noble (%i)', (id) => compare(id, 4));

  slow.each(ids)(
    'is the same ten thousand times over (%i)',
    (id) => compare(id, id === -7 ? 10_000 : 500),
    300_000,
  );

  it('is refused to what is no private key', () => {
    for (const secret of [new Uint8Array(32), new Uint8Array(32).fill(0xff), new Uint8Array(31)]) {
      expect(() =>
        repeatableEngine.sign({ algorithm: -7, secret, public: new Uint8Array(64) }, data),
      ).toThrow(/secret: expected a scalar of P-256/);
    }
  });
});

describe('an ES256 signature with a nonce of chance', () => {
  it('verifies, and no two are the same', async () => {
    const random = seededRandom('nonces of chance');
    const key = await nodeEngine.generate(-7, (length) => random(length, 'key'));
    // (Nonces are drawn by eight at first, then by more.)
    const signatures = Array.from({ length: 150 }, () => nodeEngine.sign(key, data, false) as Uint8Array);
    for (const signature of signatures) expect(nodeEngine.verify(-7, key.public, data, signature)).toBe(true);
    const [one = data] = signatures;
    expect(nodeEngine.verify(-7, key.public, utf8('something else'), one)).toBe(false);
    expect(await nobleEngine.verify(-7, key.public, data, one)).toBe(true);
    const first = (signature: Uint8Array): string => hex(signature).slice(8, 72);
    expect(new Set(signatures.map(first)).size).toBe(150);
  });

  it('is made without looking at the public key, in a crowd, too', async () => {
    const random = seededRandom('no public key');
    const key = await nodeEngine.generate(-7, (length) => random(length, 'key'));
    const unread = {
      algorithm: -7,
      secret: key.secret,
      get public(): Uint8Array {
        throw new Error('the public key was read');
      },
    };
    for (const crowded of [false, undefined, true]) {
      const signature = nodeEngine.sign(unread, data, crowded) as Uint8Array;
      expect(nodeEngine.verify(-7, key.public, data, signature)).toBe(true);
    }
  });
});

describe('an RSA signature', () => {
  it.each(everyAlgorithm.filter(([, id]) => isRsa(id)))(
    'has the length of the modulus, leading zeros too (%s)',
    async (_, id) => {
      const key = await keyFor(id);
      const random = seededRandom(`leading zeros ${id}`);
      // (One in 256 begins with a zero. What it is a signature of decides, so the search is the same each time.)
      for (;;) {
        const message = random(16, 'message');
        const signature = await deterministic.sign(key, message);
        if (signature[0] !== 0) continue;
        expect(await fast.verify(id, key.public, message, signature)).toBe(true);
        for (const other of [signature.subarray(1), concat(Uint8Array.of(0), signature)]) {
          expect(await fast.verify(id, key.public, message, other)).toBe(false);
          expect(await deterministic.verify(id, key.public, message, other)).toBe(false);
        }
        return;
      }
    },
  );
});

describe('an RSA key made ahead', () => {
  /** Whether a key is there before the event loop goes round. */
  async function madeInThisTurn(): Promise<boolean> {
    let made = false;
    const making = Promise.resolve(fast.generate(-257, drawFrom('x'))).then(() => {
      made = true;
    });
    for (let i = 0; i < 20; i++) await undefined;
    const soFar = made;
    await making;
    return soFar;
  }

  it('is what the next registration takes, and another one is made then', async () => {
    await fast.prepare?.(-257);
    expect(await madeInThisTurn()).toBe(true);
    expect(await madeInThisTurn()).toBe(false);
    await fast.prepare?.(-37);
    expect(await madeInThisTurn()).toBe(true);
  });

  it('is not made for an algorithm whose keys take no time', async () => {
    await expect(fast.prepare?.(-7)).resolves.toBeUndefined();
    await expect(deterministic.prepare?.(-257)).resolves.toBeUndefined();
  });
});

describe('noble', () => {
  it('takes no public key of Ed25519 that is spelled in a second way', () => {
    // y = p + 1, which ZIP 215 would read as 1; R is the neutral element and S zero, which then fits any message.
    const key = fromHex(`ee${'ff'.repeat(30)}7f`);
    const signature = fromHex(`01${'00'.repeat(63)}`);
    expect(nobleEngine.verify(-8, key, data, signature)).toBe(false);
  });
});

describe('a prime', () => {
  it('is passed over when the public exponent divides what comes before it', async () => {
    let prime = 0xc0n << 1016n;
    prime += 1n - (prime % 131_074n);
    while (!crypto.checkPrimeSync(prime)) prime += 131_074n;
    expect((prime - 1n) % 65_537n).toBe(0n);
    const draws = [fromBigInt(prime), new Uint8Array(128).fill(0xc7)];
    const key = await repeatableRsaEngine.generate(-257, () => draws.shift() as Uint8Array);
    expect(toBigInt(decodeRsaPrivate(key.secret).p)).toBeGreaterThan(prime);
  });
});

describe('many signatures at once', () => {
  /** How many of so many signatures are there before the event loop goes round. */
  async function madeInThisTurn(id: number, count: number): Promise<number> {
    const key = await keyFor(id);
    let made = 0;
    const signatures = Array.from({ length: count }, async () => {
      await fast.sign(key, data);
      made++;
    });
    for (let i = 0; i < 50; i++) await undefined;
    const soFar = made;
    await Promise.all(signatures);
    expect(made).toBe(count);
    return soFar;
  }

  it.each([
    ['one', -8, 1, 1],
    ['a few', -8, 8, 8],
    ['many', -8, 64, 0],
    ['many of ES256, none of whose keys is imported', -7, 64, 64],
    ['one that takes long', -35, 1, 1],
    ['two that take long', -35, 2, 0],
  ])('%s: are made where that is faster', async (_, id, count, inThisTurn) => {
    expect(await madeInThisTurn(id, count)).toBe(inThisTurn);
  });

  it('come each to who asked for it, whatever the algorithms', async () => {
    const keys = await Promise.all([-7, -8, -35, -7].map((id) => keyFor(id)));
    const jobs = Array.from({ length: 64 }, (_, i) => ({
      key: keys[i % keys.length] as Awaited<ReturnType<typeof keyFor>>,
      message: utf8(`message ${i}`),
    }));
    const signatures = await Promise.all(jobs.map(({ key, message }) => fast.sign(key, message)));
    for (const [i, { key, message }] of jobs.entries()) {
      expect(fast.verify(key.algorithm, key.public, message, signatures[i] as Uint8Array)).toBe(true);
    }
  });

  it('fail each for itself', async () => {
    const good = await keyFor(-35);
    const bad = { ...(await keyFor(-35, 'bad')), public: new Uint8Array(96) };
    const results = await Promise.allSettled([
      ...Array.from({ length: 20 }, async () => fast.sign(good, data)),
      (async () => fast.sign(bad, data))(),
    ]);
    expect(results.map(({ status }) => status)).toEqual([...Array(20).fill('fulfilled'), 'rejected']);
  });
});

describe('Node 20 does not hang', () => {
  // Its KeyObjects can deadlock with the garbage collector; see docs/decisions. The long run is the proof.
  const rounds = process.env.SLOW ? 50_000 : 500;
  it(`in ${rounds} creations of each kind of key, with a signature each`, async () => {
    const random = seededRandom('deadlock');
    for (const id of [-7, -8]) {
      for (let i = 0; i < rounds; i++) {
        const key = await nodeEngine.generate(id, (length) => random(length, 'key'));
        // (The first is made without a KeyObject.)
        for (let signatures = 0; signatures < 2; signatures++) await nodeEngine.sign(key, key.public, false);
        toSpki(id, key.public);
      }
    }
  });
});
