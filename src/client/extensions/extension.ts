/**
 * How a client extension takes part in a ceremony (https://www.w3.org/TR/webauthn-3/#sctn-extensions): its input is read once,
 * then it says what to ask each device, then it makes its output from the device's answer.
 */
import type { CborValue } from '../../cbor/cbor.ts';
import type { CreationOptions, RequestOptions } from '../../webauthn/types.ts';
import type { Token } from '../platform/agreement.ts';
import type { DeviceSession } from '../platform/session.ts';

/** What to ask a device besides; the extensions fill it. */
export interface DeviceRequest {
  readonly session: DeviceSession;
  readonly rpId: string;
  /** Extension inputs of the request. */
  readonly inputs: Map<string, CborValue>;
  /** The one credential that can answer, where that is known. */
  readonly onlyCredential?: Uint8Array | undefined;
  /** Whether the user has to be verified, also if the RP does not ask for it. */
  verify: boolean;
  /** Permissions that a token needs beside the ceremony's own (bits). */
  permissions: number;
}

/** A device's answer, as extensions see it. */
export interface DeviceAnswer {
  readonly session: DeviceSession;
  readonly rpId: string;
  readonly credentialId: Uint8Array;
  /** Whether the credential is discoverable, by the request. */
  readonly discoverable: boolean;
  readonly userVerified: boolean;
  /** Extension outputs of the authenticator data. */
  readonly signed: ReadonlyMap<CborValue, CborValue>;
  /** Extension outputs beside it. */
  readonly unsigned: ReadonlyMap<CborValue, CborValue>;
  readonly largeBlobKey?: Uint8Array | undefined;
  /** A token that still has the `permissions`. */
  readonly token?: Token | undefined;
  /** Whether the AppID replaced the RP ID. */
  readonly appIdUsed: boolean;
}

/** An extension with its input read: what it does in one ceremony. */
export interface CreationPart {
  /** What to ask this device. Throws a {@link Unusable} to pass it over. */
  ask?(request: DeviceRequest, discoverable: boolean): void | Promise<void>;
  /** The member of clientExtensionResults; undefined for none. */
  output?(answer: DeviceAnswer): unknown;
}

/** An extension with its input read: what it does in one ceremony. */
export interface RequestPart {
  /** What to ask this device. */
  ask?(request: DeviceRequest): void | Promise<void>;
  /** Whether the question depends on the credential that answers, so that it has to be known before. */
  readonly perCredential?: boolean;
  /** The member of clientExtensionResults; undefined for none. */
  output?(answer: DeviceAnswer): unknown;
}

/** One client extension. */
export interface ClientExtension {
  /** The extension identifier, as registered. */
  readonly id: string;
  /** Reads its input for create(). Undefined: nothing to do. @throws DOMException or TypeError as its definition says */
  onCreate?(input: unknown, options: CreationOptions): CreationPart | undefined;
  /** Reads its input for get(). */
  onGet?(input: unknown, options: RequestOptions): RequestPart | undefined;
}

/** The device cannot do what an extension requires. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** Whether a device has an extension of CTAP. */
export function supports({ session }: DeviceRequest, id: string): boolean {
  return session.info.extensions?.includes(id) === true;
}
