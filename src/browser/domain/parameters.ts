/** Parameters of the WebAuthn domain's commands, checked as Chromium checks them: their shape first. */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { fromBase64 } from '../cdp/credential.ts';
import { CdpError, CdpErrorCode } from './error.ts';

export type Kind = 'string' | 'boolean' | 'integer' | 'number' | 'binary' | 'binaries' | Shape;

/** A member's type, by name. A member with a question mark is optional. */
export interface Shape {
  readonly [name: string]: Kind;
}

export const CREDENTIAL: Shape = {
  credentialId: 'binary',
  isResidentCredential: 'boolean',
  'rpId?': 'string',
  privateKey: 'binary',
  'userHandle?': 'binary',
  signCount: 'number',
  'largeBlob?': 'binary',
  'backupEligibility?': 'boolean',
  'backupState?': 'boolean',
  'userName?': 'string',
  'userDisplayName?': 'string',
  'cmtgKeys?': 'binaries',
  'activeCmtgKeyIndex?': 'integer',
  'generateCmtgKeyOnNextOperation?': 'boolean',
};

export const OPTIONS: Shape = {
  protocol: 'string',
  'ctap2Version?': 'string',
  transport: 'string',
  'hasResidentKey?': 'boolean',
  'hasUserVerification?': 'boolean',
  'hasLargeBlob?': 'boolean',
  'hasCredBlob?': 'boolean',
  'hasMinPinLength?': 'boolean',
  'hasPrf?': 'boolean',
  'hasHmacSecret?': 'boolean',
  'hasHmacSecretMc?': 'boolean',
  'hasCmtgKey?': 'boolean',
  'automaticPresenceSimulation?': 'boolean',
  'isUserVerified?': 'boolean',
  'defaultBackupEligibility?': 'boolean',
  'defaultBackupState?': 'boolean',
};

const ONE = { authenticatorId: 'string' } as const;
const CREDENTIAL_OF_ONE = { ...ONE, credentialId: 'binary' } as const;

/** The parameters of each command. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  enable: { 'enableUI?': 'boolean' },
  disable: {},
  addVirtualAuthenticator: { options: OPTIONS },
  removeVirtualAuthenticator: ONE,
  addCredential: { ...ONE, credential: CREDENTIAL },
  getCredential: CREDENTIAL_OF_ONE,
  getCredentials: ONE,
  removeCredential: CREDENTIAL_OF_ONE,
  clearCredentials: ONE,
  setUserVerified: { ...ONE, isUserVerified: 'boolean' },
  setAutomaticPresenceSimulation: { ...ONE, enabled: 'boolean' },
  setResponseOverrideBits: {
    ...ONE,
    'isBogusSignature?': 'boolean',
    'isBadUV?': 'boolean',
    'isBadUP?': 'boolean',
  },
  setCredentialProperties: {
    ...CREDENTIAL_OF_ONE,
    'backupEligibility?': 'boolean',
    'backupState?': 'boolean',
    'activeCmtgKeyIndex?': 'integer',
    'generateCmtgKeyOnNextOperation?': 'boolean',
    'signCount?': 'number',
  },
};

/** Why a value does not have a type, and where; undefined if it does. */
function flaw(kind: Kind, value: unknown, path: string): string | undefined {
  const is = (holds: boolean, why: string): string | undefined =>
    holds ? undefined : `Failed to deserialize ${path} - BINDINGS: ${why}`;
  if (value === undefined) return is(false, 'mandatory field missing');
  switch (kind) {
    case 'string':
      return is(typeof value === 'string', 'string value expected');
    case 'boolean':
      return is(typeof value === 'boolean', 'bool value expected');
    case 'number':
      return is(typeof value === 'number', 'double value expected');
    case 'integer':
      return is(Number.isInteger(value), 'int32 value expected');
    case 'binary':
      return typeof value === 'string'
        ? is(isBase64(value), 'invalid base64 string')
        : is(false, 'string value expected');
    case 'binaries': {
      if (!Array.isArray(value)) return `Failed to deserialize ${path} - CBOR: array start expected`;
      return value
        .map((one, place) => flaw('binary', one, `${path}.${place}`))
        .find((one) => one !== undefined);
    }
    default:
      if (typeof value !== 'object' || value === null) return is(false, 'map value expected');
      return flawOfMembers(kind, value as Record<string, unknown>, path);
  }
}

function flawOfMembers(shape: Shape, value: Record<string, unknown>, path: string): string | undefined {
  for (const [member, kind] of Object.entries(shape)) {
    const name = member.replace('?', '');
    if (name !== member && value[name] === undefined) continue;
    const found = flaw(kind, value[name], `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isBase64(text: string): boolean {
  try {
    fromBase64(text, '');
    return true;
  } catch (error) {
    if (error instanceof StuntkeyError) return false;
    throw error;
  }
}

/** @throws CdpError for an unknown command, and for parameters of the wrong shape */
export function checkShape(method: string, command: string, parameters: unknown): void {
  const shape = Object.hasOwn(SHAPES, command) ? SHAPES[command] : undefined;
  if (shape === undefined)
    throw new CdpError(method, CdpErrorCode.methodNotFound, `'${method}' wasn't found`);
  const found = flaw(shape, parameters, 'params');
  if (found !== undefined)
    throw new CdpError(method, CdpErrorCode.invalidParameters, 'Invalid parameters', found);
}
