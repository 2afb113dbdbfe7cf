import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import type { Policy } from '../../src/authenticator/policy/type.ts';
import { concat, fromHex, fromUtf8, hex } from '../../src/base/bytes.ts';
import { ManualClock } from '../../src/base/clock.ts';
import { CtapCommand } from '../../src/ctap/commands.ts';
import { encodeMessage } from '../../src/ctap/message.ts';
import { getAssertionRequest } from '../../src/ctap/messages/get-assertion.ts';
import { makeCredentialRequest } from '../../src/ctap/messages/make-credential.ts';
import { ScriptedUser, type User } from '../../src/person/user.ts';
import type { CarriedDevice } from '../../src/transport/device.ts';
import { FidoApplet } from '../../src/transport/nfc/applet.ts';
import { sampled } from '../slow.ts';
import { settled } from './hid.ts';

const SELECT = '00a4040008a0000006472f000100';
const MSG = '80100000';
/** The client asks again. */
const POLLS = '80108000';
const GET_INFO = Uint8Array.of(4);

const makeCredential = (name = 'ada', rk = false): Uint8Array =>
  encodeMessage(CtapCommand.authenticatorMakeCredential, makeCredentialRequest, {
    clientDataHash: new Uint8Array(32).fill(7),
    rp: { id: 'example.com' },
    user: { id: Uint8Array.of(1), name },
    pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
    options: { rk },
  });
const getAssertion = (up = true): Uint8Array =>
  encodeMessage(CtapCommand.authenticatorGetAssertion, getAssertionRequest, {
    rpId: 'example.com',
    clientDataHash: new Uint8Array(32).fill(8),
    options: { up },
  });

const short = (head: string, data: Uint8Array, le = '00'): Uint8Array =>
  concat(fromHex(head), Uint8Array.of(data.length), data, fromHex(le));
const extended = (head: string, data: Uint8Array, le = '0000'): Uint8Array =>
  concat(fromHex(head), Uint8Array.of(0, data.length >> 8, data.length & 0xff), data, fromHex(le));

interface Card {
  readonly clock: ManualClock;
  readonly device: Authenticator;
  readonly applet: FidoApplet;
  /** An APDU's answer, in hexadecimal; its status word is the last four digits. */
  ask(apdu: Uint8Array | string): Promise<string>;
  /** Puts the card to the reader again. */
  tap(): Promise<void>;
}

async function card(policy: Partial<Policy> = {}, user: User = new ScriptedUser()): Promise<Card> {
  const clock = new ManualClock();
  const device = new Authenticator({ clock, user, policy: { transports: ['nfc'], ...policy } });
  const applet = new FidoApplet(device, clock);
  const ask: Card['ask'] = async (apdu) => {
    const answer = await applet.transmit(typeof apdu === 'string' ? fromHex(apdu) : apdu);
    return answer === undefined ? 'nothing' : hex(answer);
  };
  const tap = async (): Promise<void> => {
    applet.reset();
    device.powerCycle();
    await ask(SELECT);
  };
  await tap();
  return { clock, device, applet, ask, tap };
}

const status = (answer: string): string => answer.slice(-4);

describe('the FIDO applet', () => {
  it('is selected by its name, and says whether it has U2F', async () => {
    const both = await card();
    expect(await both.ask(SELECT)).toBe(`${hex(Buffer.from('U2F_V2'))}9000`);
    const alone = await card({ u2f: false });
    expect(await alone.ask(SELECT)).toBe(`${hex(Buffer.from('FIDO_2_0'))}9000`);
  });

  it.each([
    ['another name', '00a4040008a000000647aeae0100', '6a82'],
    ['the beginning of its name', '00a4040005a00000064700', '6a82'],
    ['an identifier', '00a40000023f00', '6a86'],
    ['the next of that name', '00a4040208a0000006472f0001', '6a86'],
  ])('is not selected by %s, and stays selected where it was', async (_, apdu, expected) => {
    const { ask, applet } = await card();
    expect(await ask(apdu)).toBe(expected);
    expect(status(await ask(short(MSG, GET_INFO)))).toMatch(/^(9000|61..)$/);
    applet.reset();
    expect(await ask(apdu)).toBe(expected);
    expect(await ask(short(MSG, GET_INFO))).toBe('6d00');
  });

  it('answers nothing but SELECT before it is selected, and after it is deselected', async () => {
    const { ask } = await card();
    expect(await ask('8012010000')).toBe('9000');
    expect(await ask(short(MSG, GET_INFO))).toBe('6d00');
    expect(await ask('00030000')).toBe('6d00');
    expect(status(await ask(SELECT))).toBe('9000');
    expect(await ask('8012020000')).toBe('6a86');
    expect(status(await ask('00030000'))).toBe('9000');
  });

  it.each([
    ['too short', '8010', '6700'],
    ['whose length is wrong', '8010000005ff', '6700'],
    ['of another class', 'c010000001ff00', '6e00'],
    ['of another instruction', '8020000001ff00', '6d00'],
    ['of another instruction of ISO', '00b0000000', '6d00'],
    ['with bits that are reserved', '8010010001040', '6a86'],
    ['without a command in it', '80100000', '6700'],
    ['that asks for the rest of nothing', '00c0000000', '6985'],
    ['that asks again after nothing', '8011000000', '6985'],
    ['that asks again in another way', '8011050000', '6a86'],
  ])('refuses an APDU %s', async (_, apdu, expected) => {
    const { ask } = await card();
    expect(await ask(apdu.length % 2 === 0 ? apdu : `${apdu}0`)).toBe(expected);
  });

  it('answers in parts of 256 bytes where lengths are short, each said before it comes', async () => {
    const { ask, device } = await card();
    const whole = hex(await device.transact(GET_INFO));
    expect(whole.length / 2).toBeGreaterThan(256);
    let answer = await ask(short(MSG, GET_INFO));
    let got = answer.slice(0, -4);
    expect(got).toHaveLength(512);
    const left = whole.length / 2 - 256;
    expect(status(answer)).toBe(`61${left > 255 ? '00' : left.toString(16).padStart(2, '0')}`);
    while (status(answer).startsWith('61')) {
      answer = await ask(`00c00000${status(answer).slice(2)}`);
      got += answer.slice(0, -4);
    }
    expect(status(answer)).toBe('9000');
    expect(got).toBe(whole);
    expect(await ask('00c0000000')).toBe('6985');
  });

  it('answers in parts as small as they are asked for, to either class', async () => {
    const { ask, device } = await card();
    const whole = hex(await device.transact(GET_INFO));
    const first = await ask(short(MSG, GET_INFO, '10'));
    expect(first).toHaveLength(2 * 16 + 4);
    const second = await ask('80c0000008');
    expect(first.slice(0, -4) + second.slice(0, -4)).toBe(whole.slice(0, 48));
  });

  it('answers whole where lengths are extended, whether they say how much or not', async () => {
    const { ask, device } = await card();
    const whole = `${hex(await device.transact(GET_INFO))}9000`;
    expect(await ask(extended(MSG, GET_INFO))).toBe(whole);
    expect(await ask(extended(MSG, GET_INFO, ''))).toBe(whole);
    expect(status(await ask(extended(MSG, GET_INFO, '0010')))).toMatch(/^61/);
  });

  it('puts a chain of commands together, as long as a message may be', async () => {
    const { ask, device } = await card({ maxMsgSize: 1200 });
    const request = makeCredential('a'.repeat(600));
    for (let start = 0; start < request.length; start += 250) {
      const part = request.subarray(start, start + 250);
      const last = start + 250 >= request.length;
      const answer = await ask(short(last ? MSG : '90100000', part));
      expect(status(answer)).toMatch(last ? /^(61..|9000)$/ : /^9000$/);
      if (last) expect(answer.slice(0, 2)).toBe('00');
    }
    expect(device.credentials.list()).toHaveLength(1);
  });

  it('drops a chain that another command breaks, and one that never ends', async () => {
    const { ask } = await card();
    expect(await ask(short('90100000', GET_INFO))).toBe('9000');
    expect(await ask(short('80110000', GET_INFO))).toBe('6883');
    expect(status(await ask(extended(MSG, GET_INFO)))).toBe('9000');
    const long = new Uint8Array(255);
    const answers: string[] = [];
    for (let sent = 0; sent <= 0xffff; sent += 255) answers.push(await ask(short('90100000', long)));
    expect(answers.filter((answer) => answer !== '9000')).toEqual(['6700']);
    expect(await ask(short('90100000', GET_INFO))).toBe('9000');
    expect(status(await ask(SELECT))).toBe('9000');
    expect(status(await ask(extended(MSG, GET_INFO)))).toBe('9000');
  });

  it('has status bytes of CTAP in its data, with the status word that all went well', async () => {
    const { ask } = await card({ maxMsgSize: 1024 });
    expect(await ask(short(MSG, Uint8Array.of(0x99)))).toBe('019000');
    expect(await ask(extended(MSG, new Uint8Array(1025).fill(1)))).toBe('399000');
    expect(await ask(short(MSG, getAssertion()))).toBe('2e9000');
  });

  it('is not there for CTAP2 where the device has U2F alone', async () => {
    const { ask } = await card({ ctap: 'U2F' });
    expect(await ask(short(MSG, GET_INFO))).toBe('6d00');
    expect(await ask('00030000')).toBe(`${hex(Buffer.from('U2F_V2'))}9000`);
  });
});

describe('U2F over NFC', () => {
  it('registers in parts, and authenticates with another tap', async () => {
    const { ask, tap } = await card();
    const parameters = concat(new Uint8Array(32).fill(1), new Uint8Array(32).fill(2));
    let answer = await ask(short('00010000', parameters));
    let registration = answer.slice(0, -4);
    while (status(answer).startsWith('61')) {
      answer = await ask('00c0000000');
      registration += answer.slice(0, -4);
    }
    expect(status(answer)).toBe('9000');
    const handle = fromHex(
      registration.slice(2 * 67, 2 * (67 + Number.parseInt(registration.slice(132, 134), 16))),
    );
    const question = concat(parameters, Uint8Array.of(handle.length), handle);
    // The tap is used up; whether the key handle is known takes none.
    expect(await ask(short('00020300', question))).toBe('6985');
    expect(await ask(short('00020700', question))).toBe('6985');
    await tap();
    expect(await ask(short('00020300', question))).toMatch(/^01.{8}30.*9000$/);
    expect(await ask('00010000')).toBe('6700');
  });
});

describe('presence over NFC', () => {
  it('is the tap: once, and for two minutes', async () => {
    const { ask, tap, clock } = await card({ userVerification: 'none' });
    expect(await ask(short(MSG, makeCredential('ada', true), '01'))).toMatch(/^0061/);
    expect(await ask(short(MSG, getAssertion()))).toBe('279000');
    // Without presence it signs on.
    expect(await ask(short(MSG, getAssertion(false), '01'))).toMatch(/^0061/);
    await tap();
    clock.advance(120_001);
    expect(await ask(short(MSG, getAssertion()))).toBe('279000');
    await tap();
    clock.advance(120_000);
    expect(await ask(short(MSG, getAssertion(), '01'))).toMatch(/^0061/);
  });

  it('is not waited for: a key without it can only be taken away and put there again', async () => {
    const { ask, clock } = await card();
    await ask(short(MSG, Uint8Array.of(0x0b)));
    const before = clock.now();
    expect(await ask(short(MSG, Uint8Array.of(0x0b)))).toBe('2f9000');
    expect(clock.now()).toBe(before);
  });

  it('is not there for a person who declines', async () => {
    const { ask } = await card({}, new ScriptedUser({ presence: 'decline' }));
    expect(await ask(short(MSG, makeCredential()))).toBe('279000');
  });

  it('is not made anew by a reset', async () => {
    const { ask } = await card();
    expect(await ask(short(MSG, Uint8Array.of(7)))).toBe('009000');
    expect(await ask(short(MSG, makeCredential()))).toBe('279000');
  });

  it('is a touch over other transports, as often as one is wanted', async () => {
    const device = new Authenticator({ policy: { transports: ['usb', 'nfc'] } });
    for (let time = 0; time < 3; time++) expect((await device.transact(makeCredential()))[0]).toBe(0);
  });
});

describe('a request that takes its time', () => {
  /** A person who answers when told to. */
  class Slow implements User {
    answers: ((answer: 'approve') => void)[] = [];
    answer(): Promise<'approve'> {
      return new Promise((resolve) => this.answers.push(resolve));
    }
  }

  it('is reported with 9100 and what it waits for, to a client that asks again', async () => {
    const user = new Slow();
    const { ask, clock } = await card({}, user);
    expect(await ask(short(POLLS, makeCredential()))).toBe('029100');
    const again = ask('8011000000');
    await settled();
    clock.advance(100);
    expect(await again).toBe('029100');
    user.answers[0]?.('approve');
    let answer = await ask('8011000000');
    // It is at work now, and says so until it is done.
    while (status(answer) === '9100') {
      expect(answer).toMatch(/^0[12]/);
      answer = await ask('8011000000');
    }
    expect(answer).toMatch(/^00.*61..$/);
    expect(await ask('8011000000')).toBe('6985');
  });

  it('ends as canceled when the client cancels', async () => {
    const { ask } = await card({}, new Slow());
    expect(await ask(short(POLLS, makeCredential()))).toBe('029100');
    expect(await ask('8011110000')).toBe('2d9000');
    expect(await ask('8011110000')).toBe('6985');
  });

  it('is waited for by a client that does not ask again', async () => {
    const user = new Slow();
    const { ask, clock } = await card({}, user);
    const answer = ask(short(MSG, makeCredential(), '01'));
    await settled();
    clock.advance(500);
    await settled();
    user.answers[0]?.('approve');
    expect(await answer).toMatch(/^0061/);
  });

  it.each([
    ['power goes', (one: Card) => one.applet.reset()],
    ['the applet is selected again', (one: Card) => one.ask(SELECT)],
    ['another request comes', (one: Card) => one.ask(short(MSG, GET_INFO))],
  ])('ends without an answer when %s', async (_, happen) => {
    const one = await card({}, new Slow());
    const answer = one.ask(short(MSG, makeCredential()));
    await settled();
    await happen(one);
    expect(await answer).toBe('nothing');
    await one.ask(SELECT);
    expect(await one.ask('8011000000')).toBe('6985');
    expect(status(await one.ask(extended(MSG, GET_INFO)))).toBe('9000');
  });

  it('fails with 6f00 where the device fails', async () => {
    const device: CarriedDevice = {
      transact: () => Promise.reject(new Error('out of order')),
      powerCycle() {},
    };
    const applet = new FidoApplet(device, new ManualClock());
    await applet.transmit(fromHex(SELECT));
    expect(hex((await applet.transmit(short(MSG, GET_INFO))) as Uint8Array)).toBe('6f00');
  });
});

describe('any APDUs', () => {
  it('are answered, each with a status word', async () => {
    const head = fc.constantFrom(
      SELECT.slice(0, 8),
      MSG,
      POLLS,
      '90100000',
      '80110000',
      '80111100',
      '00c00000',
      '00010000',
      '00020300',
      '10010000',
      '80120100',
    );
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.constant(GET_INFO),
      fc.constant(makeCredential()),
    );
    const apdu = fc.oneof(
      fc.tuple(head, data).map(([head, data]) => short(head, data)),
      fc.tuple(head, data).map(([head, data]) => extended(head, data)),
      head.map((head) => fromHex(`${head}00`)),
      fc.uint8Array({ maxLength: 300 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(apdu, { maxLength: 12 }), async (apdus) => {
        const { ask } = await card();
        for (const one of apdus)
          expect(await ask(one)).toMatch(/^([0-9a-f]{2})*(6[0-9a-f]|9[01])[0-9a-f]{2}$/);
        expect(fromUtf8(fromHex((await ask(SELECT)).slice(0, -4)))).toBe('U2F_V2');
      }),
      { numRuns: sampled(Array.from({ length: 400 }), 25).length, seed: 28 },
    );
  });
});
