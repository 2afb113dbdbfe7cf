/**
 * A BLOB of the FIDO Metadata Service, as a server has to look at it before it believes one
 * (https://fidoalliance.org/specs/mds/fido-metadata-service-v3.1-ps-20250521.html#sctn-mds-blob-object-processing-rules).
 */
import { fromBase64, fromBase64url, isBase64url } from '../base/base64url.ts';
import { equal, fromUtf8, utf8 } from '../base/bytes.ts';
import { type Clock, systemClock, wallTime } from '../base/clock.ts';
import { StuntkeyError } from '../base/stuntkey-error.ts';
import { verifySignature } from '../crypto/any-hash.ts';
import type { Certificate } from './attestation/certificate.ts';
import { readTrust } from './attestation/read-trust.ts';
import { type Finding, shown, unless } from './guard.ts';
import { derSignature } from './lenient/ecdsa.ts';
import type { Trust } from './registration-context.ts';

/** What a BLOB is judged by. */
export interface ExpectedMetadata {
  /** Certificates (PEM, or base64 or bytes of DER) that its chain is to end at. */
  readonly trustAnchors: readonly (string | Uint8Array)[];
  /** Lists of revoked certificates in PEM. */
  readonly revocationLists?: readonly string[];
  /** Names of checks that are switched off, for tests of tests. Default: none. */
  readonly off?: Iterable<string>;
  /** By which certificates are valid. Default: the machine's time. */
  readonly clock?: Clock;
}

/** What came of it. */
export interface MetadataVerification {
  readonly verified: boolean;
  /** The check that failed, what was expected, and what came. */
  readonly failed?: Finding & { readonly name: string };
  /** Statuses of models, by AAGUID as UUID. Only if verified. */
  readonly statuses?: Readonly<Record<string, readonly string[]>>;
}

interface Blob {
  readonly chain: readonly Certificate[];
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
  readonly entries: readonly { readonly aaguid?: unknown; readonly statusReports?: unknown }[];
}

type Check = (blob: Blob, trust: Trust, now: number) => Finding | undefined | Promise<Finding | undefined>;

const CHECKS: Readonly<Record<string, Check>> = {
  'metadata.dates': ({ chain }, _trust, now) =>
    unless(
      chain.every(({ notBefore, notAfter }) => now >= notBefore && now <= notAfter),
      'certificates that are valid now',
      () => 'one that is not',
    ),
  'metadata.chain': async ({ chain }, { anchors }) =>
    unless(await leadsTo(chain, anchors), 'a chain to a trust anchor', () => 'another one'),
  'metadata.revoked': async ({ chain }, { revocations }) => {
    const { isRevokedBy } = await import('./attestation/certificate.ts');
    const revoked = chain.find((one) => revocations.some((list) => isRevokedBy(one, list)));
    return unless(
      revoked === undefined,
      'no revoked certificate',
      () => `serial number ${revoked?.serialNumber}`,
    );
  },
  'metadata.signature': async ({ chain: [leaf], signed, signature }) => {
    const half = signature.length / 2;
    const verifies =
      leaf?.key?.algorithm.kty === 'EC2' &&
      (await verifySignature(
        leaf.key.algorithm,
        leaf.key.public,
        'SHA-256',
        signed,
        derSignature({ r: signature.subarray(0, half), s: signature.subarray(half) }),
      ));
    return unless(verifies, 'a signature that verifies', () => 'one that does not');
  },
};

/** Names of the checks of a BLOB, in their order. */
export const metadataChecks: readonly string[] = ['metadata.jwt', ...Object.keys(CHECKS)];

/**
 * Verifies a BLOB, check by check, up to the first that fails. A bad BLOB never throws.
 *
 * @throws StuntkeyError `bad-expectation` for trust anchors or revocation lists that are none; `unknown-check` for a name in `off`
 * @example
 * ```ts
 * import { AttestationAuthority, metadataBlob } from 'stuntkey';
 * import { verifyMetadata } from 'stuntkey/verify';
 * const authority = new AttestationAuthority();
 * const blob = await metadataBlob(authority, { models: ['yubikey-5-nfc'] });
 * const { verified } = await verifyMetadata(blob, { trustAnchors: [await authority.root()] });
 * console.log(verified); // true
 * ```
 */
export async function verifyMetadata(
  blob: unknown,
  { off = [], clock = systemClock, ...given }: ExpectedMetadata,
): Promise<MetadataVerification> {
  const without = new Set(off);
  const unknown = [...without].find((name) => !metadataChecks.includes(name));
  if (unknown !== undefined)
    throw new StuntkeyError(
      'unknown-check',
      `expected one of ${metadataChecks.join(', ')}, got "${unknown}"`,
    );
  const trust = await readTrust(given);
  const read = await readBlob(blob);
  if (read === undefined)
    return {
      verified: false,
      failed: { name: 'metadata.jwt', expected: 'a JWT of ES256 with x5c and entries', got: shown(blob) },
    };
  for (const [name, check] of Object.entries(CHECKS)) {
    const finding = without.has(name) ? undefined : await check(read, trust, wallTime(clock));
    if (finding !== undefined) return { verified: false, failed: { name, ...finding } };
  }
  return { verified: true, statuses: statusesOf(read) };
}

async function readBlob(blob: unknown): Promise<Blob | undefined> {
  const parts = typeof blob === 'string' ? blob.trim().split('.') : [];
  if (parts.length !== 3 || !parts.every(isBase64url)) return undefined;
  const [head, body, signature] = parts as [string, string, string];
  try {
    const { alg, x5c } = JSON.parse(fromUtf8(fromBase64url(head)));
    const { entries } = JSON.parse(fromUtf8(fromBase64url(body)));
    if (alg !== 'ES256' || !Array.isArray(entries)) return undefined;
    const { readCertificate } = await import('./attestation/certificate.ts');
    const chain = (x5c as string[]).map((one) => readCertificate(fromBase64(one)));
    if (chain.length === 0) return undefined;
    return { chain, entries, signed: utf8(`${head}.${body}`), signature: fromBase64url(signature) };
  } catch {
    return undefined;
  }
}

/** Whether each certificate is signed by the next, and the last is an anchor, or signed by one. */
async function leadsTo(chain: readonly Certificate[], anchors: readonly Certificate[]): Promise<boolean> {
  const { isSignedBy } = await import('./attestation/certificate.ts');
  const issued = async (one: Certificate, issuer: Certificate): Promise<boolean> =>
    equal(one.issuer, issuer.subject) && (await isSignedBy(one, issuer.key));
  for (const [at, issuer] of chain.slice(1).entries())
    if (issuer.basicConstraints?.ca !== true || !(await issued(chain[at] as Certificate, issuer)))
      return false;
  const last = chain.at(-1) as Certificate;
  for (const anchor of anchors) if (equal(anchor.der, last.der) || (await issued(last, anchor))) return true;
  return false;
}

function statusesOf({ entries }: Blob): Record<string, readonly string[]> {
  const statuses: Record<string, readonly string[]> = {};
  for (const { aaguid, statusReports } of entries) {
    if (typeof aaguid !== 'string') continue;
    const reports: readonly { readonly status?: unknown }[] = Array.isArray(statusReports)
      ? statusReports
      : [];
    statuses[aaguid] = reports.flatMap(({ status }) => (typeof status === 'string' ? [status] : []));
  }
  return statuses;
}
