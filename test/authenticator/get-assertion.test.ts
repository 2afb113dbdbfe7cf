import { describe, expect, it } from 'vitest';
import { concat, utf8 } from '../../src/base/bytes.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { fromCose } from '../../src/crypto/formats/cose.ts';
import { decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { type Bench, bench, clientDataHash, statusOf } from './platform.ts';

const uv = { options: { uv: true } };
const rk = { options: { rk: true, uv: true } };

async function register({ make }: Bench, changes: Parameters<Bench['make']>[0] = {}) {
  const { attestedCredentialData } = decodeAuthenticatorData((await make(changes)).authData);
  return {
    descriptor: { id: attestedCredentialData?.credentialId as Uint8Array, type: 'public-key' },
    key: fromCose(attestedCredentialData?.credentialPublicKey ?? new Map()),
  };
}

/** Three accounts, oldest first. */
async function threeAccounts(one: Bench): Promise<void> {
  for (const name of ['ada', 'grace', 'mary'])
    await register(one, { ...rk, user: { id: utf8(name), name, displayName: name.toUpperCase() } });
}

const userOf = ({ user }: { user?: { id: Uint8Array } }): string => new TextDecoder().decode(user?.id);

describe('authenticatorGetAssertion', () => {
  it('signs authenticator data and client data hash with the credential of the allow list', async () => {
    const one = bench();
    const { descriptor, key } = await register(one);
    const response = await one.assert({
      allowList: [{ id: utf8('unknown'), type: 'public-key' }, descriptor],
    });
    expect(response.credential).toEqual(descriptor);
    expect(response.user).toBeUndefined();
    expect(response.numberOfCredentials).toBeUndefined();
    expect(decodeAuthenticatorData(response.authData)).toMatchObject({ flags: 0x01, signCount: 1 });
    expect(response.authData).toHaveLength(37);
    const signed = concat(response.authData, clientDataHash);
    expect(await engineFor({ deterministic: true }).verify(-7, key.public, signed, response.signature)).toBe(
      true,
    );
  });

  it.each([
    [false, false, 0x05],
    [true, false, 0x0d],
    [true, true, 0x1d],
  ])('says of backup what the credential does: eligible %s, state %s', async (eligible, state, flags) => {
    const one = bench({ policy: { backup: { eligible, state } } });
    await register(one, rk);
    expect(decodeAuthenticatorData((await one.assert(uv)).authData).flags).toBe(flags);
  });

  it('does not test presence when asked not to, and says so in the flags', async () => {
    const one = bench();
    const { descriptor } = await register(one);
    one.user.use({ presence: 'decline' });
    const { authData } = await one.assert({ allowList: [descriptor], options: { up: false } });
    expect(decodeAuthenticatorData(authData).flags).toBe(0x00);
  });

  it.each<[string, Parameters<Bench['assert']>[0], string]>([
    ['no credential for the RP', { rpId: 'example.net' }, 'CTAP2_ERR_NO_CREDENTIALS'],
    [
      'an unknown credential',
      { allowList: [{ id: utf8('unknown'), type: 'public-key' }] },
      'CTAP2_ERR_NO_CREDENTIALS',
    ],
    ['the option rk: true', { options: { rk: true } }, 'CTAP2_ERR_UNSUPPORTED_OPTION'],
    ['the option rk: false', { options: { rk: false } }, 'CTAP2_ERR_UNSUPPORTED_OPTION'],
    [
      'a pinUvAuthParam without a protocol',
      { pinUvAuthParam: new Uint8Array(16) },
      'CTAP2_ERR_MISSING_PARAMETER',
    ],
    ['an empty allow list, as if there were none', { allowList: [] }, 'CTAP2_OK'],
    [
      'a list as long as it may be, of strangers',
      { allowList: Array.from({ length: 64 }, () => ({ id: utf8('x'), type: 'public-key' })) },
      'CTAP2_ERR_NO_CREDENTIALS',
    ],
    [
      'a list that is too long',
      { allowList: Array.from({ length: 65 }, () => ({ id: utf8('x'), type: 'public-key' })) },
      'CTAP2_ERR_LIMIT_EXCEEDED',
    ],
  ])('answers %s with the right status, and no counter moves on an error', async (_, request, expected) => {
    const one = bench();
    await register(one, rk);
    const before = one.contents();
    expect(await statusOf(one.assert(request))).toBe(expected);
    if (expected !== 'CTAP2_OK') expect(one.contents()).toEqual(before);
  });

  it('says that there is no credential without asking for a touch', async () => {
    const one = bench();
    one.user.answer = () => {
      throw new Error('the user was asked');
    };
    expect(await statusOf(one.assert())).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it('denies, and counts nothing, when the user declines', async () => {
    const one = bench();
    await register(one, rk);
    const before = one.contents();
    one.user.next({ presence: 'decline' });
    expect(await statusOf(one.assert())).toBe('CTAP2_ERR_OPERATION_DENIED');
    expect(one.contents()).toEqual(before);
  });

  it('keeps credentials of another RP to that RP', async () => {
    const one = bench();
    const { descriptor } = await register(one, { rp: { id: 'example.org' } });
    expect(await statusOf(one.assert({ allowList: [descriptor] }))).toBe('CTAP2_ERR_NO_CREDENTIALS');
  });

  it.each([
    [1, ['CTAP2_OK', 'CTAP2_OK', 'CTAP2_OK', 'CTAP2_OK']],
    [2, ['CTAP2_ERR_NO_CREDENTIALS', 'CTAP2_OK', 'CTAP2_OK', 'CTAP2_OK']],
    [3, ['CTAP2_ERR_NO_CREDENTIALS', 'CTAP2_ERR_NO_CREDENTIALS', 'CTAP2_OK', 'CTAP2_OK']],
  ])('finds a credential with credProtect %i as the extension says', async (level, expected) => {
    const one = bench();
    const { descriptor } = await register(one, { ...rk, extensions: new Map([['credProtect', level]]) });
    const allowList = [descriptor];
    const requests = [{}, { allowList }, uv, { ...uv, allowList }];
    const statuses = [];
    for (const request of requests) statuses.push(await statusOf(one.assert(request)));
    expect(statuses).toEqual(expected);
  });

  it('tells the user handle always, and names only to a verified user who has to choose', async () => {
    const one = bench();
    await register(one, rk);
    expect((await one.assert()).user).toEqual({ id: utf8('ada') });
    expect((await one.assert(uv)).user).toEqual({ id: utf8('ada') });
    await register(one, { ...rk, user: { id: utf8('bob'), name: 'bob', displayName: 'Bob' } });
    expect((await one.assert(uv)).user).toEqual({ id: utf8('bob'), name: 'bob', displayName: 'Bob' });
    expect((await one.next()).user).toEqual({ id: utf8('ada'), name: 'ada', displayName: 'Ada' });
    expect([(await one.assert()).user, (await one.next()).user]).toEqual([
      { id: utf8('bob') },
      { id: utf8('ada') },
    ]);
  });
});

describe('sign counters', () => {
  it.each([
    ['per-credential', [0, 0, 1, 2, 1]],
    ['global', [1, 2, 3, 4, 5]],
    ['zero', [0, 0, 0, 0, 0]],
  ] as const)('count %s', async (signCounter, expected) => {
    const one = bench({ policy: { signCounter } });
    const counts: number[] = [];
    const count = ({ authData }: { authData: Uint8Array }): void =>
      void counts.push(decodeAuthenticatorData(authData).signCount);
    const idOf = ({ authData }: { authData: Uint8Array }) => ({
      id: decodeAuthenticatorData(authData).attestedCredentialData?.credentialId as Uint8Array,
      type: 'public-key',
    });
    const [a, b] = [await one.make(), await one.make()];
    count(a);
    count(b);
    for (const made of [a, a, b]) count(await one.assert({ allowList: [idOf(made)] }));
    expect(counts).toEqual(expected);
  });

  it('stay at their end instead of starting again', async () => {
    const one = bench();
    const { descriptor } = await register(one);
    await one.authenticator.credentials.update(descriptor.id, { signCount: 0xffff_ffff });
    const { authData } = await one.assert({ allowList: [descriptor] });
    expect(decodeAuthenticatorData(authData).signCount).toBe(0xffff_ffff);
  });
});

describe('authenticatorGetNextAssertion', () => {
  it('gives every account once, the newest first, with the flags of the first', async () => {
    const one = bench();
    await threeAccounts(one);
    const first = await one.assert(uv);
    expect(first.numberOfCredentials).toBe(3);
    const rest = [await one.next(), await one.next()];
    expect([first, ...rest].map(userOf)).toEqual(['mary', 'grace', 'ada']);
    for (const response of rest) {
      expect(response.numberOfCredentials).toBeUndefined();
      expect(decodeAuthenticatorData(response.authData).flags).toBe(0x05);
    }
    expect(await statusOf(one.next())).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('leaves out accounts that are protected from who is not verified', async () => {
    const one = bench();
    await threeAccounts(one);
    await register(one, { ...rk, user: { id: utf8('edith') }, extensions: new Map([['credProtect', 2]]) });
    const first = await one.assert();
    expect(first.numberOfCredentials).toBe(3);
    expect([first, await one.next(), await one.next()].map(userOf)).toEqual(['mary', 'grace', 'ada']);
  });

  it('is not allowed without a getAssertion before it', async () => {
    expect(await statusOf(bench().next())).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('is not allowed after any other command', async () => {
    const one = bench();
    await threeAccounts(one);
    await one.assert(uv);
    await one.info();
    expect(await statusOf(one.next())).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('is not allowed more than 30 seconds after the last, and each one starts the time again', async () => {
    const one = bench();
    await threeAccounts(one);
    await one.assert(uv);
    one.clock.advance(30_000);
    expect(userOf(await one.next())).toBe('grace');
    one.clock.advance(30_000);
    expect(userOf(await one.next())).toBe('ada');
    await one.assert(uv);
    one.clock.advance(30_001);
    expect(await statusOf(one.next())).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect(await statusOf(one.next())).toBe('CTAP2_ERR_NOT_ALLOWED');
  });

  it('is not allowed after a power cycle', async () => {
    const one = bench();
    await threeAccounts(one);
    await one.assert(uv);
    one.authenticator.powerCycle();
    expect(await statusOf(one.next())).toBe('CTAP2_ERR_NOT_ALLOWED');
  });
});
