/** The shapes of requests and answers that have a name in the description. */
import { PORTABLE_FORMATS } from '../portable/convert.ts';
import { type Components, ref, type Schema } from './schema.ts';

export const base64url: Schema = { type: 'string', pattern: '^[A-Za-z0-9_-]*$' };
export const text: Schema = { type: 'string' };
const flag: Schema = { type: 'boolean' };
/** An object whose members others define. */
const anything: Schema = { type: 'object' };
export const format: Schema = { type: 'string', enum: PORTABLE_FORMATS, default: 'stuntkey' };

/** An object of just these members. */
export function exactly(properties: Readonly<Record<string, Schema>>, ...required: string[]): Schema {
  return { type: 'object', properties, required, additionalProperties: false };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

const counter: Schema = { type: 'integer', minimum: 0, maximum: 0xffff_ffff };

/** What can be changed about a credential. */
const CHANGEABLE = {
  userName: text,
  userDisplayName: text,
  signCount: counter,
  backupEligible: flag,
  backupState: flag,
};

function ceremonyRequest(options: string, more: Readonly<Record<string, Schema>> = {}): Schema {
  return {
    ...exactly(
      {
        origin: { ...text, description: 'The page’s origin, such as https://login.example.com.' },
        options: { ...anything, description: `${options}, or an object with it as publicKey.` },
        publicKey: { ...anything, description: 'The same, for a server’s answer that is wrapped as it is.' },
        topOrigin: {
          ...text,
          description: 'The top-level page’s origin, where the page is in a frame of another.',
        },
        app: {
          ...anything,
          description:
            'What lets an app or an extension use an RP ID, where the origin is one’s; see docs/apps.md.',
        },
        crossOrigin: { ...flag, description: 'Whether some ancestor frame is of another origin.' },
        mediation: {
          type: 'string',
          enum: ['optional', 'required', 'conditional', 'silent'],
          default: 'optional',
        },
        ...more,
      },
      'origin',
    ),
    anyOf: [{ required: ['options'] }, { required: ['publicKey'] }],
  };
}

function publicKeyCredential(response: string): Schema {
  return {
    type: 'object',
    properties: {
      id: base64url,
      rawId: base64url,
      type: { type: 'string', enum: ['public-key'] },
      authenticatorAttachment: { type: 'string', enum: ['platform', 'cross-platform'] },
      clientExtensionResults: anything,
      response: ref(response),
    },
    required: ['id', 'rawId', 'type', 'clientExtensionResults', 'response'],
  };
}

const answers = (...more: string[]): Schema => ({
  type: 'string',
  enum: ['approve', 'decline', 'ignore', ...more],
});

export const components: Components = {
  CreateRequest: ceremonyRequest('PublicKeyCredentialCreationOptionsJSON'),
  GetRequest: ceremonyRequest('PublicKeyCredentialRequestOptionsJSON', {
    uiMode: {
      type: 'string',
      enum: ['immediate', 'passive'],
      description: 'How a browser may ask its user.',
    },
  }),
  RegistrationResponse: publicKeyCredential('AttestationResponse'),
  AuthenticationResponse: publicKeyCredential('AssertionResponse'),
  AttestationResponse: {
    type: 'object',
    properties: {
      clientDataJSON: base64url,
      authenticatorData: base64url,
      attestationObject: base64url,
      transports: listOf(text),
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
    ...exactly(
      {
        id: base64url,
        rpId: { ...text, description: 'Absent for a credential made over U2F.' },
        rpIdHash: base64url,
        rpName: text,
        userId: base64url,
        algorithm: { type: 'integer', description: 'COSE number.' },
        publicKey: { ...base64url, description: 'SubjectPublicKeyInfo in DER.' },
        discoverable: flag,
        credProtect: { type: 'integer', minimum: 1, maximum: 3 },
        ...CHANGEABLE,
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
  CredentialChanges: exactly(CHANGEABLE),
  CredentialImport: exactly(
    {
      format,
      value: { description: 'What that format has: a credential, an array of them, a whole file’s content.' },
      existing: {
        type: 'string',
        enum: ['refuse', 'replace', 'keep'],
        default: 'refuse',
        description: 'What to do about a credential whose ID is there already.',
      },
      id: { ...base64url, minLength: 2, maxLength: 1364, description: 'For `pem`, which has none.' },
      rpId: {
        ...text,
        minLength: 1,
        description: 'Where the format has none; it goes before what the value says.',
      },
      userId: { ...base64url, minLength: 2, maxLength: 86, description: 'The same; makes it discoverable.' },
      userName: text,
      algorithm: { type: 'integer', description: 'COSE number, where several go with one kind of key.' },
    },
    'value',
  ),
  Warning: {
    type: 'object',
    description: 'What of a credential has no place in the format, or had none here.',
    properties: { code: text, format: text, id: base64url, member: text, message: text },
    required: ['code', 'format', 'message'],
  },
  UserScript: {
    description: 'How the person behaves.',
    ...exactly({
      presence: { ...answers(), description: 'At a request for a touch.' },
      verification: { ...answers('fail'), description: 'At a request by a fingerprint reader or the like.' },
      account: {
        description: 'Which of several accounts: a user’s name, or its place, 0 being the newest.',
        anyOf: [
          { type: 'integer', minimum: 0, maximum: 9999 },
          { type: 'string', maxLength: 1000 },
        ],
      },
      pin: {
        description: 'Entered when the PIN is asked for, or a new one; null closes that dialog.',
        anyOf: [{ type: 'string', maxLength: 1000 }, { type: 'null' }],
      },
    }),
  },
  Ceremony: {
    type: 'object',
    description: 'A ceremony as it went, every message decoded.',
    properties: {
      ceremony: { type: 'string', enum: ['create', 'get'] },
      origin: text,
      options: {},
      exchanges: listOf(anything),
      clientData: text,
      outcome: {
        type: 'object',
        properties: { credential: {}, refused: text, step: text, reason: text },
        anyOf: [{ required: ['credential'] }, { required: ['refused', 'step', 'reason'] }],
      },
    },
    required: ['ceremony', 'origin', 'options', 'exchanges', 'outcome'],
  },
  Info: {
    type: 'object',
    properties: {
      name: { type: 'string', enum: ['stuntkey'] },
      version: text,
      ctap2: { ...flag, description: 'Whether it answers CTAP2.' },
      u2f: { ...flag, description: 'Whether it answers CTAP1/U2F.' },
      discoverableCredentials: { type: 'integer', minimum: 0 },
      scriptedUser: { ...flag, description: 'Whether /user can tell the person what to do.' },
      authenticatorGetInfo: {
        ...anything,
        description: 'CTAP2’s own, decoded; absent for a device of U2F alone.',
      },
    },
    required: ['name', 'version', 'ctap2', 'u2f', 'discoverableCredentials', 'scriptedUser'],
  },
  Error: exactly(
    {
      error: {
        type: 'object',
        properties: {
          name: { ...text, description: 'Of a ceremony: the name of the error that a page would get.' },
          code: { ...text, description: 'Stable, for programs.' },
          message: text,
          reason: { ...text, description: 'What a page would not be told.' },
          step: { ...text, description: 'Where in the ceremony it was.' },
          status: { ...text, description: 'The CTAP status that the device refused with, by its name.' },
        },
        required: ['name', 'code', 'message'],
      },
    },
    'error',
  ),
};
