/** The kinds that decode() knows, for options that name one. */
import type { DecodedKind } from './decode.ts';

const KINDS: Readonly<Record<DecodedKind, true>> = {
  'authenticator data': true,
  'attestation object': true,
  'COSE key': true,
  'CTAP request': true,
  'CTAP response': true,
  CBOR: true,
  'client data': true,
  'registration response': true,
  'authentication response': true,
  'creation options': true,
  'request options': true,
};

export const decodedKinds: readonly DecodedKind[] = Object.keys(KINDS) as DecodedKind[];
