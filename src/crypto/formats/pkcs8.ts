/**
 * Private keys as PKCS#8: OneAsymmetricKey of RFC 5958, with ECPrivateKey of RFC 5915 and the octet strings of RFC 8410
 * inside. What is written is version 1, without attributes, as most programs write it; what is read may have more.
 */
import { ECParameters, ECPrivateKey } from '@peculiar/asn1-ecc';
import { Attributes, PrivateKey } from '@peculiar/asn1-pkcs8';
import {
  AsnConvert,
  AsnIntegerConverter,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  OctetString,
} from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { equal } from '../../codec/bytes.ts';
import { algorithmOf, type SignatureAlgorithm } from '../algorithms.ts';
import { CryptoError } from '../error.ts';
import type { KeyPair } from '../key-pair.ts';
import { publicKeyOf } from '../public-key.ts';
import { isScalar } from '../scalar.ts';

/** RFC 5958 section 2. */
class OneAsymmetricKey {
  version = 0;
  privateKeyAlgorithm = new AlgorithmIdentifier();
  privateKey = new PrivateKey();
  attributes?: Attributes;
  publicKey?: ArrayBuffer;
}
AsnType({ type: AsnTypeTypes.Sequence })(OneAsymmetricKey);
AsnProp({ type: AsnPropTypes.Integer, converter: AsnIntegerConverter })(
  OneAsymmetricKey.prototype,
  'version',
);
AsnProp({ type: AlgorithmIdentifier })(OneAsymmetricKey.prototype, 'privateKeyAlgorithm');
AsnProp({ type: PrivateKey })(OneAsymmetricKey.prototype, 'privateKey');
AsnProp({ type: Attributes, implicit: true, context: 0, optional: true })(
  OneAsymmetricKey.prototype,
  'attributes',
);
AsnProp({ type: AsnPropTypes.BitString, implicit: true, context: 1, optional: true })(
  OneAsymmetricKey.prototype,
  'publicKey',
);

const ID_EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const CURVES: Readonly<Record<SignatureAlgorithm['curve'], string>> = {
  'P-256': '1.2.840.10045.3.1.7',
  Ed25519: '1.3.101.112',
};

/** A key pair as DER PKCS#8. */
export function toPkcs8(key: KeyPair): Uint8Array {
  const algorithm = algorithmOf(key.algorithm);
  const info = new OneAsymmetricKey();
  if (algorithm.kty === 'EC2') {
    const publicKey = new Uint8Array(1 + key.public.length);
    publicKey[0] = 4;
    publicKey.set(key.public, 1);
    info.privateKeyAlgorithm = new AlgorithmIdentifier({
      algorithm: ID_EC_PUBLIC_KEY,
      parameters: AsnConvert.serialize(new ECParameters({ namedCurve: CURVES[algorithm.curve] })),
    });
    info.privateKey = new PrivateKey(
      AsnConvert.serialize(
        new ECPrivateKey({
          version: 1,
          privateKey: new OctetString(key.secret.slice()),
          publicKey: publicKey.buffer,
        }),
      ),
    );
  } else {
    info.privateKeyAlgorithm = new AlgorithmIdentifier({ algorithm: CURVES[algorithm.curve] });
    info.privateKey = new PrivateKey(AsnConvert.serialize(new OctetString(key.secret.slice())));
  }
  return new Uint8Array(AsnConvert.serialize(info));
}

/**
 * Reads DER PKCS#8.
 *
 * @param id the COSE algorithm the key is for
 * @throws CryptoError `bad-key` naming the field that is malformed, of another curve, or does not fit the others
 */
export function fromPkcs8(id: number, der: Uint8Array): KeyPair {
  const algorithm = algorithmOf(id);
  const info = parse(der, OneAsymmetricKey, 'PrivateKeyInfo');
  const secret = algorithm.kty === 'EC2' ? ecSecret(info, algorithm.curve) : okpSecret(info, algorithm.curve);
  if (
    secret.scalar.length !== algorithm.size ||
    (algorithm.kty === 'EC2' && !isScalar(algorithm.curve, secret.scalar))
  ) {
    throw bad('privateKey', `a private key of ${algorithm.curve}`, `${secret.scalar.length} bytes`);
  }
  const publicKey = publicKeyOf(algorithm, secret.scalar);
  if (secret.publicKey !== undefined && !equal(secret.publicKey, publicKey)) {
    throw bad('publicKey', 'the public key of the private key', 'another one');
  }
  return { algorithm: id, secret: secret.scalar, public: publicKey };
}

interface Secret {
  readonly scalar: Uint8Array;
  /** As the document has it, without the 04 of an uncompressed point. */
  readonly publicKey?: Uint8Array;
}

function ecSecret(
  { privateKeyAlgorithm, privateKey }: OneAsymmetricKey,
  curve: SignatureAlgorithm['curve'],
): Secret {
  expectAlgorithm(privateKeyAlgorithm.algorithm, ID_EC_PUBLIC_KEY);
  const parameters = privateKeyAlgorithm.parameters;
  const named = parameters && parse(new Uint8Array(parameters), ECParameters, 'parameters').namedCurve;
  if (named !== CURVES[curve]) throw bad('parameters', `the curve ${CURVES[curve]}`, named ?? 'none');
  const ec = parse(new Uint8Array(privateKey.buffer), ECPrivateKey, 'privateKey');
  return {
    scalar: new Uint8Array(ec.privateKey.buffer),
    ...(ec.publicKey && { publicKey: new Uint8Array(ec.publicKey).slice(1) }),
  };
}

function okpSecret(info: OneAsymmetricKey, curve: SignatureAlgorithm['curve']): Secret {
  expectAlgorithm(info.privateKeyAlgorithm.algorithm, CURVES[curve]);
  const seed = parse(new Uint8Array(info.privateKey.buffer), OctetString, 'privateKey');
  return {
    scalar: new Uint8Array(seed.buffer),
    ...(info.publicKey && { publicKey: new Uint8Array(info.publicKey) }),
  };
}

function expectAlgorithm(got: string, expected: string): void {
  if (got !== expected) throw bad('privateKeyAlgorithm', expected, got);
}

function bad(field: string, expected: string, got: string, cause?: unknown): CryptoError {
  return new CryptoError('bad-key', `${field}: expected ${expected}, got ${got}`, { field, cause });
}

function parse<T>(der: Uint8Array, type: new () => T, field: string): T {
  try {
    return AsnConvert.parse(der, type);
  } catch (cause) {
    throw bad(field, `DER of ${type.name}`, `${der.length} bytes that are none`, cause);
  }
}
