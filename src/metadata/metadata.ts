/** Metadata, loaded when it is asked for: few programs make any. */
import type { AttestationAuthority } from '../authority/authority.ts';
import type { MetadataOptions } from './blob.ts';
import type { TrialMetadata } from './trial.ts';

/**
 * Makes a BLOB that an authority signs. A server trusts it if it has the authority's root as the root of its metadata.
 *
 * @throws StuntkeyError `bad-options` that names the option
 * @example
 * ```ts
 * import { AttestationAuthority, metadataBlob } from 'stuntkey';
 * const blob = await metadataBlob(new AttestationAuthority(), { models: ['yubikey-5-nfc'] });
 * console.log(blob.split('.').length); // 3
 * ```
 */
export async function metadataBlob(
  authority: AttestationAuthority,
  options: MetadataOptions = {},
): Promise<string> {
  const { makeBlob } = await import('./blob.ts');
  return makeBlob(authority, options);
}

/**
 * Makes metadata on trial, under the authority that attests for every device unless told otherwise.
 *
 * @example
 * ```js
 * import { trialMetadata } from 'stuntkey';
 * const { root, blobs } = await trialMetadata();
 * console.log(root.startsWith('-----BEGIN CERTIFICATE-----'), Object.keys(blobs).includes('signature')); // true true
 * ```
 */
export async function trialMetadata(): Promise<TrialMetadata> {
  const { makeTrial } = await import('./trial.ts');
  return makeTrial();
}
