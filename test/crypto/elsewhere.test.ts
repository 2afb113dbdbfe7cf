import { describe, expect, it, vi } from 'vitest';
import { hex, utf8 } from '../../src/base/bytes.ts';
import { algorithmIds, algorithmOf } from '../../src/crypto/algorithms.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { nodeEngine } from '../../src/crypto/engines/node.ts';
import { fromJwk, toJwk } from '../../src/crypto/formats/jwk.ts';
import { fromPkcs8, toPkcs8 } from '../../src/crypto/formats/pkcs8.ts';
import { encapsulate, PinUvAuthProtocol } from '../../src/crypto/pin-uv-auth-protocol.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import { drawFrom } from './keys-for-tests.ts';

// As the package's imports resolve where the runtime is not Node.
vi.mock('#cbor-x', () => import('../../src/cbor/cbor-x.ts'));
vi.mock('#platform', () => import('../../src/crypto/platform/portable.ts'));
vi.mock('#native-engine', () => import('../../src/crypto/engines/native-none.ts'));
vi.mock('#ml-dsa', () => import('../../src/crypto/platform/ml-dsa.ts'));

const engine = engineFor({ deterministic: false });
const portable = algorithmIds.filter((id) => algorithmOf(id).kty !== 'RSA');

describe('where there is no node:crypto', () => {
  it('both engines are noble', () => {
    expect(engine.name).toBe('noble');
    expect(engineFor({ deterministic: true }).name).toBe('noble');
  });

  it('RSA is an algorithm that is not supported', async () => {
    for (const id of algorithmIds.filter((candidate) => algorithmOf(candidate).kty === 'RSA')) {
      expect(engine.supports(id)).toBe(false);
      await expect(engine.generate(id, drawFrom('x'))).rejects.toMatchObject({
        code: 'unsupported-algorithm',
      });
    }
  });

  it.each(portable.map((id) => [algorithmOf(id).name, id] as const))(
    '%s keys are made, signed with, written and read',
    async (_, id) => {
      const key = await engine.generate(id, drawFrom('elsewhere'));
      const signature = await engine.sign(key, utf8('x'));
      expect(await engine.verify(id, key.public, utf8('x'), signature)).toBe(true);
      if (nodeEngine.supports(id)) expect(nodeEngine.verify(id, key.public, utf8('x'), signature)).toBe(true);
      expect(fromPkcs8(id, toPkcs8(key))).toEqual(key);
      expect(fromJwk(id, toJwk(key))).toEqual(key);
    },
  );

  it('a PIN/UV auth protocol agrees on the secret it agrees on under Node', async () => {
    const device = new PinUvAuthProtocol(2, seededRandom('device'));
    const { platformKeyAgreement, sharedSecret } = encapsulate(
      2,
      device.getPublicKey(),
      seededRandom('platform'),
    );
    expect(hex(device.decapsulate(platformKeyAgreement))).toBe(hex(sharedSecret));
    vi.resetModules();
    vi.doUnmock('#platform');
    const underNode = await import('../../src/crypto/pin-uv-auth-protocol.ts');
    const random = await import('../../src/crypto/random.ts');
    const again = underNode.encapsulate(2, device.getPublicKey(), random.seededRandom('platform'));
    expect(hex(again.sharedSecret)).toBe(hex(sharedSecret));
  });
});
