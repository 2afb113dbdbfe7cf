import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../../src/authenticator/authenticator.ts';
import { hex } from '../../../src/base/bytes.ts';
import { decodeAuthenticatorData } from '../../../src/ctap/authenticator-data.ts';
import { openStore } from '../../../src/entries/store.ts';
import type { DeviceState } from '../../../src/store/device-state.ts';
import { newPath } from './folders.ts';
import { runWorker } from './processes.ts';

const KILLS = process.env.SLOW ? 200 : 2;
const FULL = 8;
const NOTHING_YET: Partial<DeviceState> & Pick<DeviceState, 'pinRetries'> = { pinRetries: FULL };

interface Doing {
  readonly kind: 'set-pin' | 'change-pin' | 'wrong-pin' | 'create' | 'get' | 'delete';
  readonly id?: string;
  readonly signCount?: number;
  readonly from?: string;
  readonly pin?: string;
}
type Line = { readonly begins: Doing } | { readonly did: Doing };

/** What may be in the store, as far as one can know who only heard what was done, and what was begun. */
class Expected {
  readonly present = new Set<string>();
  readonly gone = new Set<string>();
  /** Begun and not ended: there or not. */
  readonly unsure = new Set<string>();
  readonly counters = new Map<string, number[]>();
  retries: ReadonlySet<number> = new Set([FULL]);
  pins: ReadonlySet<string> = new Set();
  creating = 0;

  hear(lines: readonly Line[]): void {
    for (const line of lines) if ('did' in line) this.#did(line.did);
    const last = lines.at(-1);
    if (last !== undefined && 'begins' in last) this.#began(last.begins);
  }

  #did({ kind, id = '', signCount = 0, pin = '' }: Doing): void {
    if (kind === 'create') this.present.add(id);
    if (kind === 'delete') {
      this.present.delete(id);
      this.gone.add(id);
    }
    if (kind === 'get') this.counters.set(id, [...(this.counters.get(id) ?? []), signCount]);
    if (kind === 'set-pin' || kind === 'change-pin') this.pins = new Set([pin]);
    if (kind === 'wrong-pin') this.retries = new Set([...this.retries].map((retries) => retries - 1));
    // Whatever needs the right PIN gives all attempts back.
    else if (kind !== 'get') this.retries = new Set([FULL]);
  }

  #began({ kind, id = '', pin = '' }: Doing): void {
    if (kind === 'create') this.creating++;
    if (kind === 'delete' && this.present.delete(id)) this.unsure.add(id);
    if (kind === 'set-pin' || kind === 'change-pin') this.pins = new Set([...this.pins, pin]);
    if (kind === 'get') return;
    const less = [...this.retries].map((retries) => retries - 1);
    // Only a PIN that is right gives attempts back, and only after one was taken.
    this.retries = new Set([...this.retries, ...less, ...(kind === 'wrong-pin' ? [] : [FULL])]);
  }
}

const hashOf = (pin: string): string => createHash('sha256').update(pin).digest('hex').slice(0, 32);

describe('a process that is killed', () => {
  it(`loses nothing that it had answered, and leaves nothing half-done: ${KILLS} kills`, async () => {
    const path = newPath();
    const expected = new Expected();
    let pin = '1234';
    for (let kill = 0; kill < KILLS; kill++) {
      const killAt = 1 + ((kill * 37) % 29);
      const { lines, end, errors } = await runWorker(['churn', path, 1000 + kill, pin], (_line, count) =>
        count === killAt ? (kill * 101) % 997 : undefined,
      );
      expect([end, errors]).toEqual(['SIGKILL', '']);
      expected.hear(lines as Line[]);

      const store = await openStore({ path });
      // (Killed at its very first step, it has no state yet.)
      const state = store.read((reader) => reader.device()) ?? NOTHING_YET;
      expect([...expected.retries]).toContain(state.pinRetries);
      expected.retries = new Set([state.pinRetries]);
      const known = [...expected.pins].find((one) => state.pinHash && hashOf(one) === hex(state.pinHash));
      expect(known === undefined).toBe(state.pinHash === undefined);
      expected.pins = new Set(known === undefined ? [] : [known]);
      pin = known ?? pin;

      const ids = new Set(store.read((reader) => [...reader.all()].map(({ id }) => hex(id))));
      expect([...expected.present].filter((id) => !ids.has(id))).toEqual([]);
      expect([...expected.gone].filter((id) => ids.has(id))).toEqual([]);
      const strangers = [...ids].filter((id) => !expected.present.has(id) && !expected.unsure.has(id));
      expect(strangers.length).toBeLessThanOrEqual(expected.creating);
      for (const id of strangers) expected.present.add(id);
      expected.creating -= strangers.length;

      // Every credential is whole: it is found by every way there is, and signs; and no counter comes twice.
      const device = new Authenticator({ store, policy: { userVerification: 'none' } });
      for (const record of store.read((reader) => [...reader.all()])) {
        const { id, rpIdHash, userId } = record;
        expect(store.read((reader) => reader.ofUser(rpIdHash, userId as Uint8Array))).toEqual(record);
        const { authData } = await device.getAssertion({
          rpId: 'example.com',
          clientDataHash: new Uint8Array(32),
          allowList: [{ id, type: 'public-key' }],
        });
        const { signCount } = decodeAuthenticatorData(authData);
        expected.counters.set(hex(id), [...(expected.counters.get(hex(id)) ?? []), signCount]);
      }
      expect(store.count()).toBe(ids.size);
      expect(store.read((reader) => reader.countDiscoverable())).toBe(ids.size);
      expect(store.read((reader) => [...reader.relyingParties()].length)).toBe(ids.size > 0 ? 1 : 0);
      await store.close();
    }
    for (const counters of expected.counters.values()) {
      expect(counters.every((counter, i) => i === 0 || counter > (counters[i - 1] as number))).toBe(true);
    }
    expect(expected.counters.size).toBeGreaterThan(0);
  });
});
