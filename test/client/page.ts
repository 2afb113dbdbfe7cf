/** Pages for tests of the client: an origin, an authenticator, and ceremonies with the least there is to say. */
import { Authenticator, type AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import { base64url, fromBase64url } from '../../src/base/base64url.ts';
import { utf8 } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { type CeremonyOptions, WebAuthnClient, type WebAuthnClientOptions } from '../../src/client/client.ts';
import { sha256 } from '../../src/crypto/hash.ts';
import { type AuthenticatorData, decodeAuthenticatorData } from '../../src/ctap/authenticator-data.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import type { DeviceState } from '../../src/store/device-state.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '../../src/webauthn/types.ts';

export const challenge: string = base64url(utf8('a challenge that is long enough'));

export interface Page {
  readonly client: WebAuthnClient;
  readonly user: ScriptedUser;
  readonly clock: ManualClock;
  readonly authenticator: Authenticator;
  /** Sets a PIN as if the person had; with other changes to the device's state, if wanted. */
  setPin(pin: string, changes?: Partial<DeviceState>): Promise<void>;
  create(
    changes?: Partial<PublicKeyCredentialCreationOptionsJSON>,
    ceremony?: CeremonyOptions,
  ): Promise<RegistrationResponseJSON>;
  get(
    changes?: Partial<PublicKeyCredentialRequestOptionsJSON>,
    ceremony?: CeremonyOptions,
  ): Promise<AuthenticationResponseJSON>;
}

/** A page at login.example.com. */
export function page(device: AuthenticatorOptions = {}, options: Partial<WebAuthnClientOptions> = {}): Page {
  const user = new ScriptedUser();
  const clock = new ManualClock();
  const store = new MemoryStore();
  const authenticator = new Authenticator({ seed: 'page', user, clock, store, ...device });
  const client = new WebAuthnClient({
    origin: 'https://login.example.com',
    authenticator,
    user,
    clock,
    ...options,
  });
  return {
    client,
    user,
    clock,
    authenticator,
    async setPin(pin, changes = {}) {
      await authenticator.getInfo();
      const pinHash = sha256(utf8(pin)).slice(0, 16);
      store.transaction((transaction) => {
        const state = transaction.device() as DeviceState;
        transaction.putDevice({ ...state, pinHash, pinCodePoints: [...pin].length, ...changes });
      });
    },
    create: (changes = {}, ceremony = {}) =>
      client.create(
        {
          rp: { id: 'example.com', name: 'Example' },
          user: { id: base64url(utf8('ada')), name: 'ada', displayName: 'Ada' },
          challenge,
          pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
          ...changes,
        },
        ceremony,
      ),
    get: (changes = {}, ceremony = {}) =>
      client.get({ challenge, rpId: 'example.com', ...changes }, ceremony),
  };
}

/** How a ceremony ended: its DOMException's name, or the other error's; and what was behind it. */
export async function endOf(ceremony: Promise<unknown>): Promise<[name: string, cause: string]> {
  try {
    await ceremony;
  } catch (error) {
    const { name, cause } = error as Error;
    return [name, cause instanceof Error ? cause.message : String(cause)];
  }
  return ['none', ''];
}

export function dataOf({
  response,
}: RegistrationResponseJSON | AuthenticationResponseJSON): AuthenticatorData {
  return decodeAuthenticatorData(fromBase64url(response.authenticatorData));
}

export const named = (...ids: string[]): Partial<PublicKeyCredentialRequestOptionsJSON> => ({
  allowCredentials: ids.map((id) => ({ type: 'public-key', id })),
});
