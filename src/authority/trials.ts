/**
 * Models whose metadata is on trial: each is described by a BLOB of its own, of which all but one are not to be believed, or believed to say
 * that the model is bad. What a server makes of a BLOB shows in whether it registers an authenticator of that model.
 */
import { utf8 } from '../base/bytes.ts';
import { sha256 } from '../crypto/hash.ts';

/** What can be wrong with a BLOB on trial. */
export const trials = [
  'good',
  'status',
  'signature',
  'chain',
  'revoked-intermediate',
  'revoked-signer',
] as const;
/** What is wrong with a BLOB on trial. */
export type Trial = (typeof trials)[number];

/** The AAGUID of the model, 16 bytes. */
export function modelOnTrial(trial: Trial): Uint8Array {
  return sha256(utf8(`stuntkey test metadata: ${trial}`)).slice(0, 16);
}
