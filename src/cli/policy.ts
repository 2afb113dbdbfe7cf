/** A policy as JSON: what `stuntkey new --policy` takes and a key's settings keep. */
import { type ModelName, policyOf } from '../authenticator/models/registry.ts';
import { policyFromJson } from '../authenticator/policy/json.ts';
import { resolvePolicy } from '../authenticator/policy/resolve.ts';
import { policyJsonShape } from '../authenticator/policy/schema.ts';
import { check } from '../base/shape.ts';
import type { JsonObject } from '../store/lmdb/store.ts';

/** Whether it is a policy for a model. @throws StuntkeyError `bad-policy` that names the member */
export function checkPolicy(json: unknown, model: ModelName | undefined): JsonObject {
  check(policyJsonShape, json, 'bad-policy', '--policy');
  resolvePolicy(policyFromJson(json as JsonObject), policyOf(model));
  return json as JsonObject;
}
