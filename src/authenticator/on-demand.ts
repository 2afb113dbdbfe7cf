/**
 * The same device for a program that starts, does one thing and ends: each command is loaded when it is first called, and most of
 * them never are. Whoever stays longer has `Authenticator`.
 */
import { CtapCommand } from '../ctap/commands.ts';
import { CtapError } from '../ctap/status.ts';
import { admit } from './admission.ts';
import type { Command } from './command.ts';
import type { Device, TransactOptions } from './device.ts';
import type { Policy } from './policy.ts';
import { type AuthenticatorOptions, leaveFactory, powerUp } from './power-up.ts';
import { Queue } from './queue.ts';
import type { User } from './user.ts';

/** What every sign-in needs; the rest comes with the whole table. */
async function load(byte: number): Promise<Command | undefined> {
  switch (byte) {
    case CtapCommand.authenticatorGetInfo:
      return (await import('./commands/get-info/remembered.ts')).rememberedInfo;
    case CtapCommand.authenticatorGetAssertion:
      return (await import('./commands/get-assertion-bytes.ts')).getAssertion;
    default:
      return (await import('./dispatch.ts')).commands.get(byte);
  }
}

/** The doors of `Authenticator` that a client uses. */
export class OnDemandAuthenticator {
  readonly policy: Policy;
  readonly user: User;
  readonly ctap2: boolean;
  readonly transactU2f?: (apdu: Uint8Array) => Promise<Uint8Array>;
  readonly #device: Device;
  readonly #queue = new Queue();
  readonly #loaded = new Map<number, Promise<Command | undefined>>();
  #ready: Promise<void> | undefined;

  /** @throws StuntkeyError as `Authenticator` does */
  constructor(options: AuthenticatorOptions = {}) {
    this.#device = powerUp(options);
    this.policy = this.#device.policy;
    this.user = this.#device.user;
    this.ctap2 = this.policy.ctap !== 'U2F';
    if (this.policy.u2f) this.transactU2f = (apdu) => this.#answerApdu(new Uint8Array(apdu));
  }

  /** As `Authenticator.transact`. */
  transact(request: Uint8Array, options: TransactOptions = {}): Promise<Uint8Array> {
    const message = new Uint8Array(request);
    return this.#queue.take(async (waiting) => {
      try {
        const [byte] = message;
        const command = byte === undefined ? undefined : await this.#command(byte);
        if (byte === undefined || command === undefined) throw new CtapError('CTAP1_ERR_INVALID_COMMAND');
        if (message.length > this.policy.maxMsgSize) throw new CtapError('CTAP2_ERR_REQUEST_TOO_LARGE');
        if (options.signal?.aborted) throw new CtapError('CTAP2_ERR_KEEPALIVE_CANCEL');
        await this.#prepare();
        admit(this.#device, byte);
        return (await command(this.#device, message, { options, command: byte, waiting })).response;
      } catch (error) {
        return Uint8Array.of(error instanceof CtapError ? error.status : 0x7f);
      }
    });
  }

  #command(byte: number): Promise<Command | undefined> {
    const command = this.#loaded.get(byte) ?? load(byte);
    this.#loaded.set(byte, command);
    return command;
  }

  #answerApdu(apdu: Uint8Array): Promise<Uint8Array> {
    return this.#queue.take(async () => {
      const { answerApdu } = await import('./u2f/command.ts');
      await this.#prepare();
      this.#device.session.continuation = undefined;
      return answerApdu(this.#device, apdu);
    });
  }

  #prepare(): Promise<void> {
    this.#ready ??= leaveFactory(this.#device, undefined);
    return this.#ready;
  }
}
