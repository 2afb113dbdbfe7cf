import { describe, expect, it } from 'vitest';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { AuthenticatorDataFlags } from '../../src/ctap/authenticator-data.ts';
import type { PinRequest } from '../../src/person/user.ts';
import { dataOf, endOf, named, type Page, page } from './page.ts';

const required = { authenticatorSelection: { userVerification: 'required' } };
const discoverable = { residentKey: 'required' };
const { UV } = AuthenticatorDataFlags;
const key = (policy: Partial<Policy> = {}): Page => page({ policy: { userVerification: 'none', ...policy } });

/** A key with the PIN 1234 and a discoverable credential. */
async function withPin(policy: Partial<Policy> = {}): Promise<Page> {
  const made = key(policy);
  await made.create({ authenticatorSelection: { ...discoverable, userVerification: 'discouraged' } });
  await made.setPin('1234');
  return made;
}
const verified = async (page: Page): Promise<boolean> =>
  (dataOf(await page.get({ userVerification: 'required' })).flags & UV) !== 0;

describe('a PIN', () => {
  it('is set by a user who has to be verified and has none yet', async () => {
    const { create, user, authenticator } = key();
    user.use({ pin: '1234' });
    expect(dataOf(await create(required)).flags & UV).toBe(UV);
    expect((await authenticator.getInfo()).options?.get('clientPin')).toBe(true);
  });

  it.each([
    ['protocol two', { pinUvAuthProtocols: [2] }],
    ['protocol one', { pinUvAuthProtocols: [1] }],
    ['CTAP 2.0', { ctap: '2.0' }],
  ] as [string, Partial<Policy>][])('verifies over %s', async (_, policy) => {
    const page = await withPin(policy);
    page.user.use({ pin: '1234' });
    expect(await verified(page)).toBe(true);
    expect(dataOf(await page.create(required)).flags & UV).toBe(UV);
  });

  it('is asked for where it can verify, and not where it is discouraged or the person has none to give', async () => {
    const { create, get, user } = await withPin();
    expect(dataOf(await get()).flags & UV).toBe(0);
    user.use({ pin: '1234' });
    expect(dataOf(await get()).flags & UV).toBe(UV);
    expect(dataOf(await get({ userVerification: 'discouraged' })).flags & UV).toBe(0);
    expect(dataOf(await create()).flags & UV).toBe(UV);
  });

  it('that is wrong is asked for again, with the attempts that are left', async () => {
    const requests: PinRequest[] = [];
    const pins = ['0000', '9999', '1234'];
    const made = page(
      { policy: { userVerification: 'none' } },
      {
        user: {
          enterPin: (request) => {
            requests.push(request);
            return pins.shift();
          },
        },
      },
    );
    await made.setPin('1234');
    await made.create({ authenticatorSelection: { ...discoverable, userVerification: 'required' } });
    expect(requests.map(({ kind, attempt, attemptsLeft }) => [kind, attempt, attemptsLeft])).toEqual([
      ['enter', 0, 8],
      ['enter', 1, 7],
      ['enter', 2, 6],
    ]);
  });

  it.each([
    ['the dialog is closed', [null], 'the person entered no PIN'],
    ['three are wrong in a row', ['1', '2', '3'], 'CTAP2_ERR_PIN_AUTH_BLOCKED'],
  ] as [string, (string | null)[], string][])('ends the ceremony when %s', async (_, pins, why) => {
    const made = await withPin();
    for (const pin of pins) made.user.next({ pin });
    const [name, cause] = await endOf(verified(made));
    expect([name, cause]).toEqual(['NotAllowedError', expect.stringContaining(why)]);
  });

  it('is locked for good after eight', async () => {
    const made = await withPin();
    for (let i = 0; i < 8; i++) {
      made.user.next({ pin: 'wrong' });
      await endOf(verified(made));
      made.authenticator.powerCycle();
    }
    made.user.next({ pin: '1234' });
    const [name, cause] = await endOf(verified(made));
    expect([name, cause]).toEqual(['NotAllowedError', expect.stringContaining('CTAP2_ERR_PIN_BLOCKED')]);
  });

  it('that has to be changed is changed on the way', async () => {
    const made = await withPin();
    await made.setPin('1234', { forcePinChange: true });
    for (const pin of ['1234', '5678', '5678']) made.user.next({ pin });
    expect(await verified(made)).toBe(true);
    made.user.use({ pin: '5678' });
    expect(await verified(made)).toBe(true);
  });

  it('takes over when the device does not recognize its user', async () => {
    const made = page();
    await made.create({ authenticatorSelection: discoverable });
    await made.setPin('1234');
    made.user.use({ verification: 'fail' });
    expect(await endOf(verified(made))).toEqual([
      'NotAllowedError',
      expect.stringContaining('PUAT_REQUIRED'),
    ]);
    made.user.use({ pin: '1234' });
    expect(await verified(made)).toBe(true);
  });

  it.each([
    ['has failed (UV_INVALID)', {}],
    ['has no attempts left (UV_BLOCKED)', { uvRetries: 0 }],
  ])('gives the token where built-in verification for one %s', async (_, changes) => {
    const made = page();
    const { id } = await made.create({
      authenticatorSelection: discoverable,
      extensions: { largeBlob: { support: 'required' } },
    });
    await made.setPin('1234', changes);
    made.user.use({ verification: 'fail', pin: '1234' });
    // Writing a large blob takes a token with a permission of its own.
    const asserted = await made.get({ ...named(id), extensions: { largeBlob: { write: 'AAAA' } } });
    expect(asserted.clientExtensionResults).toEqual({ largeBlob: { written: true } });
    expect(dataOf(asserted).flags & UV).toBe(UV);
  });

  it('that the person cannot give leaves the device out where verification is required', async () => {
    const [name, cause] = await endOf(key().create(required));
    expect([name, cause]).toEqual(['NotAllowedError', expect.stringContaining('userVerification')]);
  });

  it('that the device does not take is refused as the device says', async () => {
    const { create, user } = key();
    user.use({ pin: '123' });
    const [name, cause] = await endOf(create(required));
    expect([name, cause]).toEqual(['NotAllowedError', expect.stringContaining('PIN_POLICY_VIOLATION')]);
  });
});
