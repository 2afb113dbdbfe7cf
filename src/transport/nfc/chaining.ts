/** Commands and answers that are longer than an APDU (ISO 7816-4, CTAP 2.3 section 11.3.6). */
import { concat } from '../../base/bytes.ts';
import { ApduClass, NfcStatus } from '../../ctap/nfc.ts';
import type { ReadApdu } from '../../ctap/u2f.ts';

/** The longest command, put together: as long as one of extended length can be. */
const MAX_COMMAND = 0xffff;

/** How an answer may be returned, which is its command's to say. */
export type Framing = Pick<ReadApdu, 'extended' | 'le'>;

/** Puts commands together whose class says that more follows. */
export class CommandChain {
  #first: ReadApdu | undefined;
  #data: Uint8Array = new Uint8Array();

  /**
   * Takes an APDU.
   *
   * @returns the command when it is whole, its class without the bit; a status word when it is not, or never will be
   */
  take(apdu: ReadApdu): ReadApdu | number {
    const command = { ...apdu, cla: apdu.cla & ~ApduClass.MORE };
    const more = (apdu.cla & ApduClass.MORE) !== 0;
    const first = this.#first;
    if (first === undefined && !more) return command;
    const { cla, ins, p1, p2 } = command;
    if (
      first !== undefined &&
      (first.cla !== cla || first.ins !== ins || first.p1 !== p1 || first.p2 !== p2)
    ) {
      this.drop();
      return NfcStatus.LAST_OF_CHAIN_EXPECTED;
    }
    if (this.#data.length + apdu.data.length > MAX_COMMAND) {
      this.drop();
      return NfcStatus.WRONG_LENGTH;
    }
    this.#data = concat(this.#data, apdu.data);
    if (more) {
      this.#first = command;
      return NfcStatus.OK;
    }
    const data = this.#data;
    this.drop();
    return { ...command, data };
  }

  drop(): void {
    this.#first = undefined;
    this.#data = new Uint8Array();
  }
}

/** Hands an answer out in as many parts as its client has room for. */
export class AnswerChain {
  #rest: Uint8Array = new Uint8Array();
  #status: number = NfcStatus.OK;

  /** Whether something is left. */
  get pending(): boolean {
    return this.#rest.length > 0;
  }

  /** A new answer: its first part, or all of it. */
  begin(data: Uint8Array, status: number, framing: Framing): Uint8Array {
    this.#rest = data;
    this.#status = status;
    return this.next(framing);
  }

  /** The next part, with a status word that says what is left. A client that does not say how much it takes, takes all it can. */
  next({ extended, le }: Framing): Uint8Array {
    const room = le ?? (extended ? 0x10000 : 0x100);
    const part = this.#rest.subarray(0, room);
    this.#rest = this.#rest.subarray(part.length);
    const left = this.#rest.length;
    return answer(left === 0 ? this.#status : NfcStatus.MORE | (left > 0xff ? 0 : left), part);
  }

  drop(): void {
    this.#rest = new Uint8Array();
  }
}

/** Data, and the two bytes of a status word. */
export function answer(status: number, data: Uint8Array = new Uint8Array()): Uint8Array {
  return concat(data, Uint8Array.of(status >> 8, status & 0xff));
}
