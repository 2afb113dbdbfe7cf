/** A security key as long as one client has it imported: transfers in, results out. */
import { systemClock } from '../../base/clock.ts';
import { CtapHid, type CtapHidPolicy } from '../ctaphid/ctaphid.ts';
import { PACKET_SIZE } from '../ctaphid/packets.ts';
import type { CarriedDevice } from '../device.ts';
import { Pacer } from '../pacer.ts';
import { ControlEndpoint } from './control.ts';
import type { UsbIdentity } from './descriptors.ts';
import { encodeResult, type Submit, type Unlink, UrbStatus } from './urbs.ts';

/** So many transfers in may wait for a packet; Linux has one under way. */
const MAX_WAITING = 256;
/** So many packets may wait for a transfer: twice the longest answer. Older ones are lost, as without a reader. */
const MAX_PACKETS = 258;

/** Takes requests one after the other, and throws at none. */
export class ImportedKey {
  readonly #hid: CtapHid;
  readonly #control: ControlEndpoint;
  readonly #pacer: Pacer;
  readonly #send: (result: Uint8Array) => void;
  /** Transfers in, the oldest first, by their sequence numbers. */
  readonly #waiting = new Map<number, Submit>();
  #packets: Uint8Array[] = [];

  /** @param send takes each result to the client, in order */
  constructor(
    device: CarriedDevice,
    identity: UsbIdentity,
    policy: CtapHidPolicy,
    send: (result: Uint8Array) => void,
  ) {
    this.#send = send;
    this.#control = new ControlEndpoint(identity);
    // What reads the client's hidraw node loses what comes too fast, as with uhid.
    this.#pacer = new Pacer((packet) => this.#packet(packet), policy.clock ?? systemClock);
    this.#hid = new CtapHid(device, { ...policy, send: (packet) => this.#pacer.push(packet) });
  }

  /** @param data of a transfer out, `length` bytes */
  submit(request: Submit, data: Uint8Array): void {
    const { endpoint, direction, seqnum } = request;
    if (endpoint === 0) this.#answerControl(request);
    else if (!this.#control.serves(endpoint | (direction === 'in' ? 0x80 : 0)))
      this.#end(seqnum, UrbStatus.EPIPE);
    else if (direction === 'out') this.#take(request, data);
    else if (this.#waiting.size >= MAX_WAITING) this.#end(seqnum, UrbStatus.ENOMEM);
    else {
      this.#waiting.set(seqnum, request);
      this.#deliver();
    }
  }

  unlink({ seqnum, unlinked }: Unlink): void {
    const waited = this.#waiting.delete(unlinked);
    const status = waited ? UrbStatus.ECONNRESET : UrbStatus.OK;
    this.#send(encodeResult({ command: 'unlinked', seqnum, status }));
  }

  /** What is under way ends without an answer. */
  close(): void {
    this.#pacer.stop();
    this.#hid.close();
    this.#waiting.clear();
    this.#packets = [];
  }

  #answerControl({ seqnum, direction, length, setup }: Submit): void {
    const answer = this.#control.answer(setup);
    if (answer === undefined) this.#end(seqnum, UrbStatus.EPIPE);
    // (A request without data is a transfer out, whatever its setup says.)
    else if (direction === 'in') this.#end(seqnum, UrbStatus.OK, answer.subarray(0, length));
    else this.#end(seqnum, UrbStatus.OK, undefined, length);
  }

  /** A transfer may be longer than a packet; what is left of it is none, and the device ignores it. */
  #take({ seqnum }: Submit, data: Uint8Array): void {
    this.#end(seqnum, UrbStatus.OK, undefined, data.length);
    for (let start = 0; start < data.length; start += PACKET_SIZE)
      this.#hid.receive(data.subarray(start, start + PACKET_SIZE));
  }

  #packet(packet: Uint8Array): void {
    if (this.#packets.length >= MAX_PACKETS) this.#packets.shift();
    this.#packets.push(packet);
    this.#deliver();
  }

  #deliver(): void {
    for (const [seqnum, { length }] of this.#waiting) {
      const packet = this.#packets.shift();
      if (packet === undefined) return;
      this.#waiting.delete(seqnum);
      if (length < packet.length) this.#end(seqnum, UrbStatus.EOVERFLOW);
      else this.#end(seqnum, UrbStatus.OK, packet);
    }
  }

  #end(seqnum: number, status: number, data?: Uint8Array, actualLength = data?.length ?? 0): void {
    this.#send(encodeResult({ command: 'submitted', seqnum, status, actualLength }, data));
  }
}
