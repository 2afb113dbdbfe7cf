/**
 * A COSE key looked at from every side (RFC 9052, RFC 9053, RFC 8230, RFC 9864, RFC 9964): what is wrong with it, and what a signature can be
 * verified with nevertheless.
 */
import { hex, isBytes } from '../../base/bytes.ts';
import {
  type EcAlgorithm,
  findAlgorithm,
  knownAlgorithm,
  type OkpAlgorithm,
  type SignatureAlgorithm,
} from '../../crypto/algorithms.ts';
import { toBigInt } from '../../crypto/bigint.ts';
import { encodeRsaPublic } from '../../crypto/formats/rsa.ts';
import { isPoint } from '../../crypto/point.ts';
import { type Finding, shown, Unreadable } from '../guard.ts';
import type { LooseMap } from './cbor.ts';

/** A key that signatures can be verified with. */
export interface VerificationKey {
  readonly algorithm: SignatureAlgorithm;
  /** As KeyPair has it: coordinates, the encoded point, PKCS#1, or the encoded ML-DSA key. */
  readonly public: Uint8Array;
}

const KEY_TYPES: ReadonlyMap<unknown, SignatureAlgorithm['kty']> = new Map([
  [1, 'OKP'],
  [2, 'EC2'],
  [3, 'RSA'],
  [7, 'AKP'],
]);

/** The members that a key has, and that it may not have others besides. */
const LABELS: Readonly<Record<SignatureAlgorithm['kty'], readonly unknown[]>> = {
  OKP: [1, 3, -1, -2],
  EC2: [1, 3, -1, -2, -3],
  RSA: [1, 3, -1, -2],
  AKP: [1, 3, -1],
};

/** Larger ones are refused before any arithmetic. */
const MOST_RSA_BITS = 8192;
const LEAST_RSA_BITS = 2048;

export class CredentialKey {
  readonly findings: Map<string, Finding> = new Map();
  readonly #map: LooseMap;
  readonly #named: SignatureAlgorithm | undefined;
  #key: VerificationKey | undefined;

  constructor(map: LooseMap) {
    this.#map = map;
    const alg = map.get(3);
    this.#named = typeof alg === 'number' ? knownAlgorithm(alg) : undefined;
    this.#read();
  }

  /** Its member "alg", whatever that is. */
  get alg(): unknown {
    return this.#map.get(3);
  }

  /** @throws Unreadable naming the first thing because of which nothing can be verified with it */
  get verification(): VerificationKey {
    if (this.#key !== undefined) return this.#key;
    throw new Unreadable(`credential-key.${[...this.findings.keys()][0] ?? 'kty'}`);
  }

  #read(): void {
    const kty = KEY_TYPES.get(this.#map.get(1));
    if (kty === undefined) {
      this.#find('kty', 'OKP (1), EC2 (2), RSA (3) or AKP (7)', this.#map.get(1));
      return;
    }
    if (this.#named !== undefined && this.#named.kty !== kty) {
      this.#find('kty', `${this.#named.kty} for ${this.#named.name}`, kty);
    }
    const extra = [...this.#map.keys()].filter((label) => !LABELS[kty].includes(label));
    if (extra.length > 0) this.#find('members', `nothing but ${LABELS[kty].join(', ')}`, extra);
    if (kty === 'RSA') this.#rsa();
    else if (kty === 'AKP') this.#akp();
    else this.#curve(kty);
  }

  #curve(kty: 'EC2' | 'OKP'): void {
    const crv = this.#map.get(-1);
    const ofCurve = findAlgorithm((one) => one.kty === kty && 'crv' in one && one.crv === crv) as
      | EcAlgorithm
      | OkpAlgorithm
      | undefined;
    if (ofCurve === undefined) {
      this.#find('crv', 'a known curve', crv);
      return;
    }
    const named = this.#named?.kty === kty ? (this.#named as EcAlgorithm | OkpAlgorithm) : undefined;
    if (named !== undefined && named.crv !== crv) {
      this.#find('crv', `${named.curve} (${named.crv}) for ${named.name}`, `${ofCurve.curve} (${crv})`);
    }
    const algorithm = named?.crv === crv ? named : ofCurve;
    const labels = kty === 'EC2' ? [-2, -3] : [-2];
    const coordinates = labels.map((label) => this.#bytes(label, ofCurve.size));
    if (coordinates.includes(undefined)) return;
    const raw = new Uint8Array(ofCurve.publicSize);
    coordinates.forEach((coordinate, index) => {
      raw.set(coordinate as Uint8Array, index * ofCurve.size);
    });
    this.#key = { algorithm: algorithm as SignatureAlgorithm, public: raw };
    if (!isPoint(ofCurve.curve, raw)) this.#find('point', `a point of ${ofCurve.curve}`, 'a point off it');
  }

  #rsa(): void {
    const n = this.#bytes(-1);
    const e = this.#bytes(-2);
    if (n === undefined || e === undefined) return;
    const algorithm = this.#named?.kty === 'RSA' ? this.#named : findAlgorithm(({ kty }) => kty === 'RSA');
    this.#key = { algorithm: algorithm as SignatureAlgorithm, public: encodeRsaPublic({ n, e }) };
    const bits = 8 * n.length - Math.clz32(n[0] as number) + 24;
    const odd = ((n.at(-1) as number) & 1) === 1;
    if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS || !odd) {
      const expected = `an odd modulus of ${LEAST_RSA_BITS} to ${MOST_RSA_BITS} bits`;
      this.#find('rsa-modulus', expected, `${bits} bits${odd ? '' : ', even'}`);
    }
    const exponent = e.length > 5 ? undefined : toBigInt(e);
    if (exponent === undefined || exponent < 3n || exponent % 2n === 0n || exponent > 2n ** 32n) {
      this.#find('rsa-exponent', 'an odd exponent from 3 to 2^32', String(exponent ?? 'a larger one'));
    }
  }

  #akp(): void {
    const algorithm = this.#named;
    if (algorithm?.kty !== 'AKP') {
      if (!this.findings.has('kty')) this.#find('kty', 'a key of a known type for its algorithm', 'AKP');
      return;
    }
    const raw = this.#bytes(-1, algorithm.publicSize);
    if (raw !== undefined) this.#key = { algorithm, public: raw };
  }

  #bytes(label: number, length?: number): Uint8Array | undefined {
    const value = this.#map.get(label);
    const right = isBytes(value) && (length === undefined ? value.length > 0 : value.length === length);
    if (right) return value;
    const expected = `${length === undefined ? '' : `${length} `}bytes at ${label}`;
    this.#find('coordinates', expected, isBytes(value) ? `${value.length} bytes` : value);
    return undefined;
  }

  #find(guard: string, expected: string, got: unknown): void {
    if (!this.findings.has(guard)) this.findings.set(guard, { expected, got: textOf(got) });
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' ? String(value) : shown(value);
}

/**
 * The points of small order (RFC 8032, sections 5.1.2 and 5.2.2): those of order 1, 2, 4 and, on Ed25519, 8. Other bytes of the same
 * points are no keys at all, which is another guard's affair.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  `01${'00'.repeat(56)}`,
  `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
  '00'.repeat(57),
  `${'00'.repeat(56)}80`,
]);

/** Whether an Edwards curve's key is one of the few points of small order, under which signatures of anything verify. */
export function isSmallOrder({ algorithm, public: raw }: VerificationKey): boolean {
  return algorithm.kty === 'OKP' && SMALL_ORDER.has(hex(raw));
}
