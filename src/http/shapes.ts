/** Everything that has a name in the description: requests (requests.ts), which are checked, and answers, which are only described. */
import type { JsonSchema } from '../base/json-schema.ts';
import { jsonSchemaOf } from '../base/shape-schema.ts';
import { BASE64URL, bodies } from './requests.ts';

/** Schemas by name, for `$ref`. */
export type Components = Readonly<Record<string, JsonSchema>>;

/** The schema of that name. */
export function ref(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

export const base64url: JsonSchema = { type: 'string', pattern: BASE64URL.source };
const anyText: JsonSchema = { type: 'string' };
const boolean: JsonSchema = { type: 'boolean' };
const anyObject: JsonSchema = { type: 'object' };

/** An object of just these members. */
export function just(properties: Readonly<Record<string, JsonSchema>>, ...required: string[]): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export function array(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

function publicKeyCredential(response: string): JsonSchema {
  return {
    type: 'object',
    properties: {
      id: base64url,
      rawId: base64url,
      type: { type: 'string', enum: ['public-key'] },
      authenticatorAttachment: { type: 'string', enum: ['platform', 'cross-platform'] },
      clientExtensionResults: anyObject,
      response: ref(response),
    },
    required: ['id', 'rawId', 'type', 'clientExtensionResults', 'response'],
  };
}

export const components: Components = {
  ...Object.fromEntries(Object.entries(bodies).map(([name, shape]) => [name, jsonSchemaOf(shape)])),
  RegistrationResponse: publicKeyCredential('AttestationResponse'),
  AuthenticationResponse: publicKeyCredential('AssertionResponse'),
  AttestationResponse: {
    type: 'object',
    properties: {
      clientDataJSON: base64url,
      authenticatorData: base64url,
      attestationObject: base64url,
      transports: array(anyText),
      publicKey: { ...base64url, description: 'SubjectPublicKeyInfo in DER.' },
      publicKeyAlgorithm: { type: 'integer' },
    },
    required: [
      'clientDataJSON',
      'authenticatorData',
      'attestationObject',
      'transports',
      'publicKeyAlgorithm',
    ],
  },
  AssertionResponse: {
    type: 'object',
    properties: {
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
      userHandle: base64url,
    },
    required: ['clientDataJSON', 'authenticatorData', 'signature'],
  },
  Credential: {
    description: 'A credential on the device, without its secrets.',
    ...just(
      {
        id: base64url,
        rpId: { ...anyText, description: 'Absent for a credential made over U2F.' },
        rpIdHash: base64url,
        rpName: anyText,
        userId: base64url,
        algorithm: { type: 'integer', description: 'COSE number.' },
        publicKey: { ...base64url, description: 'SubjectPublicKeyInfo in DER.' },
        discoverable: boolean,
        credProtect: { type: 'integer', minimum: 1, maximum: 3 },
        ...jsonSchemaOf(bodies.CredentialChanges).properties,
      },
      'id',
      'rpIdHash',
      'algorithm',
      'publicKey',
      'discoverable',
      'credProtect',
      'signCount',
      'backupEligible',
      'backupState',
    ),
  },
  Warning: {
    type: 'object',
    description: 'What of a credential has no place in the format, or had none here.',
    properties: { code: anyText, format: anyText, id: base64url, member: anyText, message: anyText },
    required: ['code', 'format', 'message'],
  },
  Ceremony: {
    type: 'object',
    description: 'A ceremony as it went, every message decoded.',
    properties: {
      ceremony: { type: 'string', enum: ['create', 'get'] },
      origin: anyText,
      options: {},
      exchanges: array(anyObject),
      clientData: anyText,
      outcome: {
        type: 'object',
        properties: { credential: {}, refused: anyText, step: anyText, reason: anyText },
        anyOf: [{ required: ['credential'] }, { required: ['refused', 'step', 'reason'] }],
      },
    },
    required: ['ceremony', 'origin', 'options', 'exchanges', 'outcome'],
  },
  Info: {
    type: 'object',
    properties: {
      name: { type: 'string', enum: ['stuntkey'] },
      version: anyText,
      ctap2: { ...boolean, description: 'Whether it answers CTAP2.' },
      u2f: { ...boolean, description: 'Whether it answers CTAP1/U2F.' },
      discoverableCredentials: { type: 'integer', minimum: 0 },
      scriptedUser: { ...boolean, description: 'Whether /user can tell the person what to do.' },
      authenticatorGetInfo: {
        ...anyObject,
        description: 'CTAP2’s own, decoded; absent for a device of U2F alone.',
      },
    },
    required: ['name', 'version', 'ctap2', 'u2f', 'discoverableCredentials', 'scriptedUser'],
  },
  Error: just(
    {
      error: {
        type: 'object',
        properties: {
          name: { ...anyText, description: 'Of a ceremony: the name of the error that a page would get.' },
          code: { ...anyText, description: 'Stable, for programs.' },
          message: anyText,
          reason: { ...anyText, description: 'What a page would not be told.' },
          step: { ...anyText, description: 'Where in the ceremony it was.' },
          status: { ...anyText, description: 'The CTAP status that the device refused with, by its name.' },
        },
        required: ['name', 'code', 'message'],
      },
    },
    'error',
  ),
};
