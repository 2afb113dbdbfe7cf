/** JSON as servers write it, and what everybody tries first. */
import { describe, expect, it } from 'vitest';
import { Authenticator, ManualClock, ScriptedUser, WebAuthnClient } from '../../src/entries/index.ts';

const creation = {
  rp: { name: 'Example', id: 'example.com' },
  user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
  challenge: 'Y2hhbGxlbmdl',
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
};
const at = (origin = 'https://example.com', authenticator = new Authenticator()): WebAuthnClient =>
  new WebAuthnClient({ origin, authenticator });

describe('a timeout', () => {
  it.each([null, 0, 1, 60, -1, '5', Number.NaN])(
    'of %o leaves a person who takes 100 ms the time',
    async (timeout) => {
      const clock = new ManualClock();
      let touch = (): void => {};
      const user = {
        answer: () =>
          new Promise<'approve'>((resolve) => {
            touch = () => resolve('approve');
          }),
      };
      const authenticator = new Authenticator({ user, clock, policy: { userVerification: 'none' } });
      const client = new WebAuthnClient({ origin: 'https://example.com', authenticator, clock });
      const registered = client.create({ ...creation, timeout: timeout as number });
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(100);
      touch();
      expect((await registered).type).toBe('public-key');
    },
  );

  it('of 0 is a second, and no more', async () => {
    const clock = new ManualClock();
    const user = new ScriptedUser({ presence: 'ignore', verification: 'ignore' });
    const client = new WebAuthnClient({
      origin: 'https://example.com',
      authenticator: new Authenticator({ user, clock }),
      clock,
    });
    const refused = client.create({ ...creation, timeout: 0 }).catch((error: Error) => error);
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
    expect(await refused).toMatchObject({ name: 'NotAllowedError' });
  });
});

describe('null', () => {
  const selection = (member: string): object => ({ authenticatorSelection: { [member]: null } });

  it.each([
    { authenticatorSelection: null },
    { extensions: null },
    { extensions: { prf: null } },
    { attestation: null },
    selection('authenticatorAttachment'),
    selection('residentKey'),
    selection('userVerification'),
  ])('is an empty dictionary, or a text that says nothing: %j', async (member) => {
    expect((await at().create({ ...creation, ...member } as never)).type).toBe('public-key');
  });

  it('is no sequence', async () => {
    const none = at().create({ ...creation, excludeCredentials: null } as never);
    await expect(none).rejects.toThrow(TypeError);
    await expect(none).rejects.toThrow('excludeCredentials: expected a sequence, got null');
  });
});

describe('names that are longer than a device takes', () => {
  const family = '👩‍👩‍👧‍👦';

  it('are cut to 64 bytes, at a character', async () => {
    const authenticator = new Authenticator({ policy: { maxMsgSize: 1024 } });
    await at('https://example.com', authenticator).create({
      ...creation,
      rp: { ...creation.rp, name: 'x'.repeat(3000) },
      user: { id: 'YWRh', name: `${'a'.repeat(60)}${family.repeat(100)}`, displayName: 'é'.repeat(2000) },
      authenticatorSelection: { residentKey: 'required' },
    });
    const [record] = authenticator.credentials.list();
    expect(record).toMatchObject({
      rpName: 'x'.repeat(64),
      userName: 'a'.repeat(60),
      userDisplayName: 'é'.repeat(32),
    });
  });

  it('are left as they are where there is room', async () => {
    const authenticator = new Authenticator();
    const name = family.repeat(50);
    await at('https://example.com', authenticator).create({
      ...creation,
      user: { ...creation.user, name },
      authenticatorSelection: { residentKey: 'required' },
    });
    expect(authenticator.credentials.list()[0]?.userName).toBe(name);
  });
});

describe('an internationalized domain', () => {
  it.each(['bücher.example', 'BÜCHER.example', 'xn--bcher-kva.example', 'XN--BCHER-KVA.EXAMPLE'])(
    'is one RP ID, spelled %s',
    async (id) => {
      const authenticator = new Authenticator();
      const client = at('https://login.bücher.example', authenticator);
      const { id: credential } = await client.create({ ...creation, rp: { name: 'Example', id } });
      expect(authenticator.credentials.list()[0]?.rpId).toBe('xn--bcher-kva.example');
      const found = await client.get({
        challenge: creation.challenge,
        rpId: 'xn--bcher-kva.example',
        allowCredentials: [{ type: 'public-key', id: credential }],
      });
      expect(found.id).toBe(credential);
    },
  );
});

describe('options with bytes, as fido2-lib makes them', () => {
  it('go in as they are', async () => {
    const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;
    const client = at();
    const { id } = await client.create({
      ...creation,
      user: { ...creation.user, id: bytes('ada') },
      challenge: bytes('challenge'),
      excludeCredentials: [{ type: 'public-key', id: new Uint8Array(16) }],
    });
    const raw = Buffer.from(id, 'base64url');
    const { response } = await client.get({
      publicKey: { challenge: raw, allowCredentials: [{ type: 'public-key', id: raw }] },
    });
    const clientData = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString());
    expect(clientData.challenge).toBe(id);
  });
});

describe('a refusal says what to do', () => {
  const causeOf = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => new Error('no refusal'),
      (error: Error) => error,
    );
    return `${error.name}: ${(error.cause as Error | undefined)?.message}`;
  };

  it('where credentials are there that are not discoverable: the first script that everybody writes', async () => {
    const client = at();
    const request = { challenge: creation.challenge };
    expect(await causeOf(client.get(request))).toBe('NotAllowedError: 0x2E CTAP2_ERR_NO_CREDENTIALS');
    await client.create(creation);
    expect(await causeOf(client.get(request))).toBe(
      'NotAllowedError: 0x2E CTAP2_ERR_NO_CREDENTIALS: 1 credential for example.com is here that is not discoverable: ask for residentKey when it is made, or give allowCredentials',
    );
    await client.create({ ...creation, user: { ...creation.user, id: 'Ym9i' } });
    expect(await causeOf(client.get(request))).toContain(
      '2 credentials for example.com are here that are not discoverable',
    );
  });

  it('at an IP address', async () => {
    expect(await causeOf(at('http://127.0.0.1:3000').create(creation))).toBe(
      'SecurityError: http://127.0.0.1:3000 has an IP address, and RP IDs are domains: use localhost, or a name',
    );
  });

  it('where what came is no options at all', async () => {
    const came = { error: 'not logged in' } as never;
    expect(await causeOf(at().create(came))).toBe(
      'TypeError: expected WebAuthn options, with a challenge; got {"error":"not logged in"}',
    );
    expect(await causeOf(at().get(came))).toContain('got {"error":"not logged in"}');
    expect(await causeOf(at().get(undefined as never))).toContain('got undefined');
    const others: readonly (readonly [unknown, string])[] = [
      [Promise.resolve(creation), 'got a promise: is an await missing?'],
      [Response.json(creation), 'got a response of fetch: its json() has the options'],
      [JSON.stringify(creation), 'got a text: JSON.parse() makes options of it'],
    ];
    for (const [other, message] of others)
      expect(await causeOf(at().create(other as never))).toContain(message);
  });

  it('where bytes are not in base64url', async () => {
    const named = (id: unknown): never => ({ ...creation, user: { ...creation.user, id } }) as never;
    const hint = "as Buffer.from('ada').toString('base64url') writes it; got";
    expect(await causeOf(at().create(named('ada@example.com')))).toContain(`${hint} "ada@example.com"`);
    expect(await causeOf(at().create({ ...creation, challenge: [1, 2] } as never))).toContain(
      `${hint} [1,2]`,
    );
    const excludeCredentials = [{ type: 'public-key', id: 'ab+/' }];
    expect(await causeOf(at().create({ ...creation, excludeCredentials }))).toContain(`${hint} "ab+/"`);
  });

  it('where the options of a sign-in register', async () => {
    expect(await causeOf(at().create({ challenge: 'AAAA', rpId: 'example.com' } as never))).toBe(
      'TypeError: expected the options of a registration; got those of a sign-in: call get()',
    );
  });

  it('where the person that was handed in fails, or answers what is no answer', async () => {
    const asked = (answer: () => unknown): Promise<string> =>
      causeOf(at(undefined, new Authenticator({ user: { answer } as never })).create(creation));
    const broken = (): never => {
      throw new Error('my user is broken');
    };
    expect(await asked(broken)).toBe('NotAllowedError: 0x7F CTAP1_ERR_OTHER: my user is broken');
    for (const answer of [() => true, async () => true])
      expect(await asked(answer)).toContain(
        'user.answer(): expected one of approve, decline, fail, ignore, ',
      );
  });

  it('after three wrong PINs', async () => {
    const user = new ScriptedUser({ pin: '1234' });
    const authenticator = new Authenticator({ user, policy: { userVerification: 'none' } });
    const client = at('https://example.com', authenticator);
    const demanding = { ...creation, authenticatorSelection: { userVerification: 'required' } };
    await client.create(demanding);
    user.use({ pin: '4321' });
    expect(await causeOf(client.create(demanding))).toMatch(/PIN_AUTH_BLOCKED: .*power-cycle the device/);
  });
});
