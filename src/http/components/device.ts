/** What is answered about a device, and what is on it. */
import { jsonSchemaOf } from '../../base/shape-schema.ts';
import { bodies } from '../requests.ts';
import { anyObject, anyText, base64url, boolean, type Components, just, whole } from '../shapes.ts';

export const ofDevices: Components = {
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
  Authenticator: {
    description: 'A named authenticator.',
    ...just(
      {
        name: anyText,
        path: { ...anyText, description: 'The prefix of its paths: /authenticators/{name}.' },
        credentials: { ...whole, description: 'Its discoverable credentials.' },
        requests: { ...whole, description: 'Requests and event streams that it has under way.' },
      },
      'name',
      'path',
      'credentials',
      'requests',
    ),
  },
  Pin: just(
    {
      supported: boolean,
      set: boolean,
      minimum: { ...whole, description: 'Code points of the shortest PIN.' },
      mustChange: { ...boolean, description: 'Whether another has to be set before anything else.' },
      retries: { ...whole, description: 'Attempts that are left.' },
      verificationRetries: { ...whole, description: 'Of built-in verification.' },
    },
    'supported',
    'set',
  ),
  Fingerprint: just({ id: base64url, name: anyText }, 'id'),
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
};
