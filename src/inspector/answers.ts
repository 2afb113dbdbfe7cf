/** What the door answers, as far as the inspector reads it; its own description is OpenAPI, made from the routes. */

export interface DeviceInfo {
  readonly version: string;
  readonly ctap2: boolean;
  readonly u2f: boolean;
  readonly discoverableCredentials: number;
  readonly scriptedUser: boolean;
  readonly device: {
    readonly model?: string;
    readonly edition: string;
    readonly transports: readonly string[];
    readonly verification: 'none' | 'built-in' | 'fingerprint';
    readonly capacity?: number;
    readonly capacityLeft?: number;
  };
  readonly rights: readonly string[];
  readonly authenticatorGetInfo?: Readonly<Record<string, unknown>>;
}

export interface PinState {
  readonly supported: boolean;
  readonly set: boolean;
  readonly minimum?: number;
  readonly mustChange?: boolean;
  readonly retries?: number;
  readonly verificationRetries?: number;
}

export interface Fingerprint {
  readonly id: string;
  readonly name?: string;
}

export interface NamedDevice {
  readonly name: string;
  readonly path: string;
  readonly credentials: number;
}

export interface Credential {
  readonly id: string;
  readonly rpId?: string;
  readonly rpIdHash: string;
  readonly rpName?: string;
  readonly userId?: string;
  readonly userName?: string;
  readonly userDisplayName?: string;
  readonly algorithm: number;
  readonly publicKey: string;
  readonly discoverable: boolean;
  readonly signCount: number;
  readonly backupEligible: boolean;
  readonly backupState: boolean;
  readonly credProtect: 1 | 2 | 3;
  readonly extensions: readonly string[];
  readonly credBlob?: number;
  readonly largeBlob?: number;
  /** Milliseconds since 1970. */
  readonly made?: number;
  readonly used?: number;
}

export interface CredentialPage {
  readonly credentials: readonly Credential[];
  readonly next?: string;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
}

export interface ImportResult {
  readonly credentials: readonly Credential[];
  readonly replaced: readonly Credential[];
  readonly warnings: readonly Warning[];
}

export interface ExportResult {
  readonly format: string;
  readonly value: unknown;
  readonly warnings: readonly Warning[];
  readonly next?: string;
}

/** A ceremony in a few words. */
export interface TraceLine {
  readonly number: number;
  readonly at: number;
  readonly loaded: boolean;
  readonly ceremony: 'create' | 'get';
  /** Empty where it came over a carrier: a device is not told the origin. */
  readonly origin: string;
  readonly rpId?: string;
  /** Where it came from, such as `http`, `page` or `udp`. */
  readonly source?: string;
  readonly refused?: string;
  readonly reason?: string;
}

export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [name: string]: Tree };

export interface ExchangeJson {
  readonly protocol?: 'CTAP2' | 'U2F';
  readonly request?: Tree;
  readonly response?: Tree;
  readonly bytes?: { readonly request: string; readonly response?: string };
  readonly failure?: string;
  readonly milliseconds?: number;
}

interface OutcomeJson {
  readonly credential?: Tree;
  readonly refused?: string;
  readonly step?: string;
  readonly reason?: string;
  readonly wayOut?: string;
  readonly causes?: readonly string[];
}

export interface CeremonyJson {
  readonly ceremony: 'create' | 'get';
  readonly origin: string;
  readonly options: Tree;
  readonly exchanges: readonly ExchangeJson[];
  readonly clientData?: string;
  readonly outcome: OutcomeJson;
}

export interface Trace {
  readonly number?: number;
  readonly at?: number;
  readonly loaded?: boolean;
  readonly text?: string;
  readonly ceremony: CeremonyJson;
}

type AnswerWord = 'approve' | 'decline' | 'ignore' | 'fail';

/** How the person behaves. */
export interface Person {
  readonly presence: AnswerWord | 'ask';
  readonly verification: AnswerWord | 'ask';
  readonly sample: string;
  readonly delay: number;
  readonly account?: number | string;
  readonly authenticator: number;
  /** Whether they know a PIN. */
  readonly pin: boolean;
  readonly waiting: number;
}

export interface Prompt {
  readonly prompt: number;
  readonly kind: 'presence' | 'verification' | 'fingerprint-sample';
  readonly command?: string;
  readonly rpId?: string;
  readonly holdFor?: number;
}

/** A way in which a ceremony can be wrong. */
export interface Fault {
  readonly id: string;
  readonly title: string;
  readonly subject: string;
  readonly ceremony: 'registration' | 'authentication';
  readonly kind: 'attack' | 'control' | 'observation';
  readonly severity: string;
  readonly step: {
    readonly section: string;
    readonly number?: number;
    readonly name: string;
    readonly url: string;
  };
  readonly gain: string;
  readonly check: string;
  readonly needs: readonly string[];
}
