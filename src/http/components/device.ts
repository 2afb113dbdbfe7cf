/** What is answered about a device, and what is on it. */
import { jsonSchemaOf } from '../../base/shape-schema.ts';
import { bodies } from '../requests.ts';
import {
  anyObject,
  anyText,
  array,
  base64url,
  boolean,
  type Components,
  just,
  time,
  whole,
} from '../shapes.ts';

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
        extensions: { ...array(anyText), description: 'What it was made with.' },
        credBlob: { ...whole, description: 'Bytes of its credBlob.' },
        largeBlob: { ...whole, description: 'Bytes of its large blob, compressed.' },
        made: { ...time, description: 'When a ceremony that the door saw made it: milliseconds since 1970.' },
        used: { ...time, description: 'When a ceremony that the door saw used it last: the same.' },
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
      'extensions',
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
  Prompt: {
    description: 'What the person is asked, and has not answered: they were told to ask.',
    ...just(
      {
        prompt: { ...whole, description: 'Its number.' },
        kind: { type: 'string', enum: ['presence', 'verification', 'fingerprint-sample'] },
        command: { ...anyText, description: 'Which command of CTAP2 asks; absent over U2F.' },
        rpId: anyText,
        holdFor: { ...whole, description: 'How long the touch has to last, in milliseconds.' },
      },
      'prompt',
      'kind',
    ),
  },
  Person: {
    description: 'How the person behaves. A PIN is not told, but whether they know one.',
    ...just(
      {
        ...jsonSchemaOf(bodies.UserScript).properties,
        pin: boolean,
        waiting: { ...whole, description: 'Answers for one time that wait for their prompts.' },
      },
      'presence',
      'verification',
      'sample',
      'delay',
      'authenticator',
      'pin',
      'waiting',
    ),
  },
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
      device: {
        description: 'What it was made as.',
        ...just(
          {
            model: { ...anyText, description: 'The product that it behaves as, if it is one.' },
            edition: { ...anyText, description: 'Of CTAP.' },
            transports: array(anyText),
            verification: { type: 'string', enum: ['none', 'built-in', 'fingerprint'] },
            capacity: {
              ...whole,
              description: 'Of discoverable credentials; absent where nothing limits it.',
            },
            capacityLeft: whole,
          },
          'edition',
          'transports',
          'verification',
        ),
      },
      rights: {
        ...array({ type: 'string', enum: ['keys', 'audit'] }),
        description: 'What the token is good for beyond the rest.',
      },
    },
    required: [
      'device',
      'rights',
      'name',
      'version',
      'ctap2',
      'u2f',
      'discoverableCredentials',
      'scriptedUser',
    ],
  },
};
