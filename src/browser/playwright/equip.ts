/** The device and the person of a test. */
import { Authenticator } from '../../authenticator/authenticator.ts';
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import { ScriptedUser } from '../../person/user.ts';
import { importCredentials } from '../../portable/collection.ts';
import { MemoryStore } from '../../store/memory.ts';
import type { Store } from '../../store/store.ts';
import type { AttachOptions } from '../passkeys.ts';
import { checkedStage, type PlaywrightStageOptions } from './options.ts';
import type { StorageStateWithCredentials, StorageStateWithPasskeys } from './storage-state.ts';

/** What a stage has to do with. */
export interface Equipment {
  readonly store: Store;
  readonly authenticator: Authenticator;
  readonly user: ScriptedUser;
  /** How the device is attached. */
  readonly options: AttachOptions;
}

/** @throws StuntkeyError `bad-options`, `bad-credential`, `bad-key` */
export async function equip(given: PlaywrightStageOptions): Promise<Equipment> {
  const { mode, device, user = new ScriptedUser(), credentials, fetch, adopt } = checkedStage(given);
  const store = device?.store ?? new MemoryStore();
  const authenticator = new Authenticator({ ...device, store, user });
  const state = (Array.isArray(credentials) ? { credentials } : credentials) as Partial<
    StorageStateWithCredentials & StorageStateWithPasskeys
  >;
  for (const name of ['playwright', 'stuntkey'] as const) {
    const passkeys = name === 'stuntkey' ? state?.stuntkey : state?.credentials;
    if (passkeys === undefined) continue;
    await importCredentials(store, name, passkeys, { existing: 'replace' }).catch((error: unknown) => {
      if (!(error instanceof StuntkeyError)) throw error;
      throw new StuntkeyError(error.code, `stuntkeyOptions.credentials: ${error.message}`, {
        cause: error,
      });
    });
  }
  const options = { ...(mode && { mode }), ...(fetch && { fetch }), ...(adopt && { adopt }) };
  return { store, authenticator, user, options };
}
