/** How an extension takes part in makeCredential (step 15) and getAssertion (step 10). */
import type { CborKey, CborValue } from '../../cbor/cbor.ts';
import type { GetAssertionRequest } from '../../ctap/messages/get-assertion.ts';
import type { MakeCredentialRequest } from '../../ctap/messages/make-credential.ts';
import type { CredentialRecord } from '../../store/record.ts';
import type { Device } from '../device.ts';

/** What extensions put into a response. */
interface ExtensionResults {
  /** Into authenticator data, and thereby signed. */
  readonly outputs: Map<CborKey, CborValue>;
  /** Beside it: unsignedExtensionOutputs. */
  readonly unsigned: Map<CborKey, CborValue>;
  /** The response member of that name, 32 bytes. */
  largeBlobKey?: Uint8Array;
}

/** A credential being made. */
export interface Creation extends ExtensionResults {
  readonly device: Device;
  readonly request: MakeCredentialRequest;
  readonly discoverable: boolean;
  readonly userVerified: boolean;
  /** What the extensions want kept with the credential. */
  additions: Partial<CredentialRecord>;
}

/** An assertion being made. */
export interface Assertion extends ExtensionResults {
  readonly device: Device;
  readonly request: GetAssertionRequest;
  readonly credential: CredentialRecord;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  /** Changes to the credential that are stored together with its counter. */
  changes: Partial<CredentialRecord>;
}

/** One extension. It is called only when the request has an input for it, and reads that itself. */
export interface Extension {
  /** The extension identifier, as registered. */
  readonly id: string;
  onMakeCredential?(creation: Creation, input: CborValue): void;
  onGetAssertion?(assertion: Assertion, input: CborValue): void;
}
