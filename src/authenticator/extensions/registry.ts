/** Every extension there is; which of them a device has is its policy's choice. */
import type { CborValue } from '../../cbor/cbor.ts';
import { extensionsOf } from '../capabilities.ts';
import { credBlob } from './cred-blob.ts';
import { credProtect } from './cred-protect.ts';
import type { Assertion, Creation, Extension } from './extension.ts';
import { hmacSecret, hmacSecretMc } from './hmac-secret.ts';
import { largeBlob } from './large-blob.ts';
import { largeBlobKey } from './large-blob-key.ts';
import { minPinLength } from './min-pin-length.ts';
import { pinComplexityPolicy } from './pin-complexity-policy.ts';
import { thirdPartyPayment } from './third-party-payment.ts';

const EXTENSIONS: readonly Extension[] = [
  credProtect,
  credBlob,
  largeBlobKey,
  largeBlob,
  minPinLength,
  pinComplexityPolicy,
  hmacSecret,
  hmacSecretMc,
  thirdPartyPayment,
];

function* requested(
  supported: readonly string[],
  inputs: ReadonlyMap<string, CborValue> | undefined,
): Generator<[Extension, CborValue]> {
  if (inputs === undefined) return;
  for (const extension of EXTENSIONS) {
    const input = inputs.get(extension.id);
    if (input !== undefined && supported.includes(extension.id)) yield [extension, input];
  }
}

/** Lets every extension that is supported and asked for take part; unknown ones are ignored. */
export function processCreationExtensions(creation: Creation): void {
  for (const [extension, input] of requested(
    extensionsOf(creation.device.policy),
    creation.request.extensions,
  )) {
    extension.onMakeCredential?.(creation, input);
  }
}

/** As {@link processCreationExtensions}, for an assertion. */
export function processAssertionExtensions(assertion: Assertion): void {
  for (const [extension, input] of requested(
    extensionsOf(assertion.device.policy),
    assertion.request.extensions,
  )) {
    extension.onGetAssertion?.(assertion, input);
  }
}
