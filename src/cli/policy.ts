/** A policy as JSON: what `stuntkey new --policy` takes and a key's settings keep. */

import { type ModelName, policyOf } from '../authenticator/models/registry.ts';
import { defaultPolicy, type Policy, resolvePolicy } from '../authenticator/policy/policy.ts';
import { fromHex } from '../base/bytes.ts';
import type { JsonObject } from '../store/lmdb/store.ts';
import { UsageError } from './error.ts';

/** What is no JSON, or has no default to compare with. */
const OPTIONAL: Readonly<Record<string, string>> = {
  uvModality: 'number',
  transportsForReset: 'object',
  pinComplexityPolicyUrl: 'string',
  certifications: 'object',
};
const NOT_IN_JSON: readonly string[] = ['vendorConfigCommands', 'tpm'];

/** Members of a policy, those that are bytes in the form they are written in. */
export function policyFrom(json: JsonObject): Partial<Policy> {
  const { aaguid, ...rest } = json;
  if (aaguid === undefined) return rest as Partial<Policy>;
  return { ...rest, aaguid: fromHex(String(aaguid).replaceAll('-', '')) } as Partial<Policy>;
}

/** Whether it is a policy for a model. @throws UsageError that names the member; StuntkeyError `bad-policy` */
export function checkPolicy(json: unknown, model: ModelName | undefined): JsonObject {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new UsageError('--policy: expected a JSON object');
  }
  for (const [name, value] of Object.entries(json)) {
    const known = name === 'aaguid' ? '' : (defaultPolicy as unknown as Record<string, unknown>)[name];
    const type = OPTIONAL[name] ?? typeof known;
    if (type === 'undefined' || NOT_IN_JSON.includes(name)) {
      throw new UsageError(`--policy: there is no member ${name}`);
    }
    if (
      typeof value !== type ||
      Array.isArray(value) !== (Array.isArray(known) || name === 'transportsForReset')
    ) {
      throw new UsageError(
        `--policy: ${name}: expected ${Array.isArray(known) ? 'an array' : `a ${type}`}, got ${JSON.stringify(value)}`,
      );
    }
    if (name === 'aaguid' && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(String(value))) {
      throw new UsageError(`--policy: aaguid: expected a UUID, got ${value}`);
    }
  }
  resolvePolicy({ ...policyOf(model), ...policyFrom(json as JsonObject) });
  return json as JsonObject;
}
