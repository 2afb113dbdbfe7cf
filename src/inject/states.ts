/** Situations by name, for stories and pages that show them: what the person does, and what is wrong with the device. */
import type { Authenticator } from '../authenticator/authenticator.ts';
import type { CeremonyClient } from '../page/page-client.ts';
import type { Account } from '../person/answers.ts';
import type { UserScript } from '../person/script.ts';
import type { PublicKeyCredentialRequestOptionsJSON } from '../webauthn/types.ts';

/** Situations by name, for stories: {@link PageState} says what each is. */
export const pageStates = ['ready', 'cancelled', 'waiting', 'wrongAccount', 'locked'] as const;

/**
 * `ready`: the person approves everything. `cancelled`: the person closes each dialog. `waiting`: nothing happens until the page aborts
 * or the time is up. `wrongAccount`: the person signs in with a passkey that the server does not know. `locked`: the device has seen too
 * many wrong fingers and PINs, and verifies its user no more until it is reset.
 */
export type PageState = (typeof pageStates)[number];

/** Who signs in where the account is the wrong one. */
const STRANGER = 'stuntkey-wrong-account';
const STRANGER_ID = 'c3R1bnRrZXktd3JvbmctYWNjb3VudA';

const firstStranger = (accounts: readonly Account[]): number =>
  Math.max(
    0,
    accounts.findIndex(({ name }) => name === STRANGER),
  );

/** What the person does in each of them. */
export const scripts: Readonly<Record<PageState, UserScript>> = {
  ready: {},
  cancelled: { presence: 'decline', verification: 'decline' },
  waiting: { presence: 'ignore', verification: 'ignore' },
  wrongAccount: { account: firstStranger },
  // (A person who knows a PIN is asked for it, and told by the device that it counts no more.)
  locked: { pin: '0000', verification: 'fail' },
};

/** Puts the device into the state in which it is found, before its first ceremony. */
export async function prepare(device: Authenticator, state: PageState): Promise<void> {
  if (state !== 'locked') return;
  // Its state is there from the first command on.
  await device.getInfo();
  await device.credentials.transaction((transaction) => {
    const found = transaction.device();
    if (found === undefined) return;
    transaction.putDevice({
      ...found,
      pinHash: new Uint8Array(16),
      pinCodePoints: 4,
      pinRetries: 0,
      uvRetries: 0,
    });
  });
}

/** The client of a person who signs in with the wrong account: a passkey of a stranger is there before it is looked for. */
export function withStranger(client: CeremonyClient, device: Authenticator, domain: string): CeremonyClient {
  const get = async (...[options, how]: Parameters<CeremonyClient['get']>): Promise<unknown> => {
    const { rpId = domain } = options as PublicKeyCredentialRequestOptionsJSON;
    const known = device.credentials.list().some((one) => one.rpId === rpId && one.userName === STRANGER);
    // The options are not looked at before the client does: what it refuses, it refuses without a stranger, too.
    if (!known) await stranger(client, rpId).catch(() => undefined);
    return client.get(options, how);
  };
  return { create: (options, how) => client.create(options, how), get: get as CeremonyClient['get'] };
}

function stranger(client: CeremonyClient, rpId: string): Promise<unknown> {
  return client.create({
    rp: { id: rpId, name: rpId },
    user: { id: STRANGER_ID, name: STRANGER, displayName: 'Another account' },
    challenge: 'AAAAAAAAAAAAAAAAAAAAAA',
    pubKeyCredParams: [],
    // (Discoverable, in the words of Level 1, which every client reads.)
    authenticatorSelection: { requireResidentKey: true },
  });
}
