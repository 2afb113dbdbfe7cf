/** What ceremonies are answered with, and what is kept of them. */
import type { JsonSchema } from '../../base/json-schema.ts';
import {
  anyObject,
  anyText,
  array,
  base64url,
  boolean,
  type Components,
  just,
  ref,
  time,
  whole,
} from '../shapes.ts';
import { ceremonySources } from '../traces.ts';

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

const SOURCE: JsonSchema = {
  type: 'string',
  enum: [...ceremonySources],
  description: 'Where it was: at the door, in a page, in a program, over a carrier; or in a file.',
};

export const ofCeremonies: Components = {
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
        properties: {
          credential: {},
          refused: anyText,
          step: anyText,
          reason: anyText,
          wayOut: anyText,
          causes: { ...array(anyText), description: 'What led to the reason, the nearest first.' },
        },
        anyOf: [{ required: ['credential'] }, { required: ['refused', 'step', 'reason'] }],
      },
    },
    required: ['ceremony', 'origin', 'options', 'exchanges', 'outcome'],
  },
  Trace: {
    description: 'A ceremony that is kept.',
    ...just(
      {
        number: whole,
        at: time,
        loaded: { ...boolean, description: 'Whether it came out of a file.' },
        source: SOURCE,
        text: { ...anyText, description: 'For people, a member a line.' },
        ceremony: ref('Ceremony'),
      },
      'number',
      'at',
      'loaded',
      'source',
      'text',
      'ceremony',
    ),
  },
  TraceLine: {
    description: 'A ceremony that is kept, in a few words.',
    ...just(
      {
        number: whole,
        at: time,
        loaded: boolean,
        source: SOURCE,
        ceremony: { type: 'string', enum: ['create', 'get'] },
        origin: anyText,
        rpId: { ...anyText, description: 'What was asked for, where that was said.' },
        refused: { ...anyText, description: 'Absent where there is a credential.' },
        reason: anyText,
      },
      'number',
      'at',
      'loaded',
      'source',
      'ceremony',
      'origin',
    ),
  },
};
