/** A policy as JSON: what `stuntkey new --policy` takes and a key's settings keep. */

import { type ModelName, policyOf } from '../authenticator/models/registry.ts';
import { resolvePolicy } from '../authenticator/policy/resolve.ts';
import { policyJsonShape } from '../authenticator/policy/schema.ts';
import type { Policy } from '../authenticator/policy/type.ts';
import { fromHex } from '../base/bytes.ts';
import { check } from '../base/shape.ts';
import type { JsonObject } from '../store/lmdb/store.ts';

/** Members of a policy, those that are bytes in the form they are written in. */
export function policyFrom({ $schema: _, aaguid, ...rest }: JsonObject): Partial<Policy> {
  if (aaguid === undefined) return rest as Partial<Policy>;
  return { ...rest, aaguid: fromHex(String(aaguid).replaceAll('-', '')) } as Partial<Policy>;
}

/** Whether it is a policy for a model. @throws StuntkeyError `bad-policy` that names the member */
export function checkPolicy(json: unknown, model: ModelName | undefined): JsonObject {
  check(policyJsonShape, json, 'bad-policy', '--policy');
  resolvePolicy(policyFrom(json as JsonObject), policyOf(model));
  return json as JsonObject;
}
