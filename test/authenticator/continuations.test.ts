import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/base/bytes.ts';
import type { CborValue } from '../../src/cbor/cbor.ts';
import { CtapStatus } from '../../src/ctap/status.ts';
import { CtapHid } from '../../src/transport/ctaphid/ctaphid.ts';
import { bench, nameOf, statusOf } from './platform.ts';

const NEXT = Uint8Array.of(8);

/** A device with three accounts at one RP, of which it has asserted the newest. */
async function begun(channel?: string) {
  const one = bench();
  for (const name of ['ada', 'bob', 'eve']) {
    const user = { id: utf8(name), name, displayName: name };
    await one.make({ options: { rk: true, uv: true }, user, extensions: new Map([['hmac-secret', true]]) });
  }
  await one.authenticator.getAssertion(
    { rpId: 'example.com', clientDataHash: new Uint8Array(32) },
    channel === undefined ? {} : { channel },
  );
  const next = async (on?: string): Promise<string | undefined> =>
    nameOf(await one.authenticator.transact(NEXT, on === undefined ? {} : { channel: on }));
  return { ...one, next };
}

describe('getNextAssertion', () => {
  it('has nothing to go on with where getAssertion failed at an extension, and counts nothing', async () => {
    const { assert, contents, next } = await begun();
    const wrong = new Map<number, CborValue>([
      [
        1,
        new Map<number, CborValue>([
          [1, 2],
          [3, -25],
          [-1, 1],
          [-2, new Uint8Array(32)],
          [-3, new Uint8Array(32)],
        ]),
      ],
      [2, new Uint8Array(32)],
      [3, new Uint8Array(16)],
    ]);
    const before = contents();
    expect(await statusOf(assert({ extensions: new Map([['hmac-secret', wrong]]) }))).not.toBe('CTAP2_OK');
    expect(await next()).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect(contents()).toEqual(before);
  });

  it('goes on for the channel that began it, and for no other', async () => {
    const { next } = await begun('one');
    expect([await next('one'), await next('one'), await next('one')]).toEqual([
      'CTAP2_OK',
      'CTAP2_OK',
      'CTAP2_ERR_NOT_ALLOWED',
    ]);
    const others = await begun('one');
    expect(await others.next('two')).toBe('CTAP2_ERR_NOT_ALLOWED');
    // (A command of another channel is another command, and drops it.)
    expect(await others.next('one')).toBe('CTAP2_ERR_NOT_ALLOWED');
    const inProcess = await begun();
    expect(await inProcess.next('one')).toBe('CTAP2_ERR_NOT_ALLOWED');
    expect(await (await begun()).next()).toBe('CTAP2_OK');
  });

  it('is refused to another channel of CTAPHID', async () => {
    const { authenticator } = await begun();
    const answers: Uint8Array[] = [];
    let told = (): void => {};
    const hid = new CtapHid(authenticator, {
      send(packet) {
        answers.push(packet);
        told();
      },
    });
    const asked = async (cid: number, command: number, payload: Uint8Array): Promise<Uint8Array> => {
      const packet = new Uint8Array(64);
      const view = new DataView(packet.buffer);
      view.setUint32(0, cid);
      packet[4] = command | 0x80;
      view.setUint16(5, payload.length);
      packet.set(payload, 7);
      answers.length = 0;
      const answered = new Promise<void>((resolve) => {
        told = () => {
          // Keepalives are no answers, and of a long one the first packet says enough.
          if (answers.at(-1)?.[4] !== 0xbb) resolve();
        };
      });
      hid.receive(packet);
      await answered;
      return (answers.find(([, , , , first]) => first !== 0xbb) as Uint8Array).subarray(7);
    };
    const channel = async (): Promise<number> =>
      new DataView((await asked(0xffffffff, 0x06, new Uint8Array(8))).slice(8, 12).buffer).getUint32(0);
    const [one, two] = [await channel(), await channel()];
    const assertion = Uint8Array.of(
      2,
      0xa2,
      1,
      0x6b,
      ...utf8('example.com'),
      2,
      0x58,
      32,
      ...new Uint8Array(32),
    );
    expect((await asked(one, 0x10, assertion))[0]).toBe(0);
    expect((await asked(one, 0x10, NEXT))[0]).toBe(0);
    expect((await asked(one, 0x10, assertion))[0]).toBe(0);
    expect((await asked(two, 0x10, NEXT))[0]).toBe(CtapStatus.CTAP2_ERR_NOT_ALLOWED);
  });
});
