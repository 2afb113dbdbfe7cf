/** A registration on its way through the checks. */

import { concat, isBytes } from '../base/bytes.ts';
import type { PublicKeyCredentialCreationOptionsJSON } from '../webauthn/types.ts';
import type { Certificate, RevocationList } from './attestation/certificate.ts';
import { type AnyOptions, CeremonyContext, own } from './context.ts';
import type { ExpectedRegistration } from './expected.ts';
import { Unreadable } from './guard.ts';
import { isForeign } from './guards/response.ts';
import { LooseAttestationObject, type Statement } from './lenient/attestation-object.ts';
import { LooseAuthenticatorData } from './lenient/authenticator-data.ts';
import { CredentialKey } from './lenient/credential-key.ts';

export type CreationOptions = PublicKeyCredentialCreationOptionsJSON & AnyOptions;

export class RegistrationContext extends CeremonyContext<CreationOptions, ExpectedRegistration> {
  readonly kind = 'registration';
  /** What is trusted, read before the checks begin. */
  trust: Trust | undefined;
  #object: LooseAttestationObject | undefined;
  #authData: LooseAuthenticatorData | undefined;
  #key: CredentialKey | undefined;
  readonly #certificates = new Map<Statement, Promise<readonly Certificate[]>>();
  #statements: readonly Statement[] | undefined;

  get attestationObject(): LooseAttestationObject {
    if (own(this.response, 'attestationObject') === undefined && isForeign(this)) {
      throw new Unreadable('response.kind');
    }
    this.#object ??= new LooseAttestationObject(
      this.bytes('attestationObject', 'response.attestation-object'),
    );
    return this.#object;
  }

  get authData(): LooseAuthenticatorData {
    this.#authData ??= new LooseAuthenticatorData(this.attestationObject.authData, 'registration');
    return this.#authData;
  }

  get credentialKey(): CredentialKey {
    this.#key ??= new CredentialKey(this.authData.key.map);
    return this.#key;
  }

  /** The statement, or those that a compound is made of. */
  get statements(): readonly Statement[] {
    this.#statements ??= this.#readStatements();
    return this.#statements;
  }

  override formats(): readonly string[] | undefined {
    try {
      const { fmt } = this.attestationObject;
      return [fmt, ...this.statements.map((statement) => statement.fmt)];
    } catch (error) {
      if (error instanceof Unreadable) return undefined;
      throw error;
    }
  }

  /** Statements of one format. */
  statementsOf(fmt: string): readonly Statement[] {
    return this.statements.filter((statement) => statement.fmt === fmt);
  }

  /** What most statements sign. */
  get signedData(): Uint8Array {
    return concat(this.attestationObject.authData, this.clientDataHash);
  }

  /** The chain that comes with a statement, its own first. @throws Unreadable */
  certificates(
    statement: Statement,
    x5c: unknown = statement.attStmt.get('x5c'),
  ): Promise<readonly Certificate[]> {
    let chain = this.#certificates.get(statement);
    if (chain === undefined) {
      chain = readChain(statement.fmt, x5c);
      this.#certificates.set(statement, chain);
    }
    return chain;
  }

  #readStatements(): readonly Statement[] {
    const { attestationObject } = this;
    const { fmt } = attestationObject;
    if (fmt !== 'compound') return [{ fmt, attStmt: attestationObject.attStmt }];
    return attestationObject.elements.flatMap((element) => {
      if (!(element instanceof Map)) return [];
      const [inner, attStmt] = [element.get('fmt'), element.get('attStmt')];
      return typeof inner === 'string' && attStmt instanceof Map ? [{ fmt: inner, attStmt }] : [];
    });
  }
}

/** What chains are to end at, and what has been revoked. */
export interface Trust {
  readonly anchors: readonly Certificate[];
  readonly revocations: readonly RevocationList[];
}

async function readChain(fmt: string, x5c: unknown): Promise<readonly Certificate[]> {
  const wellFormed = Array.isArray(x5c) && x5c.length > 0 && x5c.every((one) => isBytes(one));
  if (!wellFormed) throw new Unreadable(`attestation.${fmt}.syntax`);
  const { readCertificate } = await import('./attestation/certificate.ts');
  try {
    return (x5c as readonly Uint8Array[]).map(readCertificate);
  } catch {
    throw new Unreadable(`attestation.${fmt}.certificate`);
  }
}
