/** For every check of a registration or an assertion, a response that violates it, and is otherwise as it has to be. */
import { base64url } from '../../src/base/base64url.ts';
import { concat, fromHex, utf8 } from '../../src/base/bytes.ts';
import { encodeCbor } from '../../src/cbor/cbor.ts';
import { rawSignature } from '../../src/crypto/formats/ecdsa.ts';
import type { Expected } from '../../src/entries/verify.ts';
import { attestationCases } from './attestation-cases.ts';
import { type AssertionForgery, cose, type Forgery, keyNamed, type RegistrationForgery } from './workshop.ts';

type Json = Record<string, unknown>;

export const collected = (members: Json): Forgery => ({
  clientData: (honest) => ({ ...honest, ...members }),
});
const json = (change: (text: string) => string): Forgery => ({
  clientDataJSON: (bytes) => utf8(change(new TextDecoder().decode(bytes))),
});
export const outer = (members: Json): Forgery => ({ response: (honest) => ({ ...honest, ...members }) });
const inner = (members: Json): Forgery => ({
  response: (honest) => ({ ...honest, response: { ...honest.response, ...members } }),
});
const withFlags = (flags: number): Forgery => ({ flags });
export const bytesOf = (...bytes: number[]): Uint8Array => Uint8Array.of(...bytes);
const polluted = (): unknown => JSON.parse('{"__proto__":{"admin":true}}');

/** A list as deep as that. */
function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** A byte that begins a character, and no other behind it. */
const invalidUtf8: Forgery = {
  clientDataJSON: (bytes) => {
    const text = new TextDecoder().decode(bytes).replace('}', ',"x":"?"}');
    return utf8(text).map((byte) => (byte === 0x3f ? 0xc3 : byte));
  },
};

/** Violations that both ceremonies know. */
const both: Record<string, Forgery & { readonly expected?: Partial<Expected> }> = {
  'response.object': outer({ response: null }),
  'response.prototype-keys': {
    response: (honest) => ({ ...honest, clientExtensionResults: { x: polluted() } }),
  },
  'response.nesting': outer({ clientExtensionResults: { more: nested(5000) } }),
  'response.type': outer({ type: 'password' }),
  'response.id': outer({ id: 7 }),
  'response.raw-id': outer({ rawId: 'AAAA' }),
  'response.client-data-json': inner({ clientDataJSON: 7 }),
  'response.base64url': {
    response: (honest) => ({
      ...honest,
      response: { ...honest.response, clientDataJSON: `${honest.response.clientDataJSON}\n` },
    }),
  },
  'response.authenticator-attachment': outer({ authenticatorAttachment: 7 }),
  'response.client-extension-results': outer({ clientExtensionResults: 'none' }),
  'client-data.utf8': invalidUtf8,
  'client-data.json': json((text) => text.slice(1)),
  'client-data.trailing-bytes': json((text) => `${text}{}`),
  'client-data.object': { clientData: (honest) => [honest] },
  'client-data.duplicate-names': json((text) => text.replace('{', '{"origin":"https://example.org",')),
  'client-data.nesting': collected({ more: nested(40) }),
  'client-data.prototype-names': json((text) => text.replace('{', '{"__proto__":{},')),
  type: collected({ type: 'webauthn.other' }),
  challenge: collected({ challenge: 'AAAA' }),
  origin: collected({ origin: 'https://login.example.com.example.org' }),
  'cross-origin.type': collected({ crossOrigin: 'true' }),
  'cross-origin': collected({ crossOrigin: true }),
  'top-origin': {
    ...collected({ crossOrigin: true, topOrigin: 'https://example.org' }),
    expected: { topOrigins: ['https://partner.example'] },
  },
  'auth-data.length': { authData: (bytes) => bytes.slice(0, 36) },
  'auth-data.extensions': { flags: 0xc5, extensions: bytesOf(0x83, 1, 2, 3) },
  'auth-data.extensions-canonical': { flags: 0xc5, extensions: bytesOf(0xa1, 0x78, 1, 0x61, 1) },
  'auth-data.trailing-bytes': { authData: (bytes) => concat(bytes, bytesOf(0)) },
  'auth-data.reserved-flags': withFlags(0x47),
  'rp-id-hash': { rpId: 'sub.example.com' },
  'user-presence': withFlags(0x44),
  'backup-state': withFlags(0x55),
  'extensions.types': outer({ clientExtensionResults: { credProps: 'yes' } }),
};

/** Flags as an assertion has them: without AT. */
const asserted = (forgery: Forgery): Forgery =>
  forgery.flags === undefined ? forgery : { ...forgery, flags: forgery.flags & ~0x40 };

const key = async (change: (map: Map<number, unknown>) => void, algorithm = -7): Promise<Uint8Array> => {
  const map = new Map(await cose(algorithm)) as Map<number, unknown>;
  change(map);
  return encodeCbor(map as never);
};
/** Turns a key into one of RSA. */
const rsa =
  ({ alg = -257, n = new Uint8Array(256).fill(0xff), e = bytesOf(1, 0, 1) }) =>
  (map: Map<number, unknown>): void => {
    map.set(1, 3).set(3, alg).set(-1, n).set(-2, e).delete(-3);
  };
const object = (change: (bytes: Uint8Array) => Uint8Array): RegistrationForgery => ({
  attestationObject: change,
});
const NONE_HEAD = 'a363666d74646e6f6e656761747453746d74a0';
const AUTH_DATA_KEY = '686175746844617461';
/** Everything behind the head of an attestation object of format none: the authenticator data and its head. */
const authDataPart = (bytes: Uint8Array): Uint8Array => bytes.slice(NONE_HEAD.length / 2);

export const registrations: Record<string, RegistrationForgery | (() => Promise<RegistrationForgery>)> = {
  ...both,
  'response.kind': inner({ signature: 'AAAA' }),
  'response.attestation-object': inner({ attestationObject: null }),
  'response.transports': inner({ transports: 'usb' }),
  'attestation-object.cbor': object((bytes) => bytes.slice(0, -1)),
  'attestation-object.canonical': object((bytes) => concat(bytesOf(0xbf), bytes.slice(1), bytesOf(0xff))),
  'attestation-object.duplicate-keys': object((bytes) => concat(fromHex('a463666d746178'), bytes.slice(1))),
  'attestation-object.trailing-bytes': object((bytes) => concat(bytes, bytesOf(0))),
  'attestation-object.fmt': object((bytes) =>
    concat(fromHex('a363666d7400'), bytes.slice(fromHex('a363666d74646e6f6e65').length)),
  ),
  'attestation-object.auth-data': object(() => fromHex(`${NONE_HEAD}${AUTH_DATA_KEY}00`)),
  'attestation-object.att-stmt': object((bytes) =>
    concat(fromHex(`${NONE_HEAD.slice(0, -2)}80`), authDataPart(bytes)),
  ),
  'auth-data.attested-data-flag': withFlags(0x05),
  'auth-data.attested-data': { authData: (bytes) => bytes.slice(0, 60) },
  'user-verification': {
    ...withFlags(0x41),
    expected: { userVerification: true },
  },
  'backup-eligible': { expected: { backupEligible: true } },
  'backed-up': { flags: 0x4d, expected: { backupState: true } },
  'credential-key.cbor': { key: bytesOf(0x83) },
  'credential-key.canonical': async () => ({
    key: concat(bytesOf(0xbf), (await key(() => {})).slice(1), bytesOf(0xff)),
  }),
  algorithm: async () => ({ key: await key((map) => map.set(3, -9)) }),
  'credential-key.kty': async () => ({ key: await key(rsa({ alg: -7 })) }),
  'credential-key.crv': async () => ({ key: await key((map) => map.set(3, -35)) }),
  'credential-key.coordinates': async () => ({ key: await key((map) => map.set(-3, true)) }),
  'credential-key.point': async () => ({ key: await key((map) => map.set(-2, new Uint8Array(32))) }),
  'credential-key.small-order': async () => ({
    key: await key((map) => map.set(-2, concat(bytesOf(1), new Uint8Array(31))), -8),
  }),
  'credential-key.rsa-modulus': async () => ({ key: await key(rsa({ n: new Uint8Array(64).fill(0xff) })) }),
  'credential-key.rsa-exponent': async () => ({ key: await key(rsa({ e: bytesOf(1) })) }),
  'credential-key.members': async () => ({ key: await key((map) => map.set(-4, new Uint8Array(32))) }),
  'credential-id.length': { credentialId: new Uint8Array(1024) },
  'credential-id.empty': { credentialId: new Uint8Array() },
  'credential-id.unused': { expected: { isRegistered: () => true } },
  'credential-id.matches': outer({ id: 'AAAA', rawId: 'AAAA' }),
  'extensions.cred-protect': {
    expected: {
      options: {
        rp: { id: 'example.com', name: 'Example' },
        user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
        challenge: base64url(new Uint8Array(32).fill(7)),
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        extensions: {
          credentialProtectionPolicy: 'userVerificationRequired',
          enforceCredentialProtectionPolicy: true,
        },
      },
    },
  },
  ...attestationCases,
};

const long = (signature: Uint8Array): Uint8Array =>
  concat(bytesOf(0x30, 0x81, signature[1] as number), signature.slice(2));
const zero = (): Uint8Array => fromHex('3006020100020100');

export const assertions: Record<string, AssertionForgery | (() => Promise<AssertionForgery>)> = {
  ...Object.fromEntries(Object.entries(both).map(([name, forgery]) => [name, asserted(forgery)])),
  'response.kind': inner({ attestationObject: 'AAAA' }),
  'response.authenticator-data': inner({ authenticatorData: 7 }),
  'response.signature': inner({ signature: undefined }),
  'response.user-handle': inner({ userHandle: 7 }),
  'allow-list': {
    expected: {
      options: {
        challenge: base64url(new Uint8Array(32).fill(7)),
        rpId: 'example.com',
        allowCredentials: [{ type: 'public-key', id: 'AAAA' }],
      },
    },
  },
  'credential.known': { credentialId: new Uint8Array(32).fill(1) },
  'credential.owner': {
    record: { userHandle: 'b3RoZXI' },
    ...inner({ userHandle: 'b3RoZXI' }),
  },
  'user-handle.matches': inner({ userHandle: 'b3RoZXI' }),
  'user-handle.present': { ...inner({ userHandle: null }), expected: { user: 'from-response' } },
  'user-handle.owner': { ...inner({ userHandle: 'b3RoZXI' }), expected: { user: 'from-response' } },
  'auth-data.attested-data-flag': { flags: 0x45 },
  'user-verification': { flags: 0x01, expected: { userVerification: true } },
  'backup-eligible': { flags: 0x0d },
  signature: async () => ({ signer: await keyNamed('a stranger') }),
  'signature.der': { signature: long },
  'signature.raw': { signature: (der) => rawSignature(der, 32) },
  'signature.range': { signature: zero },
  counter: { signCount: 1 },
};
