/** The credentials on the device, as their owner sees them. */
import type { CredentialChanges } from '../../authenticator/credentials.ts';
import { base64url } from '../../base/base64url.ts';
import { equal } from '../../base/bytes.ts';
import type { JsonSchema } from '../../base/json-schema.ts';
import { described, text, whole } from '../../base/shape.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { exportCredentials, importCredentials } from '../../portable/collection.ts';
import { exportCredential, type PortableFormat } from '../../portable/convert.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { bytesOf, knownOf } from '../bytes.ts';
import { credentialJson } from '../credential-json.ts';
import { HttpError } from '../error.ts';
import type { House } from '../house.ts';
import { base64urlText, format, type Parameter, parameter } from '../requests/common.ts';
import type { ImportRequest } from '../requests/credentials.ts';
import type { Asked, Route } from '../route.ts';
import { array, base64url as base64urlJson, just, ref } from '../shapes.ts';
import { KEPT_FOR } from '../undo.ts';

/** Which credentials, and how many at once. */
const PAGE: Readonly<Record<string, Parameter>> = {
  rpId: parameter(described(text(), 'Those of one RP only.')),
  limit: parameter(described(whole(1, 10_000), { default: 100 })),
  after: parameter(described(base64urlText(), 'Those behind this one: `next` of the answer before.')),
};
const FORMAT = parameter(format);
const NEXT: JsonSchema = { ...base64urlJson, description: 'Where to go on; absent at the end.' };
const NOT_THERE = { description: 'There is no such credential.', schema: ref('Error') };
const warnings = array(ref('Warning'));

export const credentials: readonly Route[] = [
  {
    method: 'GET',
    path: '/credentials',
    summary: 'Lists credentials, without their secrets',
    query: PAGE,
    responses: {
      200: {
        description: 'A page of them.',
        schema: just({ credentials: array(ref('Credential')), next: NEXT }, 'credentials'),
      },
    },
    handle(house, { query }) {
      const { records, ...rest } = pageOf(house, query);
      return { status: 200, body: { credentials: records.map(shown(house)), ...rest } };
    },
  },
  {
    method: 'POST',
    path: '/credentials',
    summary: 'Imports credentials: all that are given, or on any error none',
    body: 'CredentialImport',
    // A backup of twenty thousand credentials.
    longestBody: 16 * 1024 * 1024,
    responses: {
      201: {
        description: 'What is on the device now.',
        schema: just(
          { credentials: array(ref('Credential')), replaced: array(ref('Credential')), warnings },
          'credentials',
          'replaced',
          'warnings',
        ),
      },
      409: { description: 'Some of them are there already, or there is no room.', schema: ref('Error') },
    },
    async handle(house, { body }) {
      const { authenticator } = house;
      const { format = 'stuntkey', value, existing, ...unsaid } = body as ImportRequest;
      const imported = await importCredentials(authenticator.credentials, format, value, {
        ...knownOf(unsaid),
        capacity: authenticator.policy.discoverableCapacity,
        ...(existing && { existing }),
      });
      const { records, replaced, warnings } = imported;
      return {
        status: 201,
        body: { credentials: records.map(shown(house)), replaced: replaced.map(shown(house)), warnings },
      };
    },
  },
  {
    method: 'GET',
    path: '/credentials/{id}',
    summary: 'Shows a credential, without its secrets',
    responses: { 200: { description: 'It.', schema: ref('Credential') }, 404: NOT_THERE },
    handle: (house, asked) => ({ status: 200, body: shown(house)(recordOf(house, asked)) }),
  },
  {
    method: 'PATCH',
    path: '/credentials/{id}',
    summary: 'Changes some of a credential',
    body: 'CredentialChanges',
    responses: { 200: { description: 'As it is now.', schema: ref('Credential') }, 404: NOT_THERE },
    async handle(house, asked) {
      const { id, ...before } = recordOf(house, asked);
      const changes = asked.body as CredentialChanges;
      const { backupEligible, backupState } = { ...before, ...changes };
      if (backupState && !backupEligible)
        throw new HttpError(
          400,
          'bad-body',
          'body.backupState: expected false without backupEligible, got true',
        );
      await house.authenticator.credentials.update(id, changes);
      return { status: 200, body: shown(house)(recordOf(house, asked)) };
    },
  },
  {
    method: 'DELETE',
    path: '/credentials/{id}',
    summary: 'Removes a credential, which can be undone: POST /credentials/{id}/restore',
    responses: { 204: { description: 'It is gone.' }, 404: NOT_THERE },
    async handle(house, asked) {
      const record = recordOf(house, asked);
      if (!(await house.authenticator.credentials.delete(record.id))) throw noSuch(asked);
      // (Events of other changes drop what was kept; the event of this one has passed.)
      house.undo.keep(record);
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: '/credentials/{id}/restore',
    summary: 'Brings the credential back that was removed last, until the next change, or ten minutes later',
    description: 'It is the newest then, as one that was just made.',
    responses: {
      200: { description: 'As it is again.', schema: ref('Credential') },
      404: { description: 'No such credential is kept.', schema: ref('Error') },
    },
    async handle(house, asked) {
      await restore(house, asked);
      return { status: 200, body: shown(house)(recordOf(house, asked)) };
    },
  },
  {
    method: 'GET',
    path: '/credentials/{id}/export',
    summary: 'Writes a credential in a format, private key included',
    right: 'keys',
    query: { format: FORMAT },
    responses: {
      200: {
        description: 'The format’s own value, and what it has no place for.',
        schema: just({ format: FORMAT.schema, value: {}, warnings }, 'format', 'value', 'warnings'),
      },
      404: NOT_THERE,
    },
    async handle(house, asked) {
      const format = asked.query.format as PortableFormat;
      return { status: 200, body: { format, ...(await exportCredential(recordOf(house, asked), format)) } };
    },
  },
  {
    method: 'GET',
    path: '/export',
    summary: 'Writes credentials in a format, private keys included',
    right: 'keys',
    query: { format: FORMAT, ...PAGE },
    responses: {
      200: {
        description: 'The values of a page of them, and what the format has no place for.',
        schema: just(
          {
            format: FORMAT.schema,
            value: { anyOf: [{ type: 'array' }, { type: 'object' }] },
            warnings,
            next: NEXT,
          },
          'format',
          'value',
          'warnings',
        ),
      },
    },
    async handle(house, { query }) {
      const format = query.format as PortableFormat;
      const { records, ...rest } = pageOf(house, query);
      return { status: 200, body: { format, ...(await exportCredentials(records, format)), ...rest } };
    },
  },
];

/** Credentials as answers have them. */
function shown({ uses }: House): (record: CredentialRecord) => Readonly<Record<string, unknown>> {
  return (record) => ({ ...credentialJson(record), ...uses.of(base64url(record.id)) });
}

/** Some of the credentials, in the store's order; those before are only passed by. */
function pageOf(
  { authenticator }: House,
  { rpId, limit, after }: Asked['query'],
): { readonly records: readonly CredentialRecord[]; readonly next?: string } {
  const last = typeof after === 'string' ? bytesOf(after, 'query.after') : undefined;
  return authenticator.credentials.read((reader) => {
    if (last !== undefined && reader.get(last) === undefined)
      throw new HttpError(400, 'bad-query', `query.after: expected a credential that is there, got ${after}`);
    const records: CredentialRecord[] = [];
    let passed = last === undefined;
    for (const record of reader.all()) {
      const counts = passed && (rpId === undefined || record.rpId === rpId);
      if (last !== undefined && equal(record.id, last)) passed = true;
      if (!counts) continue;
      const end = records.at(-1);
      if (end !== undefined && records.length === limit) return { records, next: base64url(end.id) };
      records.push(record);
    }
    return { records };
  });
}

function recordOf({ authenticator }: House, asked: Asked): CredentialRecord {
  const record = authenticator.credentials.get(idOf(asked));
  if (record === undefined) throw noSuch(asked);
  return record;
}

/** @throws StuntkeyError `no-such-credential` */
async function restore({ authenticator, undo }: House, asked: Asked): Promise<void> {
  const { credentials } = authenticator;
  // What other processes have changed counts, too.
  credentials.follow();
  const record = undo.get(idOf(asked));
  if (record === undefined)
    throw new StuntkeyError(
      'no-such-credential',
      `no credential of the ID ${asked.params.id} is kept: one that was removed is until anything else changes, and for ${KEPT_FOR / 60_000} minutes`,
    );
  await credentials.put(record);
}

function idOf({ params }: Asked): Uint8Array {
  return bytesOf(params.id ?? '', 'id');
}

function noSuch({ params }: Asked): StuntkeyError {
  return new StuntkeyError('no-such-credential', `no credential has the ID ${params.id}`);
}
