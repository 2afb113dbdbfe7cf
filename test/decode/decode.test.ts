import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { base64url, fromBase64url } from '../../src/base/base64url.ts';
import { hex } from '../../src/base/bytes.ts';
import { encodeCbor } from '../../src/cbor/cbor.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { CtapCommand, commandName } from '../../src/ctap/commands.ts';
import { type DecodedKind, decode } from '../../src/decode/decode.ts';
import { DecodeError } from '../../src/decode/error.ts';
import { webauthnLevel3Vectors } from '../../src/vectors/data.ts';
import { furnish } from '../page/page.ts';

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'AQID', name: 'ada', displayName: 'Ada' },
  challenge: 'CQkJ',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  attestation: 'direct',
  authenticatorSelection: { residentKey: 'required' },
};

/** One registration and one assertion, and every message that went over the wire meanwhile. */
const authenticator = new Authenticator({ seed: 'decode' });
const messages: { request: Uint8Array; response: Uint8Array }[] = [];
const client = new WebAuthnClient({
  origin: 'https://example.com',
  authenticator: {
    async transact(request, options) {
      const response = await authenticator.transact(request, options);
      messages.push({ request, response });
      return response;
    },
  },
});
const registration = await client.create(creation);
const authentication = await client.get({ challenge: 'CQkJ', rpId: 'example.com' });
const { attestationObject, authenticatorData, clientDataJSON } = registration.response;
const attested = decodeAuthenticatorData(fromBase64url(authenticatorData)).attestedCredentialData;
const coseKey = encodeCbor(attested?.credentialPublicKey ?? new Map());

const blobs: [DecodedKind, Uint8Array][] = [
  ['authenticator data', fromBase64url(authenticatorData)],
  ['authenticator data', fromBase64url(authentication.response.authenticatorData)],
  ['attestation object', fromBase64url(attestationObject)],
  ['client data', fromBase64url(clientDataJSON)],
  ['COSE key', coseKey],
  ...messages.flatMap(({ request, response }): [DecodedKind, Uint8Array][] => [
    ['CTAP request', request],
    ['CTAP response', response],
  ]),
];

describe.each(blobs)('%s', (kind, bytes) => {
  it.each<[string, Parameters<typeof decode>[0]]>([
    ['bytes', bytes],
    ['an ArrayBuffer', bytes.slice().buffer],
    ['a view', new DataView(bytes.slice().buffer)],
    ['hexadecimal', hex(bytes)],
    [
      'hexadecimal with colons',
      hex(bytes)
        .toUpperCase()
        .replace(/..(?=.)/g, '$&:'),
    ],
    ['base64url', base64url(bytes)],
    ['base64', Buffer.from(bytes).toString('base64')],
  ])('is recognized as %s', (_, input) => {
    expect(decode(input)).toEqual(decode(bytes, { as: kind }));
    expect(decode(input).kind).toBe(kind);
  });
});

describe('what decode() shows', () => {
  it('of authenticator data: flags by name, the AAGUID as a UUID, the key', () => {
    expect(decode(authenticatorData).value).toEqual({
      rpIdHash: "h'a379a6f6eeafb9a55e378c118034e2751e682fab9f2d30ab13d2125586ce1947'",
      flags: 'UP UV AT (0x45)',
      signCount: 0,
      attestedCredentialData: {
        aaguid: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        credentialId: `b64'${registration.id}'`,
        credentialPublicKey: {
          kty: 'EC2 (2)',
          alg: 'ES256 (-7)',
          crv: 'P-256 (1)',
          x: expect.stringMatching(/^h'[0-9a-f]{64}'$/),
          y: expect.stringMatching(/^h'[0-9a-f]{64}'$/),
        },
      },
    });
  });

  it('of an attestation object: the statement, and its authenticator data', () => {
    expect(decode(attestationObject).value).toMatchObject({
      fmt: 'packed',
      attStmt: { alg: 'ES256 (-7)', sig: expect.stringMatching(/^h'30/) },
      authData: { flags: 'UP UV AT (0x45)' },
    });
  });

  it('of requests: the command and its parameters by name', () => {
    const request = messages.find(({ request: [first] }) => first === 1)?.request as Uint8Array;
    expect(decode(request).value).toMatchObject({
      command: 'authenticatorMakeCredential (0x01)',
      parameters: {
        rp: { id: 'example.com', name: 'Example' },
        user: { id: "b64'AQID'", name: 'ada', displayName: 'Ada' },
        pubKeyCredParams: [{ alg: 'ES256 (-7)', type: 'public-key' }],
        options: { rk: true, uv: true },
      },
    });
  });

  it('of responses: the status, and members as the command has them', () => {
    const { request, response } = messages.at(-1) as (typeof messages)[0];
    const command = commandName(request[0] as number) as 'authenticatorGetAssertion';
    expect(decode(response, { command }).value).toMatchObject({
      status: '0x00 CTAP2_OK',
      members: {
        credential: { id: `b64'${registration.id}'` },
        authData: { flags: 'UP UV (0x05)', signCount: 1 },
        user: { id: "b64'AQID'" },
      },
    });
    expect(decode(response).value).toMatchObject({ looksLike: 'an answer to authenticatorGetAssertion' });
    expect(decode('2e').value).toEqual({ status: '0x2E CTAP2_ERR_NO_CREDENTIALS' });
  });

  it('of a lone byte: a command if it has no parameters, else a status, and what the caller says it is', () => {
    expect(decode('04')).toMatchObject({
      kind: 'CTAP request',
      value: { command: 'authenticatorGetInfo (0x04)' },
    });
    expect(decode('01').kind).toBe('CTAP response');
    expect(decode('04', { as: 'CTAP response' }).value).toEqual({ status: '0x04 CTAP1_ERR_INVALID_SEQ' });
    expect(decode('00', { command: 'authenticatorReset' }).value).toEqual({ status: '0x00 CTAP2_OK' });
  });

  it('of subcommands and keys in them: names', () => {
    const request = [
      CtapCommand.authenticatorClientPIN,
      ...encodeCbor(
        new Map([
          [1, 2],
          [2, 2],
        ]),
      ),
    ];
    expect(decode(Uint8Array.from(request)).value).toEqual({
      command: 'authenticatorClientPIN (0x06)',
      parameters: { pinUvAuthProtocol: 2, subCommand: 'getKeyAgreement (2)' },
    });
    const key = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, new Uint8Array(1)],
      [-3, new Uint8Array(1)],
    ]);
    const response = Uint8Array.from([0, ...encodeCbor(new Map([[1, key]]))]);
    expect(decode(response, { command: 'authenticatorClientPIN' }).value).toMatchObject({
      members: { keyAgreement: { alg: 'ECDH-ES + HKDF-256 (-25)', crv: 'P-256 (1)', x: "h'00'" } },
    });
  });

  it('of a request with a wrong parameter: what is there, and the problem', () => {
    const request = Uint8Array.from([2, ...encodeCbor(new Map([[1, 7]]))]);
    expect(decode(request).value).toEqual({
      command: 'authenticatorGetAssertion (0x02)',
      problem: expect.stringMatching(/rpId: expected a text/),
      parameters: { 1: 7 },
    });
  });

  it('of credentials: every blob in them', () => {
    for (const input of [registration, JSON.stringify(registration), { toJSON: () => registration }])
      expect(decode(input)).toMatchObject({
        kind: 'registration response',
        value: {
          id: registration.id,
          response: {
            attestationObject: { fmt: 'packed' },
            authenticatorData: { signCount: 0 },
            clientDataJSON: { type: 'webauthn.create', origin: 'https://example.com' },
            publicKeyAlgorithm: 'ES256 (-7)',
          },
        },
      });
    expect(decode(authentication)).toMatchObject({
      kind: 'authentication response',
      value: { response: { authenticatorData: { signCount: 1 }, userHandle: 'AQID' } },
    });
  });

  it('of a credential with a broken blob: the rest', () => {
    const response = { ...registration.response, attestationObject: 'oA', clientDataJSON: '*' };
    expect(decode({ ...registration, response }).value).toMatchObject({
      response: {
        attestationObject: { problem: expect.stringMatching(/fmt is missing/), text: 'oA' },
        clientDataJSON: { problem: expect.any(String), text: '*' },
        authenticatorData: { signCount: 0 },
      },
    });
  });

  it('of a real credential object: the same as of its JSON', async () => {
    const { page, installation } = furnish({});
    const options = page.PublicKeyCredential.parseCreationOptionsFromJSON(creation);
    const credential = await page.navigator.credentials.create({ publicKey: options });
    installation.uninstall();
    expect(decode(credential)).toEqual(decode(credential.toJSON()));
  });

  it('of options, wrapped or not: what they are', () => {
    expect(decode(creation).kind).toBe('creation options');
    expect(decode({ publicKey: creation })).toMatchObject({
      kind: 'creation options',
      value: { pubKeyCredParams: [{ alg: 'ES256 (-7)' }] },
    });
    expect(decode('{"publicKey":{"challenge":"AA"}}').kind).toBe('request options');
  });

  it('as text: a member a line, long bytes cut, nothing that draws on a terminal', () => {
    const text = String(decode(attestationObject));
    expect(text).toMatch(/^attestation object\n {2}fmt: packed\n {2}attStmt:\n {4}alg: ES256 \(-7\)\n/);
    expect(text).toMatch(/sig: h'30[0-9a-f]+…' \(7\d bytes\)/);
    expect(String(decode({ challenge: 'AA', rpId: '\u001b[31mred' }))).not.toContain('\u001b');
  });
});

describe('what is none of these', () => {
  it.each<[string, unknown]>([
    ['nothing', ''],
    ['no bytes', new Uint8Array()],
    ['a text', 'hello world!'],
    ['a number', 7],
    ['null', null],
    ['undefined', undefined],
    ['an empty object', {}],
    ['half of JSON', '{"challenge":'],
    ['authenticator data that is cut off', fromBase64url(authenticatorData).subarray(0, 60)],
    [
      'an object that throws',
      {
        get response(): never {
          throw new Error('no');
        },
      },
    ],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          get() {
            throw new RangeError('no');
          },
        },
      ),
    ],
  ])('is a DecodeError: %s', (_, input) => {
    expect(() => decode(input as object)).toThrow(DecodeError);
    expect(() => decode(input as object)).toThrow(expect.objectContaining({ code: 'unrecognized' }));
  });

  it('is a DecodeError where the caller expects something else', () => {
    const mismatch = expect.objectContaining({ code: 'mismatch' });
    expect(() => decode(authenticatorData, { as: 'COSE key' })).toThrow(mismatch);
    expect(() => decode(registration, { as: 'authentication response' })).toThrow(mismatch);
  });

  it('is not read at all when it is longer than anything could be', () => {
    const tooLarge = expect.objectContaining({ code: 'too-large' });
    expect(() => decode(new Uint8Array(2 ** 20 + 1))).toThrow(tooLarge);
    expect(() => decode('a'.repeat(2 ** 22))).toThrow(tooLarge);
  });

  it('does not hang or overflow, however deep or shared', () => {
    let deep: object = { challenge: 'AA' };
    for (let level = 0; level < 10_000; level++) deep = { challenge: 'AA', deep };
    expect(String(decode(deep))).toContain('…');
    let shared: object = {};
    for (let level = 0; level < 64; level++) shared = { a: shared, b: shared };
    expect(String(decode({ challenge: 'AA', shared }))).toContain('…');
    const own: Record<string, unknown> = { challenge: 'AA' };
    own.own = own;
    expect(String(decode(own))).toContain('…');
    expect(decode(`{"challenge":"AA","deep":${'['.repeat(1e5)}${']'.repeat(1e5)}}`).kind).toBe(
      'request options',
    );
  });

  const runs = { numRuns: process.env.SLOW ? 20_000 : 200 };
  /** Whatever it is given, decode() answers or throws its own error; and what it answers can be printed. */
  const bears = (input: unknown): void => {
    try {
      JSON.stringify(decode(input as object));
      String(decode(input as object));
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError);
    }
  };

  it('is borne, whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bears), runs);
    fc.assert(fc.property(fc.string({ unit: 'binary' }), bears), runs);
    fc.assert(
      fc.property(fc.anything({ withMap: true, withTypedArray: true, withNullPrototype: true }), bears),
      runs,
    );
  });

  it('is borne when it was one of these before a byte was changed, or the end was lost', () => {
    const blob = fc.constantFrom(...blobs.map(([, bytes]) => bytes));
    fc.assert(
      fc.property(blob, fc.nat(), fc.nat(255), fc.nat(), (bytes, at, value, end) => {
        const changed = bytes.slice(0, 1 + (end % bytes.length));
        changed[at % changed.length] = value;
        bears(changed);
        bears(hex(changed));
        const kinds: DecodedKind[] = ['CTAP request', 'CTAP response', 'authenticator data'];
        for (const as of kinds)
          try {
            decode(changed, { as, command: 'authenticatorMakeCredential' });
          } catch (error) {
            expect(error).toBeInstanceOf(DecodeError);
          }
      }),
      runs,
    );
  });

  it('is borne inside a credential', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('attestationObject', 'clientDataJSON', 'authenticatorData'),
        fc.json(),
        (name, text) => {
          for (const value of [text, base64url(Buffer.from(text)), JSON.parse(text)])
            bears({ ...registration, response: { ...registration.response, [name]: value } });
        },
      ),
      runs,
    );
  });
});

describe('the blobs of the published vectors', () => {
  const { vectors } = webauthnLevel3Vectors();
  const blobsOf: [string, DecodedKind, string][] = vectors.flatMap(
    ({ name, registration, authentication }) => [
      [name, 'attestation object', registration.attestationObject?.hex ?? ''],
      [name, 'client data', registration.clientDataJSON?.hex ?? ''],
      [name, 'authenticator data', authentication.authenticatorData?.hex ?? ''],
      [name, 'client data', authentication.clientDataJSON?.hex ?? ''],
    ],
  );

  it.each(blobsOf)('of %s are known: %s', (_, kind, blob) => {
    expect(decode(blob).kind).toBe(kind);
  });

  it.each(vectors)(
    'of $name have the key that they are said to have',
    ({ credentialAlg, fmt, registration }) => {
      expect(decode(registration.attestationObject?.hex ?? '').value).toMatchObject({
        fmt,
        authData: {
          attestedCredentialData: {
            credentialPublicKey: {
              alg: expect.stringMatching(new RegExp(`^[A-Z][A-Za-z0-9]+ \\(${credentialAlg}\\)$`)),
            },
          },
        },
      });
    },
  );
});
