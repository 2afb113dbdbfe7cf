/** fido2-lib, a judge with parsers of its own: installed by the slow tests that ask it. */
import { requireFrom, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';

/** Why it cannot be asked. */
export const withoutFido2Lib: string | undefined = withoutTime ?? whyNoJudge('fido2-lib');

interface Result {
  readonly authnrData: Map<string, unknown>;
}

/** As much of it as is used. */
interface Fido2 {
  readonly Fido2Lib: new (
    options: object,
  ) => {
    attestationOptions(): Promise<{ readonly challenge: ArrayBuffer }>;
    attestationResult(response: object, expected: object): Promise<Result>;
    assertionOptions(): Promise<{ readonly challenge: ArrayBuffer }>;
    assertionResult(response: object, expected: object): Promise<Result>;
  };
  readonly CertManager: { addCert(der: ArrayBuffer): void; removeAll(): void };
  readonly MdsCollection: new (
    name: string,
  ) => {
    addToc(
      blob: string,
      root: string,
      revoked: readonly string[],
    ): Promise<{ readonly entries: readonly { readonly metadataStatement: object }[] }>;
    addEntry(entry: string): void;
    validate(): Promise<void>;
    findEntry(id: string): object | null;
  };
}

/** The library, as Node loads it. */
export const fido2 = (): Fido2 => requireFrom('fido2-lib', 'fido2-lib') as Fido2;
