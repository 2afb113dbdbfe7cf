import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64url } from '../../src/base/base64url.ts';
import type { CborValue } from '../../src/cbor/cbor.ts';
import {
  authenticationChecks,
  registrationChecks,
  verifyAuthentication,
  verifyRegistration,
} from '../../src/entries/verify.ts';
import { type Attest, assertion, type Forgery, keyNamed, registration, root, sign } from './workshop.ts';

describe('misuse', () => {
  it.each([
    ['options', { options: 7 }, /options: expected an object, got 7/],
    ['a challenge', { options: { challenge: 'a b' } }, /options\.challenge: expected base64url/],
    ['origins', { origins: [] }, /origins: expected one origin or more, got \[\]/],
    ['an RP ID', { rpId: '' }, /rpId: expected an RP ID, got ""/],
    ['trust anchors', { attestation: { trustAnchors: ['no PEM'] } }, /attestation: expected certificates/],
  ])('without %s throws, and says what was expected', async (_, wrong, message) => {
    const { response, expected } = await registration();
    await expect(verifyRegistration(response, { ...expected, ...wrong } as never)).rejects.toMatchObject({
      name: 'StuntkeyError',
      code: 'bad-expectation',
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['pubKeyCredParams', null, /options\.pubKeyCredParams: expected an array such as .*, got null/],
    ['pubKeyCredParams', undefined, /options\.pubKeyCredParams: expected an array such as .*, got nothing/],
    ['pubKeyCredParams', [null], /options\.pubKeyCredParams: expected an array such as .*, got \[null\]/],
    ['user', null, /options\.user: expected an object with the user handle as its id, got null/],
    ['user', { id: 7 }, /options\.user: expected an object with the user handle as its id, got {"id":7}/],
  ])(
    'with creation options whose %s is %j throws, and says what was expected',
    async (member, value, message) => {
      const { response, expected } = await registration();
      const options = { ...expected.options, [member]: value } as never;
      await expect(verifyRegistration(response, { ...expected, options })).rejects.toMatchObject({
        code: 'bad-expectation',
        message: expect.stringMatching(message),
      });
    },
  );

  it.each([[7], [[null]]])('with allowCredentials that are %j throws', async (allowCredentials) => {
    const { response, expected } = await assertion();
    const options = { ...expected.options, allowCredentials } as never;
    await expect(verifyAuthentication(response, { ...expected, options })).rejects.toMatchObject({
      code: 'bad-expectation',
      message: expect.stringMatching(
        /options\.allowCredentials: expected an array of credentials, or none, got/,
      ),
    });
  });

  it.each([
    [{ orgins: ['https://example.com'] }, 'orgins: there is no such member; did you mean origins?'],
    [
      { expectedChallenge: 'AAAA' },
      'expectedChallenge: there is no such member; expected one of options, origins',
    ],
    [{ userVerificaton: true }, 'userVerificaton: there is no such member; did you mean userVerification?'],
    [{ userVerification: 'required' }, 'userVerification: expected true or false, got "required"'],
    [{ crossOrigin: 'false' }, 'crossOrigin: expected true or false, got "false"'],
    [{ topOrigins: 'https://example.com' }, 'topOrigins: expected an array, got "https://example.com"'],
    [{ off: 'challenge' }, 'off: expected an array, got "challenge"'],
  ])('of a member, %j, throws at both ceremonies: the check would not be made', async (wrong, message) => {
    const [registered, signedIn] = [await registration(), await assertion()];
    const error = { code: 'bad-expectation', message: expect.stringContaining(message) };
    const judging = verifyRegistration(registered.response, { ...registered.expected, ...wrong } as never);
    await expect(judging).rejects.toMatchObject(error);
    const signing = verifyAuthentication(signedIn.response, { ...signedIn.expected, ...wrong } as never);
    await expect(signing).rejects.toMatchObject(error);
  });

  it.each([
    [
      { attestation: { trustAnchor: [] } },
      'attestation.trustAnchor: there is no such member; did you mean trustAnchors?',
    ],
    [{ attestation: { none: 'false' } }, 'attestation.none: expected true or false, got "false"'],
    [{ attestation: { aaguids: 'x' } }, 'attestation.aaguids: expected an array, got "x"'],
    [{ isRegistered: true }, 'isRegistered: expected a function, got true'],
  ])('of what a registration has to be, %j, throws', async (wrong, message) => {
    const { response, expected } = await registration();
    await expect(verifyRegistration(response, { ...expected, ...wrong } as never)).rejects.toThrow(message);
  });

  it.each(['ada', { name: 'ada' }, null])('of the user who signs in, %j, throws', async (user) => {
    const { response, expected } = await assertion();
    await expect(verifyAuthentication(response, { ...expected, user } as never)).rejects.toThrow(
      "user: expected { handle: … } or 'from-response'",
    );
  });

  it('without anything that is expected throws', async () => {
    const { response } = await registration();
    await expect(verifyRegistration(response, undefined as never)).rejects.toThrow(
      'expected: expected { options, origins, … }',
    );
  });

  it('without a credential throws', async () => {
    const { response, expected } = await assertion();
    const wrong = { ...expected, credential: undefined } as never;
    await expect(verifyAuthentication(response, wrong)).rejects.toMatchObject({ code: 'bad-expectation' });
  });

  it('with an unknown check throws', async () => {
    const { response, expected } = await registration();
    await expect(verifyRegistration(response, { ...expected, off: ['challange'] })).rejects.toMatchObject({
      code: 'unknown-check',
      message: 'expected the name of a check, got "challange"',
    });
  });

  it('takes the name of a check without its ceremony', async () => {
    const { response, expected } = await registration({
      clientData: (honest) => ({ ...honest, origin: 'x' }),
    });
    expect(await verifyRegistration(response, { ...expected, off: ['origin'] })).toMatchObject({
      verified: true,
    });
  });
});

describe('the steps', () => {
  it('are all there, and say where the specification has them', async () => {
    const { response, expected } = await registration();
    const { steps } = await verifyRegistration(response, expected);
    expect(new Set(steps.map(({ number }) => number))).toEqual(
      new Set([3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28]),
    );
    expect(steps.find(({ name }) => name === 'registration.origin')).toEqual({
      number: 9,
      name: 'registration.origin',
      title: 'origin is one that is expected',
      url: 'https://www.w3.org/TR/webauthn-3/#sctn-validating-origin',
      outcome: 'passed',
    });
    const asserted = await assertion();
    const authentication = await verifyAuthentication(asserted.response, asserted.expected);
    expect(new Set(authentication.steps.map(({ number }) => number))).toEqual(
      new Set([3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23]),
    );
  });

  it('come in the order of the specification, but for authenticator data, which is read before it is judged', async () => {
    const { response, expected } = await registration();
    const numbers = (await verifyRegistration(response, expected)).steps.map(({ number }) => number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('end with the one that failed', async () => {
    const { response, expected } = await registration({
      clientData: (honest) => ({ ...honest, origin: 'x' }),
    });
    const { steps, failed, ...rest } = await verifyRegistration(response, expected);
    expect(rest).toEqual({ verified: false });
    expect(failed).toMatchObject({ expected: 'https://login.example.com', got: '"x"' });
    const at = steps.findIndex(({ outcome }) => outcome === 'failed');
    expect(steps[at]).toBe(failed);
    expect(steps.slice(at + 1).every(({ outcome }) => outcome === 'not-reached')).toBe(true);
  });
});

describe('hostile input', () => {
  const anything = fc.anything({ withNullPrototype: true, maxDepth: 3 });
  const judges = [
    ['registration', verifyRegistration, registration],
    ['authentication', verifyAuthentication, assertion],
  ] as const;

  it.each(judges)('never makes a %s verify, and never throws', async (_, verify, honest) => {
    const { expected } = await honest();
    await fc.assert(
      fc.asyncProperty(anything, async (response) => {
        expect((await verify(response, expected as never)).verified).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it.each(judges)(
    'never throws for what is no %s at all, with every check off',
    async (kind, verify, honest) => {
      const { expected } = await honest();
      const off = kind === 'registration' ? registrationChecks : authenticationChecks;
      for (const response of [undefined, null, 5, 'text', [], {}, { response: 5 }, { response: {} }])
        expect(await verify(response, { ...expected, off } as never)).toMatchObject({ verified: true });
    },
  );

  it.each(judges)('never throws in a member of a %s, with every check off', async (kind, verify, honest) => {
    const { response, expected } = await honest();
    const off = kind === 'registration' ? registrationChecks : authenticationChecks;
    const { response: inner, ...outer } = response as { response: object };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(inner), ...Object.keys(outer)),
        fc.oneof(anything, fc.uint8Array().map(base64url)),
        async (member, value) => {
          const changed =
            member in inner
              ? { ...outer, response: { ...inner, [member]: value } }
              : { ...(response as object), [member]: value };
          await verify(changed, { ...expected, off } as never);
          await verify(changed, expected as never);
        },
      ),
      { numRuns: 200 },
    );
  });

  /** Signs a registration with the credential's own key, so that nothing in it can be changed. */
  const attest: Attest = async ({ signedData }) => ({
    fmt: 'packed',
    attStmt: new Map<string, CborValue>([
      ['alg', -7],
      ['sig', await sign(await keyNamed('credential -7'), signedData)],
    ]),
  });

  it.each([
    ['registration', 'attestationObject', verifyRegistration, registration],
    ['authentication', 'authenticatorData', verifyAuthentication, assertion],
  ] as const)('never makes a %s verify with a byte changed', async (_, member, verify, honest) => {
    const change = fc.tuple(
      fc.constantFrom('clientDataJSON', member),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
    );
    await fc.assert(
      fc.asyncProperty(change, async ([name, at, bits]) => {
        const { response, expected } = await honest({
          attest,
          response: (unchanged: { response: Record<string, unknown> }) => {
            const bytes = new Uint8Array(Buffer.from(String(unchanged.response[name]), 'base64url'));
            bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ bits;
            return { ...unchanged, response: { ...unchanged.response, [name]: base64url(bytes) } };
          },
        } as Forgery);
        expect((await verify(response, expected as never)).verified).toBe(false);
      }),
      { numRuns: 100 },
    );
  });

  it('does not take long over what is large', async () => {
    const { expected } = await registration();
    const huge = base64url(new Uint8Array(1_000_000).fill(0x81));
    const response = {
      id: 'AAAA',
      rawId: 'AAAA',
      type: 'public-key',
      clientExtensionResults: {},
      response: { clientDataJSON: base64url(Buffer.from('['.repeat(1_000_000))), attestationObject: huge },
    };
    for (const off of [[], registrationChecks]) {
      expect(await verifyRegistration(response, { ...expected, off })).toBeDefined();
    }
  });

  it('takes one policy again without reading its certificates again', async () => {
    const attestation = { trustAnchors: [await root()] };
    const { response, expected } = await registration();
    for (let i = 0; i < 3; i++) {
      expect(await verifyRegistration(response, { ...expected, attestation })).toMatchObject({
        verified: true,
      });
    }
  });
});
