import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SceneName } from '../../src/audit/fault.ts';
import { otherKey } from '../../src/audit/forge/keys.ts';
import { toSpki } from '../../src/crypto/formats/spki.ts';
import { decodeAttestationObject } from '../../src/ctap/attestation-object.ts';
import { catalogue, type Fault, fault, faulty } from '../../src/entries/audit.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../../src/entries/index.ts';
import { Authenticator, WebAuthnClient } from '../../src/entries/index.ts';

const origin = 'https://login.example.com:8443';
const rpId = 'login.example.com';
const ALGORITHMS = [-7, -8, -35, -36, -257, -48, -49, -50].map((alg) => ({ type: 'public-key', alg }));
/** Faults of other subjects than the signature that are a wrong signature, and what comes of it. */
const WRONG_SIGNATURE: readonly string[] = ['signed-in-before-verification', 'json-signature-spaces'];
const bytes = (text: string): Buffer => Buffer.from(text, 'base64url');

async function stage(one?: Fault) {
  const authenticator = faulty(new Authenticator({ policy: { ...one?.policy }, seed: one?.id ?? 'none' }));
  const client = new WebAuthnClient({ origin, authenticator });
  const create = (): Promise<RegistrationResponseJSON> =>
    client.create({
      rp: { name: 'Example', id: rpId },
      user: { id: 'dXNlci0x', name: 'ada', displayName: 'Ada' },
      challenge: 'Y2hhbGxlbmdlLWZyb20tdGhlLXNlcnZlci0zMi1ieXQ',
      pubKeyCredParams: ALGORITHMS,
      authenticatorSelection: {
        residentKey: 'required',
        userVerification: one?.request?.userVerification ?? 'preferred',
      },
      attestation: one?.request?.attestation ?? 'none',
      ...(one?.request?.extensions && { extensions: one.request.extensions }),
    });
  const get = (id: string): Promise<AuthenticationResponseJSON> =>
    client.get({
      rpId,
      challenge: 'YW5vdGhlci1jaGFsbGVuZ2UtZnJvbS10aGUtc2VydmVyIQ',
      allowCredentials: [{ type: 'public-key', id }],
      userVerification: one?.request?.userVerification ?? 'preferred',
    });
  return { authenticator, create, get };
}

/** What faults need from outside: another user's credential, of a device like the fault's, another challenge, a counter. */
async function givenFor({ policy }: Fault) {
  const other = new Authenticator({ policy: { ...policy }, seed: 'other' });
  const client = new WebAuthnClient({ origin, authenticator: other });
  await client.create({
    rp: { name: 'Example', id: rpId },
    user: { id: 'dXNlci0y', name: 'bob', displayName: 'Bob' },
    challenge: 'AAAA',
    pubKeyCredParams: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required' },
  });
  const [credential] = other.credentials.list();
  return {
    credential: credential as NonNullable<typeof credential>,
    challenge: 'b3RoZXItY2hhbGxlbmdl',
    signCount: 5,
    userName: 'bob',
  };
}

/** Scenes in which the response may be an honest one: what is wrong is when it comes, how often, from whom, or not in it at all. */
const WRONG_SCENES: readonly (SceneName | undefined)[] = [
  'expired',
  'challenge-reused',
  'challenge-raced',
  'counter-raced',
  'counter-after-high',
  'removed',
  'stranger-registers',
  'other-registers',
  'registration-for-sign-in',
  'sign-in-for-registration',
  'without-credentials',
  'removes-other',
  'session-kept',
  'other-session-same-user',
  'options',
];

const attacks = catalogue.filter(({ kind }) => kind === 'attack');
const isSceneAlone = ({ scene }: Fault): boolean => WRONG_SCENES.includes(scene);
/** What is wrong is how the response is sent. */
const isRequestAlone = ({ subject }: Fault): boolean => subject === 'request';
const changesResponse = (one: Fault): boolean => !isSceneAlone(one) && !isRequestAlone(one);

/** A signature of other bytes is another one: it proves a change only where the signature is what is wrong. */
function compared(response: unknown, { ceremony, subject, id }: Fault): unknown {
  if (ceremony === 'registration' || subject === 'signature' || WRONG_SIGNATURE.includes(id)) return response;
  const copy = structuredClone(response) as { response?: { signature?: unknown } };
  if (typeof copy?.response?.signature === 'string') delete copy.response.signature;
  return copy;
}

/** The response of the fault's ceremony as a right client makes it, and as it is sent. */
async function played(one: Fault): Promise<{ honest: unknown; sent: unknown }> {
  const { authenticator, create, get } = await stage(one);
  const created = one.ceremony === 'authentication' ? await create() : undefined;
  authenticator.next(one, await givenFor(one));
  let honest: unknown;
  const { finished: finish } = authenticator;
  authenticator.finished = async (ceremony) => {
    honest = structuredClone(ceremony.response);
    return finish(ceremony);
  };
  const sent = created === undefined ? await create() : await get(created.id);
  return { honest: compared(honest, one), sent: compared(sent, one) };
}

describe('a fault', () => {
  it.each(attacks.filter(changesResponse))('$id changes the response', async (one) => {
    const { honest, sent } = await played(one);
    expect(sent).not.toEqual(honest);
  });

  it.each(attacks.filter(isSceneAlone))('$id is wrong in its scene, $scene, alone', async (one) => {
    const { honest, sent } = await played(one);
    expect(sent).toEqual(honest);
    expect(one.inspect !== undefined).toBe(one.scene === 'options');
  });

  it.each(attacks.filter(isRequestAlone))('$id is wrong in the headers of its request alone', async (one) => {
    const { honest, sent } = await played(one);
    expect(sent).toEqual(honest);
    expect(Object.keys(one.headers?.(new URL(origin)) ?? {})).not.toEqual([]);
  });
});

/** Faults of what is signed, or who signs, or where the signature is: for them it is not to verify. */
const UNSIGNED = new Set(['signature']);
const OTHERS_KEY = [
  'credential-unknown',
  'credential-of-other',
  'credential-not-allowed',
  'user-handle-of-other-credential',
];

const resigned = catalogue.filter(
  (one) =>
    one.ceremony === 'authentication' &&
    one.kind === 'attack' &&
    !UNSIGNED.has(one.subject) &&
    one.subject !== 'json' &&
    one.subject !== 'update' &&
    !WRONG_SIGNATURE.includes(one.id) &&
    !OTHERS_KEY.some((begin) => one.id.startsWith(begin)),
);

describe('a sign-in that was changed', () => {
  it('is looked at here for more than seventy faults', () => {
    expect(resigned.length).toBeGreaterThan(70);
  });

  it.each(resigned)('as by $id is signed again with the right key', async (one) => {
    const { authenticator, create, get } = await stage({ ...one, policy: { algorithms: [-7] } } as Fault);
    const { id } = await create();
    authenticator.next(one, await givenFor(one));
    const { response } = await get(id);
    const credential = authenticator.credentials.get(bytes(id));
    const key = createPublicKey({
      key: Buffer.from(toSpki(-7, credential?.publicKey as Uint8Array)),
      format: 'der',
      type: 'spki',
    });
    const hash = createHash('sha256').update(bytes(response.clientDataJSON)).digest();
    const data = Buffer.concat([bytes(response.authenticatorData), hash]);
    expect(verify('sha256', data, key, bytes(response.signature))).toBe(true);
  });
});

describe('a registration that was changed', () => {
  it('is attested again, with the key that it registers', async () => {
    const { authenticator, create } = await stage({
      ...fault('registration-origin-subdomain'),
      request: { attestation: 'direct' },
      policy: { algorithms: [-7] },
    } as Fault);
    authenticator.next(fault('registration-origin-subdomain'));
    const { id, response } = await create();
    const { fmt, attStmt, authData } = decodeAttestationObject(bytes(response.attestationObject));
    expect(fmt).toBe('packed');
    const credential = authenticator.credentials.get(bytes(id));
    const key = createPublicKey({
      key: Buffer.from(toSpki(-7, credential?.publicKey as Uint8Array)),
      format: 'der',
      type: 'spki',
    });
    const hash = createHash('sha256').update(bytes(response.clientDataJSON)).digest();
    const signature = (attStmt as Map<string, Uint8Array>).get('sig') as Uint8Array;
    expect(verify('sha256', Buffer.concat([authData, hash]), key, signature)).toBe(true);
    expect(bytes(response.clientDataJSON).toString()).toContain(
      '"origin":"https://sub.login.example.com:8443"',
    );
  });
});

describe('faulty(authenticator)', () => {
  it('makes one ceremony wrong, and the next right again', async () => {
    const { authenticator, create, get } = await stage({
      ...fault('authentication-type-swapped'),
      policy: { algorithms: [-7] },
    } as Fault);
    const { id } = await create();
    authenticator.next(fault('authentication-type-swapped'));
    const types = [await get(id), await get(id)].map(
      ({ response }) => JSON.parse(bytes(response.clientDataJSON).toString()).type,
    );
    expect(types).toEqual(['webauthn.create', 'webauthn.get']);
  });

  it('keeps a fault of one ceremony until there is such a ceremony, and queues them', async () => {
    const { authenticator, create, get } = await stage();
    authenticator.next(fault('authentication-user-absent'));
    authenticator.next(fault('authentication-challenge-empty'));
    const { id } = await create();
    const [first, second, third] = [await get(id), await get(id), await get(id)].map(({ response }) => ({
      present: ((bytes(response.authenticatorData)[32] as number) & 1) === 1,
      challenge: JSON.parse(bytes(response.clientDataJSON).toString()).challenge !== '',
    }));
    expect([first, second, third]).toEqual([
      { present: false, challenge: true },
      { present: true, challenge: false },
      { present: true, challenge: true },
    ]);
  });

  it('forgets what was queued', async () => {
    const { authenticator, create, get } = await stage();
    authenticator.next(fault('signature-empty'));
    authenticator.reset();
    const { id } = await create();
    expect((await get(id)).response.signature).not.toBe('');
  });

  it('signs with another key of the same algorithm', async () => {
    const { authenticator, create, get } = await stage({
      ...fault('signature-from-other-key'),
      policy: { algorithms: [-7] },
    } as Fault);
    const { id } = await create();
    authenticator.next(fault('signature-from-other-key'));
    const { response } = await get(id);
    const other = await otherKey(-7);
    const key = createPublicKey({ key: Buffer.from(toSpki(-7, other.public)), format: 'der', type: 'spki' });
    const hash = createHash('sha256').update(bytes(response.clientDataJSON)).digest();
    expect(
      verify(
        'sha256',
        Buffer.concat([bytes(response.authenticatorData), hash]),
        key,
        bytes(response.signature),
      ),
    ).toBe(true);
  });

  it('says why a ceremony cannot have a fault', async () => {
    const { authenticator, create, get } = await stage();
    const { id } = await create();
    authenticator.next(fault('authentication-challenge-of-other-session'));
    await expect(get(id)).rejects.toMatchObject({
      code: 'fault-not-applicable',
      message:
        'this ceremony cannot have the fault: it needs the challenge of another ceremony, and none was given',
    });
  });
});

describe('signature-der-negative', () => {
  it('has a number that is read as negative, whatever was signed, and is else a signature of the key', async () => {
    const negative = fault('signature-der-negative');
    const { authenticator, create, get } = await stage(negative);
    const { id } = await create();
    const [credential] = authenticator.credentials.list();
    const key = createPublicKey({
      key: Buffer.from(toSpki(-7, credential?.publicKey as Uint8Array)),
      format: 'der',
      type: 'spki',
    });
    // (Of four signatures, one has no number whose zero could be left out: twelve have all cases.)
    for (let n = 0; n < 12; n++) {
      authenticator.next(negative);
      const { response } = await get(id);
      const der = bytes(response.signature);
      const r = der.subarray(4, 4 + (der[3] as number));
      const s = der.subarray(4 + r.length + 2);
      expect(Math.max(r[0] as number, s[0] as number)).toBeGreaterThanOrEqual(0x80);
      const data = Buffer.concat([
        bytes(response.authenticatorData),
        createHash('sha256').update(bytes(response.clientDataJSON)).digest(),
      ]);
      expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat([r, s]))).toBe(true);
    }
  });
});
