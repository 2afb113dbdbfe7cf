/** An assertion on its way through the checks. */

import { base64url } from '../base/base64url.ts';
import { concat } from '../base/bytes.ts';
import { CborError } from '../cbor/error.ts';
import { engineFor } from '../crypto/engine.ts';
import type { PublicKeyCredentialRequestOptionsJSON } from '../webauthn/types.ts';
import { type AnyOptions, CeremonyContext, own } from './context.ts';
import type { ExpectedAuthentication, RelyingPartyCredential } from './expected.ts';
import { Unreadable } from './guard.ts';
import { isForeign } from './guards/response.ts';
import { LooseAuthenticatorData } from './lenient/authenticator-data.ts';
import { looseBase64 } from './lenient/base64url.ts';
import { readCbor } from './lenient/cbor.ts';
import { CredentialKey, type VerificationKey } from './lenient/credential-key.ts';
import { derSignature, type EcdsaReading, inRange, readEcdsa } from './lenient/ecdsa.ts';
import { coseOfSpki } from './record.ts';

export type RequestOptions = PublicKeyCredentialRequestOptionsJSON & AnyOptions;

/** What a signature turned out to be. */
export interface SignatureReading {
  readonly verifies: boolean;
  /** Of ECDSA: the form it came in. */
  readonly form: EcdsaReading['form'] | undefined;
  /** Of ECDSA: whether r and s are numbers that a signature can have. */
  readonly inRange: boolean;
}

export class AuthenticationContext extends CeremonyContext<RequestOptions, ExpectedAuthentication> {
  readonly kind = 'authentication';
  /** The credential that was found, before the checks begin. */
  found: RelyingPartyCredential | undefined;
  /** The guard because of which none was looked for. */
  lost: string | undefined;
  #authData: LooseAuthenticatorData | undefined;
  #signature: Promise<SignatureReading> | undefined;

  get record(): RelyingPartyCredential {
    if (this.found === undefined) throw new Unreadable(this.lost ?? 'credential.known');
    return this.found;
  }

  get authData(): LooseAuthenticatorData {
    this.#authData ??= new LooseAuthenticatorData(
      this.#assertionBytes('authenticatorData', 'response.authenticator-data'),
      'authentication',
    );
    return this.#authData;
  }

  /** Whose the response says the credential is. */
  get userHandle(): string | undefined {
    const handle = own(this.response, 'userHandle');
    if (handle === undefined || handle === null) return undefined;
    if (typeof handle !== 'string') throw new Unreadable('response.user-handle');
    return base64url(looseBase64(handle));
  }

  get signature(): Promise<SignatureReading> {
    this.#signature ??= this.#readSignature();
    return this.#signature;
  }

  #assertionBytes(member: string, guard: string): Uint8Array {
    if (own(this.response, member) === undefined && isForeign(this)) throw new Unreadable('response.kind');
    return this.bytes(member, guard);
  }

  async #readSignature(): Promise<SignatureReading> {
    const signature = this.#assertionBytes('signature', 'response.signature');
    const key = this.#key();
    if (key === undefined) return { verifies: false, form: undefined, inRange: true };
    const { algorithm, public: raw } = key;
    const data = concat(this.authData.bytes, this.clientDataHash);
    const engine = engineFor({ deterministic: false });
    if (algorithm.kty !== 'EC2') {
      const verifies = await engine.verify(algorithm.id, raw, data, signature);
      return { verifies, form: undefined, inRange: true };
    }
    const reading = readEcdsa(signature, algorithm.size);
    if (reading === undefined) return { verifies: false, form: undefined, inRange: true };
    const possible = inRange(algorithm.curve, reading);
    const verifies = possible && (await engine.verify(algorithm.id, raw, data, derSignature(reading)));
    return { verifies, form: reading.form, inRange: possible || reading.form !== 'der' };
  }

  /** The stored key; where convenience is believed, the one that the response brings along. */
  #key(): VerificationKey | undefined {
    const brought = this.isOff('convenience-members')
      ? coseOfSpki(own(this.response, 'publicKey'), own(this.response, 'publicKeyAlgorithm'))
      : undefined;
    try {
      const { value } = readCbor(looseBase64(brought ?? this.record.publicKey));
      return value instanceof Map ? new CredentialKey(value).verification : undefined;
    } catch (error) {
      if (error instanceof CborError) return undefined;
      // Of a key that was let in, nothing may be left to verify with.
      if (error instanceof Unreadable && error.guard.startsWith('credential-key.')) return undefined;
      throw error;
    }
  }
}
