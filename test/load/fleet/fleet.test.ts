import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/base/bytes.ts';
import { ManualClock } from '../../../src/base/clock.ts';
import { fleet } from '../../../src/load/fleet/fleet.ts';
import { ScriptedUser } from '../../../src/person/user.ts';
import { base64url, creation, fromBase64url, identity, registrationOf, request, signInOf } from './people.ts';

describe('a person of a fleet', () => {
  it.each([-7, -8] as const)('registers with one fleet and signs in with another (%i)', async (algorithm) => {
    const registration = await fleet({ ...identity, algorithm })
      .person(7)
      .create(creation);
    const { credential, credentialBackedUp, credentialDeviceType } = await registrationOf(registration);
    const elsewhere = fleet({ ...identity, algorithm }).person(7);
    expect(credential.id).toBe(base64url(elsewhere.record.credentialId));
    expect(credential.publicKey).toEqual(elsewhere.record.publicKey);
    expect([credentialBackedUp, credentialDeviceType]).toEqual([true, 'multiDevice']);
    const { newCounter } = await signInOf(await elsewhere.get(request), elsewhere.record);
    expect(newCounter).toBe(0);
  });

  it('signs in without having registered, as a server that was filled with records expects', async () => {
    const people = fleet(identity);
    const person = people.person(999_999);
    const response = await person.get({
      ...request,
      allowCredentials: [{ type: 'public-key', id: base64url(people.record(999_999).credentialId) }],
    });
    await signInOf(response, people.record(999_999));
    expect(response.response.userHandle).toBe(base64url(people.record(999_999).userHandle));
  });

  it('tells the user handle that the server gave at the registration, while it is remembered or handed in', async () => {
    const people = fleet(identity);
    const person = people.person(3);
    await person.create({ ...creation, authenticatorSelection: { residentKey: 'required' } });
    expect((await person.get(request)).response.userHandle).toBe(creation.user.id);
    const again = people.person(3, { userHandle: fromBase64url(creation.user.id) });
    expect((await again.get(request)).response.userHandle).toBe(creation.user.id);
    const forgotten = people.person(3);
    expect((await forgotten.get(request)).response.userHandle).toBe(base64url(people.record(3).userHandle));
  });

  it('tells no user handle where it is not discoverable, and needs a list', async () => {
    const person = fleet({ ...identity, discoverable: false }).person(1);
    await expect(person.get(request)).rejects.toMatchObject({ name: 'NotAllowedError' });
    const allowCredentials = [{ type: 'public-key', id: base64url(person.record.credentialId) }];
    expect((await person.get({ ...request, allowCredentials })).response.userHandle).toBeUndefined();
  });

  it('signs in without a list after a registration that wanted no resident key, as one who is derived anew does', async () => {
    const people = fleet(identity);
    const person = people.person(1);
    await person.create({ ...creation, authenticatorSelection: { residentKey: 'discouraged' } });
    expect((await person.get(request)).id).toBe((await people.person(1).get(request)).id);
  });

  it('refuses a resident key where people are not found without a list, as one who is derived anew is not', async () => {
    const people = fleet({ ...identity, discoverable: false });
    const wanted = { ...creation, authenticatorSelection: { residentKey: 'required' as const } };
    await expect(people.person(1).create(wanted)).rejects.toMatchObject({ name: 'NotAllowedError' });
    const person = people.person(1);
    await person.create(creation);
    await expect(person.get(request)).rejects.toMatchObject({ name: 'NotAllowedError' });
  });

  it('is refused where it is registered already', async () => {
    const person = fleet(identity).person(1);
    const excludeCredentials = [{ type: 'public-key', id: base64url(person.record.credentialId) }];
    await expect(person.create({ ...creation, excludeCredentials })).rejects.toMatchObject({
      name: 'InvalidStateError',
    });
  });

  it('is refused at a list that does not name it', async () => {
    const people = fleet(identity);
    const allowCredentials = [{ type: 'public-key', id: base64url(people.record(2).credentialId) }];
    await expect(people.person(1).get({ ...request, allowCredentials })).rejects.toMatchObject({
      name: 'NotAllowedError',
      cause: { code: 'CTAP2_ERR_NO_CREDENTIALS' },
    });
  });

  it('is refused at a server that has no algorithm for its key', async () => {
    const pubKeyCredParams = [{ type: 'public-key', alg: -257 }];
    await expect(
      fleet(identity)
        .person(1)
        .create({ ...creation, pubKeyCredParams }),
    ).rejects.toMatchObject({
      name: 'NotAllowedError',
      cause: { code: 'CTAP2_ERR_UNSUPPORTED_ALGORITHM' },
    });
  });

  it('gives the same PRF results anywhere, and others to others', async () => {
    const extensions = { prf: { eval: { first: base64url(utf8('salt')) } } };
    const of = async (index: number) =>
      (
        await fleet(identity)
          .person(index)
          .get({ ...request, extensions })
      ).clientExtensionResults.prf;
    expect(await of(1)).toEqual(await of(1));
    expect(await of(1)).toMatchObject({ results: { first: expect.stringMatching(/^.{43}$/) } });
    expect(await of(2)).not.toEqual(await of(1));
    const made = await fleet(identity)
      .person(1)
      .create({ ...creation, extensions });
    expect(made.clientExtensionResults.prf).toMatchObject((await of(1)) as { results: { first: string } });
  });

  it('repeats signatures where that is asked for', async () => {
    const of = async (repeatable: boolean) =>
      (
        await fleet({ ...identity, repeatable })
          .person(1)
          .get(request)
      ).response.signature;
    expect(await of(true)).toBe(await of(true));
    expect(await of(false)).not.toBe(await of(false));
  });

  it('can be made to decline', async () => {
    const user = new ScriptedUser({ presence: 'decline', verification: 'decline' });
    await expect(
      fleet({ ...identity, user })
        .person(1)
        .get(request),
    ).rejects.toMatchObject({
      name: 'NotAllowedError',
    });
  });

  it('keeps its one credential whatever is put on its device', async () => {
    const { authenticator } = fleet(identity).person(1);
    const [own] = authenticator.credentials.list();
    if (own === undefined) throw new Error('expected a credential');
    await expect(
      authenticator.credentials.put({ ...own, id: utf8('another credential ID') }),
    ).rejects.toMatchObject({
      code: 'CTAP2_ERR_KEY_STORE_FULL',
    });
    expect(authenticator.credentials.list()).toHaveLength(1);
    expect(await authenticator.credentials.delete(own.id)).toBe(true);
    expect(authenticator.credentials.list()).toEqual([]);
  });
});

describe('the wrong RP', () => {
  it('is refused by the client, as in a browser, where the origin is another site’s', async () => {
    const person = fleet(identity).person(1);
    await expect(person.get({ ...request, rpId: 'example.org' })).rejects.toMatchObject({
      name: 'SecurityError',
    });
    const rp = { name: 'Other', id: 'example.org' };
    await expect(person.create({ ...creation, rp })).rejects.toMatchObject({ name: 'SecurityError' });
  });

  it.each([true, false])(
    'is refused by the device where the origin may speak for it (discoverable: %s)',
    async (resident) => {
      const person = fleet({ ...identity, origin: 'https://login.example.com' }).person(1);
      await expect(person.get({ ...request, rpId: 'login.example.com' })).rejects.toMatchObject({
        name: 'NotAllowedError',
        cause: { code: 'CTAP2_ERR_NO_CREDENTIALS' },
      });
      await expect(
        person.create({
          ...creation,
          rp: { name: 'Other', id: 'login.example.com' },
          authenticatorSelection: { residentKey: resident ? 'required' : 'discouraged' },
        }),
      ).rejects.toMatchObject({ name: 'NotAllowedError', cause: { code: 'CTAP2_ERR_KEY_STORE_FULL' } });
      await signInOfSubdomain(person);
    },
  );

  /** What was refused changed nothing. */
  async function signInOfSubdomain(person: ReturnType<ReturnType<typeof fleet>['person']>): Promise<void> {
    expect((await person.get(request)).id).toBe(base64url(person.record.credentialId));
  }
});

describe('a counter by the clock', () => {
  const YEAR_LATER = 365 * 24 * 3600;
  const at = (seconds: number) =>
    fleet({ ...identity, counter: 'clock', clock: new ManualClock(seconds * 1000) });

  it('is tenths of a second since 2026 began, in every process', async () => {
    const earlier = at(60).person(1);
    expect(await counterOf(earlier)).toBe(600);
    expect(await counterOf(at(YEAR_LATER).person(1))).toBe(10 * YEAR_LATER);
  });

  it('goes up within the same tenth', async () => {
    const person = at(60).person(1);
    expect([await counterOf(person), await counterOf(person)]).toEqual([600, 601]);
  });

  it('stays at the end of its four bytes, and begins at zero before 2026', async () => {
    expect(await counterOf(at(20 * YEAR_LATER).person(1))).toBe(0xffff_ffff);
    const clock = Object.assign(new ManualClock(), { wall: () => Date.UTC(2025, 11, 31) });
    expect(await counterOf(fleet({ ...identity, counter: 'clock', clock }).person(1))).toBe(1);
  });

  async function counterOf(person: ReturnType<ReturnType<typeof fleet>['person']>): Promise<number> {
    return (await signInOf(await person.get(request), person.record)).newCounter;
  }
});

describe('a fleet', () => {
  it.each([-1, 1.5, 2 ** 53, Number.NaN, '1' as unknown as number])('has no person %s', (index) => {
    expect(() => fleet(identity).person(index)).toThrowError(expect.objectContaining({ code: 'bad-index' }));
  });

  it.each([
    ['counter', { counter: 'random' }, 'bad-options'],
    ['origin', { origin: 'example.com' }, 'bad-origin'],
    ['policy', { policy: { aaguid: new Uint8Array(3) } }, 'bad-policy'],
  ])('does not begin with a bad %s', (_, bad, code) => {
    expect(() => fleet({ ...identity, ...bad } as never)).toThrowError(expect.objectContaining({ code }));
  });

  it.each([new Uint8Array(), new Uint8Array(65), 'text'])(
    'does not take %o for a user handle',
    (userHandle) => {
      expect(() => fleet(identity).person(1, { userHandle: userHandle as Uint8Array })).toThrowError(
        expect.objectContaining({ code: 'bad-options', message: expect.stringMatching(/^userHandle: /) }),
      );
    },
  );
});
