/** A policy out of JSON, as settings, command lines and requests have it. */
import { fromHex } from '../../base/bytes.ts';
import type { Policy } from './type.ts';

/** Members of a policy, those that are bytes in the form they are written in. */
export function policyFromJson({
  $schema: _,
  aaguid,
  ...rest
}: Readonly<Record<string, unknown>>): Partial<Policy> {
  if (aaguid === undefined) return rest as Partial<Policy>;
  return { ...rest, aaguid: fromHex(String(aaguid).replaceAll('-', '')) } as Partial<Policy>;
}
