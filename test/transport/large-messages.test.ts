/** Messages of ML-DSA over every carrier: registrations of more than 7,000 bytes, lists of more than 5,000. */
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { reader } from '../../bench/reader.js';
import { Authenticator } from '../../src/authenticator/authenticator.ts';
import { concat, fromHex } from '../../src/base/bytes.ts';
import { systemClock } from '../../src/base/clock.ts';
import { overlaid } from '../../src/base/overlaid.ts';
import { WebAuthnClient } from '../../src/client/client.ts';
import { CtapHidCommand, fragment, MAX_MESSAGE } from '../../src/transport/ctaphid/packets.ts';
import type { CarriedDevice } from '../../src/transport/device.ts';
import { FidoApplet } from '../../src/transport/nfc/applet.ts';
import { StdioTag, serveStdio } from '../../src/transport/stdio.ts';
import { serveUdp } from '../../src/transport/udp.ts';
import { connectUdp } from '../../src/transport/udp-client.ts';
import { serveUsbip } from '../../src/transport/usbip.ts';
import { connectUsbip } from '../../src/transport/usbip-client.ts';
import { serveVpcd } from '../../src/transport/vpcd.ts';
import { verifyAuthentication } from '../../src/verify/authentication.ts';
import { verifyRegistration } from '../../src/verify/registration.ts';
import { PATIENCE } from '../patience.ts';
import { slow } from '../slow.ts';
import { hidBench } from './hid.ts';

const ML_DSA_87 = -50;
const origin = 'https://example.com';
const SELECT = '00a4040008a0000006472f000100';

const open: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** The device at the far end of a carrier; `tap` is what its user does before each ceremony. */
interface Door {
  transact(request: Uint8Array): Promise<Uint8Array>;
  tap?(): Promise<void>;
}

function kept<T extends { close(): Promise<void> | void }>(one: T): T {
  open.push(one);
  return one;
}

/** A card in short APDUs: commands in chains, answers in parts. */
async function shortApdus(device: CarriedDevice): Promise<Door> {
  const applet = new FidoApplet(device, systemClock);
  const ask = async (apdu: Uint8Array): Promise<Uint8Array> =>
    (await applet.transmit(apdu)) ?? new Uint8Array(2);
  const tap = async (): Promise<void> => {
    applet.reset();
    device.powerCycle();
    await ask(fromHex(SELECT));
  };
  await tap();
  return {
    tap,
    async transact(request) {
      let answer = new Uint8Array();
      for (let start = 0; start < request.length; start += 255) {
        const part = request.subarray(start, start + 255);
        const last = start + 255 >= request.length;
        const head = Uint8Array.of(last ? 0x80 : 0x90, 0x10, 0, 0, part.length);
        answer = (await ask(concat(head, part, Uint8Array.of(0)))) as typeof answer;
      }
      let data = answer.subarray(0, -2);
      while (answer.at(-2) === 0x61) {
        answer = (await ask(fromHex('00c0000000'))) as typeof answer;
        data = concat(data, answer.subarray(0, -2)) as typeof answer;
      }
      expect([answer.at(-2), answer.at(-1)]).toEqual([0x90, 0]);
      return data;
    },
  };
}

/** Records on a pair of streams. */
function records(device: CarriedDevice): Door {
  const [input, output] = [new PassThrough(), new PassThrough()];
  kept(serveStdio(device, { input, output }));
  const chunks = output[Symbol.asyncIterator]();
  let came = new Uint8Array();
  const read = async (length: number): Promise<Uint8Array> => {
    while (came.length < length) came = concat(came, (await chunks.next()).value) as typeof came;
    const part = came.slice(0, length);
    came = came.slice(length);
    return part;
  };
  return {
    async transact(request) {
      const head = new Uint8Array(5);
      new DataView(head.buffer).setUint32(0, request.length + 1);
      head[4] = StdioTag.CTAP2;
      input.write(concat(head, request));
      for (;;) {
        const length = new DataView((await read(4)).buffer).getUint32(0);
        const record = await read(length);
        if (record[0] === StdioTag.CTAP2) return record.subarray(1);
        expect(record[0]).toBe(StdioTag.KEEPALIVE);
      }
    },
  };
}

const CARRIERS: readonly (readonly [string, (device: CarriedDevice) => Promise<Door>])[] = [
  [
    'datagrams of UDP',
    async (device) => {
      const { port } = kept(await serveUdp(device, { port: 0, messageTimeout: PATIENCE }));
      return kept(await connectUdp({ port, timeout: PATIENCE }));
    },
  ],
  [
    'USB/IP',
    async (device) => {
      const { port } = kept(await serveUsbip(device, { port: 0 }));
      return kept(await connectUsbip({ port, timeout: PATIENCE }));
    },
  ],
  ['short APDUs', shortApdus],
  [
    'extended APDUs, at a virtual reader',
    async (device) => {
      const { port } = kept(await serveVpcd(device, { listen: true, port: 0 }));
      return kept(await reader(port));
    },
  ],
  ['records on streams', async (device) => records(device)],
];

/** Registers, and signs in twice: with a list, and without one. What went over the carrier, at most. */
async function ceremonies(carry: (device: CarriedDevice) => Promise<Door>) {
  const most = { request: 0, response: 0 };
  const authenticator = new Authenticator({
    policy: {
      algorithms: [ML_DSA_87],
      packedAttestation: 'self',
      attestationFormats: ['packed'],
      credentialIdLength: 64,
      transports: ['usb', 'nfc'],
      userVerification: 'none',
    },
  });
  const measured = overlaid<CarriedDevice>(authenticator, {
    async transact(request, options) {
      const response = await authenticator.transact(request, options);
      most.request = Math.max(most.request, request.length);
      most.response = Math.max(most.response, response.length);
      return response;
    },
  });
  const door = await carry(measured);
  const client = new WebAuthnClient({
    origin,
    authenticator: { transact: (request) => door.transact(request) },
  });
  const others = Array.from({ length: 60 }, (_, place) => ({
    type: 'public-key',
    id: Buffer.alloc(64, place + 1).toString('base64url'),
  }));
  const creation = {
    rp: { name: 'Example', id: 'example.com' },
    user: { id: 'YWRh', name: 'ada', displayName: 'Ada' },
    challenge: 'Y2hhbGxlbmdlLWZyb20tc2VydmVy',
    pubKeyCredParams: [{ type: 'public-key', alg: ML_DSA_87 }],
    attestation: 'direct',
    authenticatorSelection: { residentKey: 'required' },
    excludeCredentials: others,
  };
  const registration = await client.create(creation);
  const { verified, failed, credential } = await verifyRegistration(registration, {
    options: creation,
    origins: [origin],
  });
  expect([verified, failed]).toEqual([true, undefined]);
  const own = { type: 'public-key', id: registration.id };
  for (const allowCredentials of [[...others, own], []]) {
    await door.tap?.();
    const options = { rpId: 'example.com', challenge: creation.challenge, allowCredentials };
    const outcome = await verifyAuthentication(await client.get(options), {
      options,
      origins: [origin],
      credential: credential as NonNullable<typeof credential>,
    });
    expect([outcome.verified, outcome.failed]).toEqual([true, undefined]);
  }
  return most;
}

describe('a key of ML-DSA-87 with self attestation', () => {
  it('is carried by CTAPHID, whose longest message is longer by little', async () => {
    const most = await ceremonies(CARRIERS[0]?.[1] as (typeof CARRIERS)[0][1]);
    // Two parameter sets in one message (a key and a signature, 2,592 and 4,627 bytes), and a list of 61 IDs of 64 bytes.
    expect(most.response).toBeGreaterThan(7300);
    expect(most.response).toBeLessThanOrEqual(MAX_MESSAGE);
    expect(most.request).toBeGreaterThan(5000);
  });

  for (const [name, carry] of CARRIERS.slice(1)) {
    slow(`is carried by ${name}`, async () => {
      const most = await ceremonies(carry);
      expect(most.response).toBeGreaterThan(7300);
      expect(most.request).toBeGreaterThan(5000);
    });
  }
});

describe('an answer at the limit of CTAPHID', () => {
  const answering = async (length: number): Promise<string[]> => {
    const { send, words, channel, inHand } = hidBench();
    send(channel(), CtapHidCommand.CBOR, Uint8Array.of(2));
    inHand[0]?.answer(new Uint8Array(length));
    await new Promise(setImmediate);
    return words();
  };

  it('is carried whole up to 7,609 bytes, and is an error beyond them', async () => {
    expect(await answering(MAX_MESSAGE)).toEqual(['CBOR']);
    expect(await answering(MAX_MESSAGE + 1)).toEqual(['ERR_OTHER']);
    expect(fragment(1, CtapHidCommand.CBOR, new Uint8Array(MAX_MESSAGE))).toHaveLength(129);
  });
});
