/**
 * A FIDO Metadata Service BLOB (https://fidoalliance.org/specs/mds/fido-metadata-service-v3.1-ps-20250521.html#sctn-mds-blob): a JWT
 * that describes models, signed by the authority that attests for them. With it, a server's use of metadata can be
 * tested offline.
 */

import { type ModelName, models } from '../authenticator/models/registry.ts';
import type { AttestationAuthority } from '../authority/authority.ts';
import type { AttestationIdentity } from '../authority/identity.ts';
import { base64, base64url } from '../base/base64url.ts';
import { utf8 } from '../base/bytes.ts';
import { check, exactly, having, listOf, maybe, oneOf, type Shape, text, whole } from '../base/shape.ts';
import { engineFor } from '../crypto/engine.ts';
import { rawSignature } from '../crypto/formats/ecdsa.ts';
import { type Json, metadataStatement } from './statement.ts';

/** The content of a BLOB. */
export interface MetadataOptions {
  /** Default: all models with an AAGUID of their own. */
  readonly models?: readonly ModelName[];
  /** The BLOB's number, greater than that of the BLOB before. Default: 1. */
  readonly no?: number;
  /** The date of the next BLOB, such as `2030-01-31`. Default: 2099-12-31. */
  readonly nextUpdate?: string;
  /** The status of a model, such as `REVOKED` or `ATTESTATION_KEY_COMPROMISE`. Default: `NOT_FIDO_CERTIFIED`. */
  readonly status?: Partial<Readonly<Record<ModelName, string>>>;
}

const names = (): ModelName[] => Object.keys(models) as ModelName[];

const shape: Shape<MetadataOptions> = exactly(() => ({
  models: maybe(listOf(oneOf(names()), 'an array of models')),
  no: maybe(whole(0)),
  nextUpdate: maybe(text({ pattern: /^\d{4}-\d\d-\d\d$/, what: 'a date such as 2030-01-31' })),
  status: maybe(
    exactly(
      Object.fromEntries(names().map((name) => [name, maybe(text({ least: 1 }))])),
      'statuses of models, such as { bitwarden: "REVOKED" }',
    ),
  ),
}));

const authorityShape = having<AttestationAuthority>(
  'an authority: new AttestationAuthority()',
  'signer',
  'root',
);

const SINCE = '2026-01-01';

/** See metadata.ts. */
export async function makeBlob(authority: AttestationAuthority, options: MetadataOptions): Promise<string> {
  check(authorityShape, authority, 'bad-options', 'authority');
  check(shape, options, 'bad-options');
  const root = await authority.root();
  const chosen = options.models ?? names();
  const entries: Json[] = [];
  for (const name of chosen) {
    const statement = await metadataStatement(name, root);
    // U2F keys have no AAGUID, and are found by their certificates' keys, which change with every batch.
    if (statement.aaguid === undefined) continue;
    entries.push(entryOf(statement, options.status?.[name]));
  }
  return signedBlob(await authority.signer('metadata'), entries, options);
}

/** What a BLOB says of one model. */
export function entryOf(statement: Json, status = 'NOT_FIDO_CERTIFIED'): Json {
  return {
    aaguid: statement.aaguid,
    metadataStatement: statement,
    statusReports: [{ status, effectiveDate: SINCE }],
    timeOfLastStatusChange: SINCE,
  };
}

/** A BLOB with these entries, signed with the given key. */
export async function signedBlob(
  { key, certificates }: AttestationIdentity,
  entries: readonly Json[],
  options: Pick<MetadataOptions, 'no' | 'nextUpdate'> = {},
): Promise<string> {
  const header = { alg: 'ES256', typ: 'JWT', x5c: certificates.map(base64) };
  const payload = {
    legalHeader: 'stuntkey test metadata: for tests only, and of no product.',
    no: options.no ?? 1,
    nextUpdate: options.nextUpdate ?? '2099-12-31',
    entries,
  };
  const text = [header, payload].map((part) => base64url(utf8(JSON.stringify(part)))).join('.');
  const signature = await engineFor({ deterministic: true }).sign(key, utf8(text));
  return `${text}.${base64url(rawSignature(signature, 32))}`;
}
