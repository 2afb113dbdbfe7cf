/**
 * A certificate authority for tests: a root, an intermediate, and leaves for the attestation keys of models. All follows from
 * a public seed, so every program can make them, and every name contains "stuntkey test".
 */

import { concat, hex, utf8 } from '../base/bytes.ts';
import { Cache } from '../base/cache.ts';
import { messageOf } from '../base/message-of.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { engineFor } from '../crypto/engine.ts';
import { fromPem, toPem } from '../crypto/formats/pem.ts';
import { sha256 } from '../crypto/hash.ts';
import type { KeyPair } from '../crypto/key-pair.ts';
import { seededRandom } from '../crypto/random.ts';
import type {
  AttestationIdentity,
  AttestationSource,
  CertificateExtension,
  DistinguishedName,
  IdentityRequest,
} from './identity.ts';
import { type AuthorityOptions, checkedOptions } from './options.ts';

export type { AuthorityOptions } from './options.ts';

const ES256 = -7;
/** How many certificates of batches are kept: a device shows the same one at every registration. */
const MOST_KEPT = 64;
const ID_FIDO_GEN_CE_AAGUID = '1.3.6.1.4.1.45724.1.1.4';
const ID_CE_CRL_DISTRIBUTION_POINTS = '2.5.29.31';

/** The seed of every device's default authority. */
const DEFAULT_AUTHORITY_SEED = 'stuntkey test attestation';

/**
 * The AAGUID of a model, 16 bytes, that tests agree on: `revocationList([REVOKED_MODEL])` of an authority with the flaw `revoked` names its
 * certificate, so that a test can see whether a server with that list reads it.
 */
export const REVOKED_MODEL: Uint8Array = utf8('stuntkey revoked');

interface Issuer {
  readonly name: DistinguishedName;
  readonly key: KeyPair;
  readonly certificate: Uint8Array;
}

const VALID = { notBefore: new Date(Date.UTC(2024, 0, 1)), notAfter: new Date(Date.UTC(2124, 0, 1)) };
const EXPIRED = { notBefore: new Date(Date.UTC(2020, 0, 1)), notAfter: new Date(Date.UTC(2021, 0, 1)) };
const NOT_YET = { notBefore: new Date(Date.UTC(2100, 0, 1)), notAfter: new Date(Date.UTC(2124, 0, 1)) };

/** The names of root and issuers, which have to differ: one line each. */
const ROOT: DistinguishedName = [
  ['CN', 'stuntkey test root'],
  ['O', 'stuntkey test'],
  ['C', 'AA'],
];
const INTERMEDIATE: DistinguishedName = [
  ['O', 'stuntkey test'],
  ['C', 'AA'],
];

/**
 * The authority behind a device's attestations.
 *
 * @example
 * ```ts
 * import { AttestationAuthority, Authenticator } from 'stuntkey';
 * const authority = new AttestationAuthority();
 * const authenticator = new Authenticator({ model: 'yubikey-5-nfc', attestation: authority });
 * const root = await authority.rootPem(); // what a server is to trust
 * console.log(root.split('\n')[0]); // -----BEGIN CERTIFICATE-----
 * ```
 */
export class AttestationAuthority implements AttestationSource {
  readonly #options: AuthorityOptions;
  readonly #seed: string;
  readonly #engine = engineFor({ deterministic: true });
  readonly #keys = new Map<string, Promise<KeyPair>>();
  /** Certificates by all that is in them. */
  readonly #made = new Cache<string, Promise<Uint8Array>>(MOST_KEPT);
  #root: Promise<Issuer> | undefined;
  #intermediate: Promise<Issuer> | undefined;

  /** @throws StuntkeyError `bad-options` that names the option */
  constructor(options: AuthorityOptions = {}) {
    this.#options = checkedOptions(options);
    this.#seed = options.seed ?? DEFAULT_AUTHORITY_SEED;
  }

  /** DER of the root's certificate. @throws StuntkeyError `bad-authority` for a wrong root */
  async root(): Promise<Uint8Array> {
    return (await this.#rootIssuer()).certificate;
  }

  /** The root's certificate in PEM. */
  async rootPem(): Promise<string> {
    return toPem('CERTIFICATE', await this.root());
  }

  /** DER of the intermediate's certificate; undefined where the root issues by itself. */
  async intermediate(): Promise<Uint8Array | undefined> {
    return this.#options.intermediate === false ? undefined : (await this.#issuer(false)).certificate;
  }

  /**
   * The revocation list of the issuer of leaves, in PEM: with the flaw `revoked`, it has the leaves of the given models.
   *
   * @param aaguids 16 bytes each
   * @param purposes of {@link signer}, whose certificates are revoked as well
   */
  async revocationList(
    aaguids: readonly Uint8Array[] = [],
    purposes: readonly string[] = [],
  ): Promise<string> {
    const names = [...aaguids.map((aaguid) => leafName(aaguid, 1, undefined)), ...purposes];
    return this.#revoked(await this.#issuer(false), names);
  }

  /** The list of what the root has revoked, in PEM: with the flaw `revoked`, the intermediate. */
  async rootRevocationList(): Promise<string> {
    return this.#revoked(await this.#rootIssuer(), [this.#branch]);
  }

  async #revoked(issuer: Issuer, names: readonly string[]): Promise<string> {
    const { makeRevocationList } = await import('./certificate.ts');
    const revoked = this.#options.flaw === 'revoked' ? names : [];
    const list = await makeRevocationList(this.#engine, {
      issuer: issuer.name,
      issuerKey: issuer.key,
      serialNumbers: revoked.map((name) => this.#serial(name)),
      thisUpdate: VALID.notBefore,
      nextUpdate: VALID.notAfter,
    });
    return toPem('X509 CRL', list);
  }

  /** What the keys of its intermediate are for. */
  get #branch(): string {
    const { branch } = this.#options;
    return branch === undefined ? 'intermediate' : `intermediate ${branch}`;
  }

  /** A key of its own, by what it is for, and the chain that says so; for whatever else has to be signed. */
  async signer(purpose: string): Promise<AttestationIdentity> {
    const key = await this.#key(purpose, ES256);
    const subject: DistinguishedName = [
      ['CN', `stuntkey test ${purpose}`],
      ['O', 'stuntkey test'],
      ['C', 'AA'],
    ];
    return this.#certified(key, subject, purpose, [], false);
  }

  /**
   * Signs the content of a certificate, right or wrong: for tests of refusal, which change a certificate of this authority.
   *
   * @param tbsCertificate DER of a TBSCertificate (RFC 5280 section 4.1)
   * @param alone whether the root signs, instead of the issuer of leaves
   * @returns DER of the ECDSA signature with SHA-256
   */
  async signTbs(tbsCertificate: Uint8Array, alone = false): Promise<Uint8Array> {
    const { key } = await this.#issuer(alone);
    return this.#engine.sign(key, tbsCertificate);
  }

  /** A key and its certificates, for a device that attests. */
  async identity(request: IdentityRequest): Promise<AttestationIdentity> {
    const { fmt, batch, deviceSerialNumber, algorithm = ES256 } = request;
    const aaguid = this.#options.flaw === 'wrong-aaguid' ? wrong(request.aaguid) : request.aaguid;
    const name = leafName(aaguid, batch, deviceSerialNumber);
    const key = request.key ?? (await this.#key(`${name} ${algorithm}`, algorithm));
    const extensions = [
      ...(await this.#published()),
      ...(request.extensions ?? []),
      ...(NAMES_ITS_MODEL.includes(fmt) ? [aaguidExtension(aaguid)] : []),
    ];
    // A certificate made for one credential has a serial number of its own.
    const serialOf = request.key === undefined ? name : `${name} ${hex(sha256(key.public))}`;
    const alone = request.alone === true || deviceSerialNumber !== undefined;
    const identity = await this.#certified(
      key,
      subjectOf(fmt, deviceSerialNumber),
      serialOf,
      extensions,
      alone,
    );
    if (request.withRoot !== true || this.#options.sendsRoot === false) return identity;
    return { key, certificates: [...identity.certificates, await this.root()] };
  }

  async #certified(
    key: KeyPair,
    subject: DistinguishedName,
    serialOf: string,
    extensions: readonly CertificateExtension[],
    alone: boolean,
  ): Promise<AttestationIdentity> {
    const issuer = this.#options.flaw === 'self-made' ? undefined : await this.#issuer(alone);
    const content = [subject, serialOf, alone, key.algorithm, hex(key.public), extensions.map(contentOf)];
    const name = JSON.stringify(content);
    // Signatures are deterministic: the same content is the same certificate.
    let making = this.#made.get(name);
    if (making === undefined) {
      making = this.#makeLeaf(key, subject, serialOf, extensions, issuer);
      this.#made.set(name, making);
    }
    const certificate = (await making).slice();
    const chain = issuer === undefined || alone || this.#options.intermediate === false;
    return { key, certificates: chain ? [certificate] : [certificate, (issuer as Issuer).certificate] };
  }

  async #makeLeaf(
    key: KeyPair,
    subject: DistinguishedName,
    serialOf: string,
    extensions: readonly CertificateExtension[],
    issuer: Issuer | undefined,
  ): Promise<Uint8Array> {
    const { makeCertificate } = await import('./certificate.ts');
    const { flaw } = this.#options;
    return makeCertificate(this.#engine, {
      issuer: issuer?.name ?? subject,
      issuerKey: issuer?.key ?? (await this.#selfMade(key)),
      subject,
      subjectKey: key,
      serialNumber: this.#serial(serialOf),
      ...(flaw === 'expired' ? EXPIRED : flaw === 'not-yet-valid' ? NOT_YET : VALID),
      authority: false,
      extensions,
    });
  }

  /** A certificate without an authority: signed by its own key where that can be, else by a key that no chain leads to. */
  async #selfMade(key: KeyPair): Promise<KeyPair> {
    return key.algorithm === ES256 ? key : this.#key('self-made', ES256);
  }

  async #published(): Promise<CertificateExtension[]> {
    const { crlUrl } = this.#options;
    if (crlUrl === undefined) return [];
    const { distributionPoint } = await import('./certificate.ts');
    return [{ id: ID_CE_CRL_DISTRIBUTION_POINTS, critical: false, value: distributionPoint(crlUrl) }];
  }

  #issuer(alone: boolean): Promise<Issuer> {
    if (alone || this.#options.intermediate === false) return this.#rootIssuer();
    this.#intermediate ??= this.#makeIntermediate();
    return this.#intermediate;
  }

  #rootIssuer(): Promise<Issuer> {
    const { root } = this.#options;
    this.#root ??= root === undefined ? this.#makeRoot() : readRoot(root);
    return this.#root;
  }

  async #makeRoot(): Promise<Issuer> {
    const { makeCertificate } = await import('./certificate.ts');
    const key = await this.#key('root', ES256);
    const certificate = await makeCertificate(this.#engine, {
      issuer: ROOT,
      issuerKey: key,
      subject: ROOT,
      subjectKey: key,
      serialNumber: this.#serial('root'),
      ...VALID,
      authority: true,
    });
    return { name: ROOT, key, certificate };
  }

  async #makeIntermediate(): Promise<Issuer> {
    const { makeCertificate } = await import('./certificate.ts');
    const root = await this.#rootIssuer();
    const key = await this.#key(this.#branch, ES256);
    const name: DistinguishedName = [['CN', `stuntkey test ${this.#branch}`], ...INTERMEDIATE];
    const certificate = await makeCertificate(this.#engine, {
      issuer: root.name,
      issuerKey: root.key,
      subject: name,
      subjectKey: key,
      serialNumber: this.#serial(this.#branch),
      ...VALID,
      authority: true,
    });
    return { name, key, certificate };
  }

  #key(purpose: string, algorithm: number): Promise<KeyPair> {
    let key = this.#keys.get(purpose);
    if (key === undefined) {
      const random = seededRandom(`${this.#seed}: key: ${purpose}`);
      key = Promise.resolve(this.#engine.generate(algorithm, (length) => random(length, 'key')));
      this.#keys.set(purpose, key);
    }
    return key;
  }

  /** 16 bytes that no other certificate of this authority has; positive. */
  #serial(purpose: string): Uint8Array {
    const serial = sha256(utf8(`${this.#seed}: serial: ${purpose}`)).slice(0, 16);
    serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
    return serial;
  }
}

const contentOf = ({ id, critical, value }: CertificateExtension): readonly unknown[] => [
  id,
  critical,
  hex(value),
];

/** Formats whose certificates may name the model (WebAuthn sections 8.2.1, 8.3.1). */
const NAMES_ITS_MODEL: readonly string[] = ['packed', 'tpm'];

function leafName(aaguid: Uint8Array, batch: number, deviceSerialNumber: string | undefined): string {
  return `${hex(aaguid)} ${deviceSerialNumber ?? `batch ${batch}`}`;
}

function wrong(aaguid: Uint8Array): Uint8Array {
  return aaguid.map((byte) => byte ^ 0xff);
}

/** An OCTET STRING of 16 bytes (which, as every extension, is inside another). */
function aaguidExtension(aaguid: Uint8Array): CertificateExtension {
  return { id: ID_FIDO_GEN_CE_AAGUID, critical: false, value: concat(Uint8Array.of(0x04, 0x10), aaguid) };
}

function subjectOf(fmt: string, deviceSerialNumber: string | undefined): DistinguishedName {
  switch (fmt) {
    case 'tpm':
      return []; // Its name is in subjectAltName (WebAuthn section 8.3.1).
    case 'android-safetynet':
      // Verifiers look for this name, and find the next line too.
      return [
        ['CN', 'attest.android.com'],
        ['O', 'stuntkey test'],
        ['C', 'AA'],
      ];
    default:
      return [
        ['C', 'AA'],
        ['O', 'stuntkey test'],
        ['OU', 'Authenticator Attestation'],
        ['CN', `stuntkey test ${fmt} attestation`],
        ...(deviceSerialNumber === undefined ? [] : [['serialNumber', deviceSerialNumber] as const]),
      ];
  }
}

async function readRoot({
  certificate,
  privateKey,
}: {
  readonly certificate: string;
  readonly privateKey: string;
}): Promise<Issuer> {
  const [{ readAuthority }, { fromPkcs8 }] = await Promise.all([
    import('./read-authority.ts'),
    import('../crypto/formats/pkcs8.ts'),
  ]);
  try {
    const der = fromPem('CERTIFICATE', certificate);
    const key = fromPkcs8(ES256, fromPem('PRIVATE KEY', privateKey));
    return { name: readAuthority(der, key), key, certificate: der };
  } catch (cause) {
    const why = messageOf(cause);
    throw new StuntkeyError('bad-authority', `root: ${why}`, { cause });
  }
}
