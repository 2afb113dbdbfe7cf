/** The client extensions. Others are ignored. */
import type { CreationOptions, RequestOptions } from '../../webauthn/types.ts';
import type { ClientExtension, CreationPart, DeviceAnswer, RequestPart } from './extension.ts';
import { hmacCreateSecret, hmacGetSecret } from './hmac-secret.ts';
import { largeBlob } from './large-blob.ts';
import { prf } from './prf.ts';
import {
  appid,
  credBlob,
  credentialProtectionPolicy,
  credProps,
  enforceCredentialProtectionPolicy,
  getCredBlob,
  minPinLength,
  payment,
  pinComplexityPolicy,
} from './simple.ts';

const EXTENSIONS: readonly ClientExtension[] = [
  credProps,
  credentialProtectionPolicy,
  minPinLength,
  pinComplexityPolicy,
  credBlob,
  getCredBlob,
  hmacCreateSecret,
  hmacGetSecret,
  prf,
  largeBlob,
  payment,
  appid,
  enforceCredentialProtectionPolicy,
];

/** Identifiers of the extensions, for getClientCapabilities: those above and those that ceremonies have in their own steps. */
export const clientExtensionIds: readonly string[] = [
  ...EXTENSIONS.map(({ id }) => id),
  'appidExclude',
  'remoteClientDataJSON',
].sort();

/** Parts of a ceremony by the identifiers of their extensions. */
export type Parts<Part> = readonly (readonly [id: string, part: Part])[];

/** Step 12 of create(): every input is read, in the order of the registry. */
export function creationParts(options: CreationOptions): Parts<CreationPart> {
  return partsOf(options.extensions, ({ onCreate }, input) => onCreate?.(input, options));
}

/** Steps 8 and 9 of get(). */
export function requestParts(options: RequestOptions): Parts<RequestPart> {
  return partsOf(options.extensions, ({ onGet }, input) => onGet?.(input, options));
}

function partsOf<Part>(
  inputs: Readonly<Record<string, unknown>>,
  read: (extension: ClientExtension, input: unknown) => Part | undefined,
): Parts<Part> {
  const parts: [id: string, part: Part][] = [];
  for (const extension of EXTENSIONS) {
    const input = inputs[extension.id];
    const part = input === undefined ? undefined : read(extension, input);
    if (part !== undefined) parts.push([extension.id, part]);
  }
  return parts;
}

/** The outputs of the extensions: clientExtensionResults. */
export async function outputsOf(
  parts: Parts<Pick<CreationPart, 'output'>>,
  answer: DeviceAnswer,
): Promise<Record<string, unknown>> {
  const results: Record<string, unknown> = {};
  for (const [id, { output }] of parts) {
    const value = await output?.(answer);
    if (value !== undefined) results[id] = value;
  }
  return results;
}
