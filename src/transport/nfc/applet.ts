/**
 * The FIDO applet: a device behind APDUs, as readers of cards carry them (CTAP 2.3 section 11.3). What the text leaves open is
 * decided in docs/decisions/010-ctaphid.md.
 */
import { equal, utf8 } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import {
  ApduClass,
  CANCEL,
  END_CTAP,
  FIDO_AID,
  NfcInstruction,
  NfcStatus,
  SelectAnswer,
  SUPPORTS_GETRESPONSE,
} from '../../ctap/nfc.ts';
import { type ReadApdu, readApdu, U2fInstruction, writeApdu } from '../../ctap/u2f.ts';
import type { CarriedDevice } from '../device.ts';
import { Exchange } from '../exchange.ts';
import { AnswerChain, answer, CommandChain, type Framing } from './chaining.ts';

/** P1 of SELECT: by name. */
const BY_NAME = 0x04;
const U2F: readonly number[] = Object.values(U2fInstruction);

/** What becomes of a request: an answer, none because the device failed, or a sign of life. */
type News = { readonly answer: Uint8Array | undefined } | { readonly status: 1 | 2 };

/** How many there were in this process. */
let applets = 0;

/** One card. APDUs in and out, one after the other; whatever comes in, it throws nothing and holds one command and one answer. */
export class FidoApplet {
  readonly #device: CarriedDevice;
  readonly #exchange: Exchange;
  readonly #channel = `nfc-${++applets}`;
  readonly #command = new CommandChain();
  readonly #answer = new AnswerChain();
  #selected = false;
  /** An answer that came while the client had been told to ask again. */
  #news: News | undefined;
  #listen: ((news: News | undefined) => void) | undefined;

  constructor(device: CarriedDevice, clock: Clock) {
    this.#device = device;
    this.#exchange = new Exchange(device, clock, 'nfc');
  }

  /** Power went: nothing is selected, and what is under way ends without an answer. */
  reset(): void {
    this.#selected = false;
    this.#drop();
  }

  /** Answers an APDU; undefined where power went before there was an answer. */
  async transmit(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    let apdu: ReadApdu;
    try {
      apdu = readApdu(bytes);
    } catch {
      return answer(NfcStatus.WRONG_LENGTH);
    }
    if (apdu.cla === ApduClass.ISO && apdu.ins === NfcInstruction.SELECT) return this.#select(apdu);
    // Nothing is there that would know another instruction.
    if (!this.#selected) return answer(NfcStatus.INS_NOT_SUPPORTED);
    const command = this.#command.take(apdu);
    return typeof command === 'number' ? answer(command) : this.#run(command);
  }

  #run(command: ReadApdu): Promise<Uint8Array | undefined> | Uint8Array {
    const { cla, ins } = command;
    if (cla !== ApduClass.ISO && cla !== ApduClass.CTAP) return answer(NfcStatus.CLA_NOT_SUPPORTED);
    // Some clients keep CTAP's class for this one.
    if (ins === NfcInstruction.GET_RESPONSE) {
      return this.#answer.pending ? this.#answer.next(command) : answer(NfcStatus.CONDITIONS_NOT_SATISFIED);
    }
    this.#answer.drop();
    if (cla === ApduClass.ISO) {
      return U2F.includes(ins) ? this.#u2f(command) : answer(NfcStatus.INS_NOT_SUPPORTED);
    }
    switch (ins) {
      case NfcInstruction.NFCCTAP_MSG:
        return this.#message(command);
      case NfcInstruction.NFCCTAP_GETRESPONSE:
        return this.#askedAgain(command);
      case NfcInstruction.NFCCTAP_CONTROL:
        return this.#control(command);
      default:
        return answer(NfcStatus.INS_NOT_SUPPORTED);
    }
  }

  /** Section 11.3.3. What is not our name leaves everything as it is. */
  #select({ p1, p2, data }: ReadApdu): Uint8Array {
    if (p1 !== BY_NAME || p2 !== 0) return answer(NfcStatus.WRONG_P1_P2);
    if (!equal(data, FIDO_AID)) return answer(NfcStatus.NOT_FOUND);
    this.#drop();
    this.#selected = true;
    const u2f = this.#device.transactU2f !== undefined;
    return answer(NfcStatus.OK, utf8(u2f ? SelectAnswer.U2F : SelectAnswer.CTAP2_ONLY));
  }

  /** Section 11.3.4. */
  #control({ p1, p2 }: ReadApdu): Uint8Array {
    if (p1 !== END_CTAP || p2 !== 0) return answer(NfcStatus.WRONG_P1_P2);
    this.reset();
    return answer(NfcStatus.OK);
  }

  /** Section 11.3.7.1. */
  async #message({ p1, p2, data, ...framing }: ReadApdu): Promise<Uint8Array | undefined> {
    if (this.#device.ctap2 === false) return answer(NfcStatus.INS_NOT_SUPPORTED);
    if (p2 !== 0 || (p1 & ~SUPPORTS_GETRESPONSE) !== 0) return answer(NfcStatus.WRONG_P1_P2);
    if (data.length === 0) return answer(NfcStatus.WRONG_LENGTH);
    this.#start('ctap2', data);
    return this.#report(await this.#hear(p1 === SUPPORTS_GETRESPONSE), framing);
  }

  /** Section 11.3.7.2: the client asks again, or cancels. */
  async #askedAgain({ p1, p2, ...framing }: ReadApdu): Promise<Uint8Array | undefined> {
    if ((p1 !== 0 && p1 !== CANCEL) || p2 !== 0) return answer(NfcStatus.WRONG_P1_P2);
    if (this.#news === undefined && !this.#exchange.busy) return answer(NfcStatus.CONDITIONS_NOT_SATISFIED);
    if (p1 === CANCEL) this.#exchange.cancel();
    return this.#report(await this.#hear(p1 !== CANCEL), framing);
  }

  /** Section 8.2.4: U2F's messages go as they are. */
  async #u2f(command: ReadApdu): Promise<Uint8Array | undefined> {
    if (this.#device.transactU2f === undefined) return answer(NfcStatus.INS_NOT_SUPPORTED);
    this.#start('u2f', writeApdu(command));
    const news = await this.#hear(false);
    if (news === undefined) return undefined;
    const response = 'answer' in news ? news.answer : undefined;
    if (response === undefined || response.length < 2) return answer(NfcStatus.OTHER);
    const status = new DataView(response.buffer, response.byteOffset).getUint16(response.length - 2);
    return this.#answer.begin(response.subarray(0, -2), status, command);
  }

  #report(news: News | undefined, framing: Framing): Uint8Array | undefined {
    if (news === undefined) return undefined;
    if ('status' in news) return answer(NfcStatus.UPDATE, Uint8Array.of(news.status));
    return news.answer === undefined
      ? answer(NfcStatus.OTHER)
      : this.#answer.begin(news.answer, NfcStatus.OK, framing);
  }

  /** Gives a request to the device, in the place of one that may be under way. */
  #start(kind: 'ctap2' | 'u2f', message: Uint8Array): void {
    this.#drop();
    this.#exchange.start({
      kind,
      message: message.slice(),
      channel: this.#channel,
      answer: (answer) => this.#tell({ answer }),
      keepalive: (status) => this.#tell({ status }),
    });
  }

  /** What becomes of the request next: its answer, or, where the client asks again, a sign of life. */
  #hear(again: boolean): Promise<News | undefined> {
    const news = this.#news;
    this.#news = undefined;
    if (news !== undefined) return Promise.resolve(news);
    return new Promise((resolve) => {
      this.#listen = (news) => {
        if (news !== undefined && 'status' in news && !again) return;
        this.#listen = undefined;
        resolve(news);
      };
    });
  }

  /** (A sign of life that no client waits for is dropped: the next one comes soon.) */
  #tell(news: News): void {
    if (this.#listen !== undefined) this.#listen(news);
    else if ('answer' in news) this.#news = news;
  }

  #drop(): void {
    this.#command.drop();
    this.#answer.drop();
    this.#news = undefined;
    this.#exchange.abandon();
    this.#listen?.(undefined);
  }
}
