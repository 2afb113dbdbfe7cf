/**
 * The engine on node:crypto whose keys and signatures repeat, byte for byte those of noble where noble has the algorithm. EdDSA repeats by itself;
 * ECDSA and RSA are made to; OpenSSL's ML-DSA adds chance to each signature, so noble signs with it.
 */
import { algorithmOf } from '../algorithms.ts';
import { nodeEngine } from './node.ts';
import { signRepeatably } from './node-ecdsa.ts';
import type { Engine } from './types.ts';

const rsa = async (): Promise<Engine> => (await import('./repeatable-rsa.ts')).repeatableRsaEngine;
const noble = async (): Promise<Engine> => (await import('./noble.ts')).nobleEngine;

export const repeatableEngine: Engine = {
  name: 'node',
  supports: (id) => nodeEngine.supports(id),
  generate(id, draw) {
    if (algorithmOf(id).kty !== 'RSA') return nodeEngine.generate(id, draw);
    return rsa().then((engine) => engine.generate(id, draw));
  },
  sign(key, data) {
    const algorithm = algorithmOf(key.algorithm);
    switch (algorithm.kty) {
      case 'EC2':
        return signRepeatably(algorithm, key.secret, data);
      case 'OKP':
        return nodeEngine.sign(key, data, false);
      case 'RSA':
        return rsa().then((engine) => engine.sign(key, data));
      case 'AKP':
        return noble().then((engine) => engine.sign(key, data));
    }
  },
  verify: (id, publicKey, data, signature) => nodeEngine.verify(id, publicKey, data, signature),
};
