/** A device opened up for tests of what needs a pinUvAuthToken: its session is in reach, so a token can be put into use. */

import type { CommandContext, Device } from '../../src/authenticator/device.ts';
import { admit, commands } from '../../src/authenticator/dispatch.ts';
import { resolvePolicy } from '../../src/authenticator/policy/resolve.ts';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { Session } from '../../src/authenticator/session.ts';
import { factoryState } from '../../src/authenticator/state.ts';
import { defaultAuthority } from '../../src/authority/default-authority.ts';
import { concat, hex, utf8 } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { type CborKey, type CborMap, type CborValue, decodeCbor, encodeCbor } from '../../src/cbor/cbor.ts';
import { engineFor } from '../../src/crypto/engine.ts';
import { authenticate } from '../../src/crypto/pin-uv-auth-protocol.ts';
import { seededRandom } from '../../src/crypto/random.ts';
import { CtapError } from '../../src/ctap/status.ts';
import { ScriptedUser } from '../../src/person/user.ts';
import type { DeviceState } from '../../src/store/device-state.ts';
import { MemoryStore } from '../../src/store/memory.ts';
import { nameOf } from './platform.ts';

type Wire = Record<number, CborValue | undefined>;

/** What came back: the name of the status, and the map by its integer keys. */
export interface Answer {
  readonly status: string | undefined;
  readonly map: CborMap;
}

export interface Managed {
  readonly device: Device;
  readonly user: ScriptedUser;
  readonly clock: ManualClock;
  /** Sends a command byte and a map; members that are undefined stay out. */
  send(command: number, members?: Wire, options?: CommandContext['options']): Promise<Answer>;
  /** Sends bytes as they are, and gives the name of the status. */
  raw(message: Uint8Array): Promise<string | undefined>;
  /** Puts a token into use. */
  grant(permissions: number, rpId?: string): void;
  /** What a platform that holds the token writes into pinUvAuthParam. */
  mac(message: Uint8Array): Uint8Array;
  /** Makes a credential, with whatever token is there. */
  make(rpId: string, userName: string, extensions?: CborMap, rk?: boolean): Promise<Answer>;
  state(changes?: Partial<DeviceState>): DeviceState;
  contents(): string;
}

export function managed(policy: Partial<Policy> = {}): Managed {
  const clock = new ManualClock();
  const user = new ScriptedUser();
  const random = seededRandom('managed');
  const powered = {
    policy: resolvePolicy({ pinUvAuthProtocols: [2, 1], clientPin: true, ...policy }),
    store: new MemoryStore(),
    random,
    clock,
    user,
    engine: engineFor({ deterministic: true }),
    attestation: defaultAuthority(),
  };
  const device: Device = { ...powered, session: new Session(powered) };
  const { store } = powered;
  store.transaction((transaction) => transaction.putDevice(factoryState(powered.policy, random)));

  const transact = async (message: Uint8Array, options: CommandContext['options']): Promise<Uint8Array> => {
    const [command = 0] = message;
    try {
      admit(device, command, options);
      const run = commands.get(command);
      if (run === undefined) throw new Error(`no command ${command}`);
      return await (await run(device, message, { options, command, others: () => 0 })).response;
    } catch (error) {
      if (!(error instanceof CtapError)) throw error;
      return Uint8Array.of(error.status);
    }
  };
  const send: Managed['send'] = async (command, members = {}, options = {}) => {
    const map = new Map<CborKey, CborValue>();
    for (const [key, value] of Object.entries(members)) if (value !== undefined) map.set(Number(key), value);
    const message = map.size === 0 ? Uint8Array.of(command) : concat(Uint8Array.of(command), encodeCbor(map));
    const bytes = await transact(message, options);
    return {
      status: nameOf(bytes),
      map: bytes.length > 1 ? (decodeCbor(bytes.subarray(1)) as CborMap) : new Map(),
    };
  };
  return {
    device,
    user,
    clock,
    send,
    raw: async (message) => nameOf(await transact(message, {})),
    grant(permissions, rpId) {
      const { session } = device;
      session.token.stopUsing();
      session.beginUsingToken(false, 2, store.read((reader) => reader.device()) as DeviceState);
      session.token.assignPermissions(permissions);
      if (rpId !== undefined) session.token.bindRpId(rpId);
    },
    mac: (message) => authenticate(2, device.session.token.value, message),
    make: (rpId, userName, extensions, rk = true) =>
      send(0x01, {
        1: new Uint8Array(32),
        2: new Map([['id', rpId]]),
        3: new Map<string, CborValue>([
          ['id', utf8(userName)],
          ['name', userName],
        ]),
        4: [
          new Map<string, CborValue>([
            ['alg', -7],
            ['type', 'public-key'],
          ]),
        ],
        6: extensions,
        7: new Map([
          ['rk', rk],
          ['uv', true],
        ]),
      }),
    state(changes = {}) {
      const current = store.read((reader) => reader.device()) as DeviceState;
      if (Object.keys(changes).length === 0) return current;
      const changed = { ...current, ...changes };
      store.transaction((transaction) => transaction.putDevice(changed));
      return changed;
    },
    contents: () =>
      store.read((reader) =>
        JSON.stringify([reader.device(), [...reader.all()]], (_, value) =>
          value instanceof Uint8Array ? hex(value) : value,
        ),
      ),
  };
}
