/** The device: a software FIDO2 authenticator, called with bytes or by typed functions. */

import { defaultAuthority } from '../authority/default-authority.ts';
import { systemClock } from '../base/clock.ts';
import { withReason } from '../base/failures.ts';
import { Queue } from '../base/queue.ts';
import { run } from '../base/steps.ts';
import { engineFor } from '../crypto/engine.ts';
import { seededRandom, systemRandom } from '../crypto/random.ts';
import { CtapCommand } from '../ctap/commands.ts';
import { knows } from '../ctap/level.ts';
import type { BioEnrollmentRequest, BioEnrollmentResponse } from '../ctap/messages/bio-enrollment.ts';
import {
  type ClientPinRequest,
  type ClientPinResponse,
  clientPinRequest,
} from '../ctap/messages/client-pin.ts';
import type { ConfigRequest } from '../ctap/messages/config.ts';
import type {
  CredentialManagementRequest,
  CredentialManagementResponse,
} from '../ctap/messages/credential-management.ts';
import type { GetAssertionRequest, GetAssertionResponse } from '../ctap/messages/get-assertion.ts';
import type { GetInfoResponse } from '../ctap/messages/get-info.ts';
import type { LargeBlobsRequest, LargeBlobsResponse } from '../ctap/messages/large-blobs.ts';
import {
  type MakeCredentialRequest,
  type MakeCredentialResponse,
  makeCredentialRequest,
} from '../ctap/messages/make-credential.ts';
import { CtapError } from '../ctap/status.ts';
import { ScriptedUser, type User } from '../person/user.ts';
import { MemoryStore } from '../store/memory.ts';
import { WatchedStore } from '../store/watched.ts';
import { authenticatorBioEnrollment } from './commands/bio-enrollment/command.ts';
import { authenticatorClientPin } from './commands/client-pin/command.ts';
import { authenticatorConfig } from './commands/config/command.ts';
import { authenticatorCredentialManagement } from './commands/credential-management/command.ts';
import { authenticatorGetAssertion } from './commands/get-assertion.ts';
import { authenticatorGetInfo } from './commands/get-info/command.ts';
import { authenticatorGetNextAssertion } from './commands/get-next-assertion.ts';
import { authenticatorLargeBlobs } from './commands/large-blobs/command.ts';
import { authenticatorMakeCredential } from './commands/make-credential.ts';
import { authenticatorReset } from './commands/reset.ts';
import { authenticatorSelection } from './commands/selection.ts';
import { Credentials } from './credentials.ts';
import type { CommandContext, Device, Outcome, TransactOptions } from './device.ts';
import { admit, commands } from './dispatch.ts';
import { policyOf } from './models/registry.ts';
import { type AuthenticatorOptions, checkedOptions } from './options.ts';
import { resolvePolicy } from './policy/resolve.ts';
import type { Policy } from './policy/type.ts';
import { Session } from './session.ts';
import { factoryState } from './state.ts';
import { answerApdu } from './u2f/command.ts';
import { u2fIdentity } from './u2f/identity.ts';

export type { AuthenticatorOptions } from './options.ts';

const endOfTurn: Promise<void> = Promise.resolve();

/** What a command does, once it is its turn. */
type Work<Response> = (
  device: Device,
  context: CommandContext,
) => Outcome<Response> | Promise<Outcome<Response>>;

/** The message that says why there is no answer. */
function refusalFor(error: unknown): Uint8Array {
  return error instanceof CtapError ? Uint8Array.of(error.status) : withReason(Uint8Array.of(0x7f), error);
}

/** An error's reason is not searched for beyond this many credentials: the search would delay the error. */
const MOST_LOOKED_AT = 1000;

/**
 * A software FIDO2 authenticator.
 *
 * @example
 * ```ts
 * import { Authenticator } from 'stuntkey';
 * const authenticator = new Authenticator();
 * const response = await authenticator.transact(Uint8Array.of(0x04)); // authenticatorGetInfo
 * console.log(response[0]); // 0, CTAP2_OK
 * ```
 */
export class Authenticator {
  readonly policy: Policy;
  /** The person, who is asked for touches and verification. */
  readonly user: User;
  /** The credentials on this device, read and changed directly, without a protocol. */
  readonly credentials: Credentials;
  /** Whether the device answers CTAP2: a device of the level `U2F` does not. */
  readonly ctap2: boolean;
  /**
   * Answers CTAP1/U2F: takes a raw APDU, short or extended, and returns data and the two bytes of a status word. It always answers:
   * without a touch with 0x6985, after which the client asks again. Absent where the policy has no U2F.
   */
  readonly transactU2f?: (
    apdu: Uint8Array,
    options?: Pick<TransactOptions, 'transport'>,
  ) => Promise<Uint8Array>;
  readonly #device: Device;
  readonly #queue = new Queue();
  /** Commands that have signed in this turn. */
  #signed = 0;
  readonly #others = (): number => {
    if (this.#signed++ === 0)
      endOfTurn.then(() => {
        this.#signed = 0;
      });
    return Math.max(this.#queue.waiting, this.#signed - 1);
  };
  readonly #wrappingSecret: Uint8Array | undefined;
  #ready = false;

  /** @throws StuntkeyError `bad-policy`, or `bad-options` that names the option */
  constructor(given: AuthenticatorOptions = {}) {
    const options = checkedOptions(given);
    this.#wrappingSecret = options.wrappingSecret && new Uint8Array(options.wrappingSecret);
    this.policy = resolvePolicy(options.policy, options.model && policyOf(options.model));
    this.user = options.user ?? new ScriptedUser();
    const random = options.random ?? (options.seed === undefined ? systemRandom : seededRandom(options.seed));
    const clock = options.clock ?? systemClock;
    const powered = {
      policy: this.policy,
      store: new WatchedStore(options.store ?? new MemoryStore(), clock),
      random,
      clock,
      user: this.user,
      engine: engineFor({ deterministic: options.repeatable ?? random !== systemRandom }),
      attestation: options.attestation ?? defaultAuthority(),
      ...(options.generateKey && { generateKey: options.generateKey }),
    };
    this.#device = { ...powered, session: new Session(powered) };
    this.credentials = new Credentials(powered);
    this.ctap2 = knows(this.policy.ctap, '2.0');
    if (this.policy.u2f)
      this.transactU2f = (apdu, options) => this.#answerApdu(new Uint8Array(apdu), options?.transport);
  }

  /**
   * Answers CTAP2 in bytes: takes a request (command byte, then CBOR) and returns a response (status byte, then CBOR). It always
   * answers, also to malformed requests. Requests that arrive while another one runs wait for it.
   *
   * @param request at most `policy.maxMsgSize` bytes, else CTAP2_ERR_REQUEST_TOO_LARGE
   */
  transact(request: Uint8Array, options: TransactOptions = {}): Promise<Uint8Array> {
    try {
      const byte = request[0];
      const command = byte === undefined ? undefined : commands.get(byte);
      if (byte === undefined || command === undefined) throw new CtapError('CTAP1_ERR_INVALID_COMMAND');
      if (request.length > this.policy.maxMsgSize) throw new CtapError('CTAP2_ERR_REQUEST_TOO_LARGE');
      // The caller may use its buffer again while the request waits; what is read from it here is kept.
      const message = new Uint8Array(request);
      const response = this.#run(byte, options, (device, context) => command(device, message, context));
      return response instanceof Promise ? response.catch(refusalFor) : Promise.resolve(response);
    } catch (error) {
      return Promise.resolve(refusalFor(error));
    }
  }

  /** authenticatorMakeCredential. @throws CtapError as the specification says */
  async makeCredential(
    request: MakeCredentialRequest,
    options?: TransactOptions,
  ): Promise<MakeCredentialResponse> {
    return this.#run(CtapCommand.authenticatorMakeCredential, options, (device, context) =>
      run(
        authenticatorMakeCredential(device, makeCredentialRequest.upTo(this.policy.ctap, request), context),
      ),
    );
  }

  /** authenticatorGetAssertion. @throws CtapError as the specification says */
  async getAssertion(request: GetAssertionRequest, options?: TransactOptions): Promise<GetAssertionResponse> {
    return this.#run(CtapCommand.authenticatorGetAssertion, options, (device, context) =>
      run(authenticatorGetAssertion(device, request, context)),
    );
  }

  /** authenticatorGetNextAssertion. @throws CtapError CTAP2_ERR_NOT_ALLOWED when there is no assertion to go on with */
  async getNextAssertion(options?: TransactOptions): Promise<GetAssertionResponse> {
    return this.#run(CtapCommand.authenticatorGetNextAssertion, options, (device, context) =>
      run(authenticatorGetNextAssertion(device, context)),
    );
  }

  /** authenticatorGetInfo. */
  async getInfo(): Promise<GetInfoResponse> {
    return this.#run(CtapCommand.authenticatorGetInfo, {}, authenticatorGetInfo);
  }

  /** authenticatorSelection. @throws CtapError when the user declines or does not come */
  async selection(options?: TransactOptions): Promise<void> {
    await this.#run(CtapCommand.authenticatorSelection, options, authenticatorSelection);
  }

  /** authenticatorReset. @throws CtapError CTAP2_ERR_NOT_ALLOWED later than ten seconds after power-up */
  async reset(options?: TransactOptions): Promise<void> {
    await this.#run(CtapCommand.authenticatorReset, options, authenticatorReset);
  }

  /** authenticatorCredentialManagement. @throws CtapError as the specification says */
  async credentialManagement(
    request: CredentialManagementRequest,
    options?: TransactOptions,
  ): Promise<CredentialManagementResponse> {
    return this.#run(CtapCommand.authenticatorCredentialManagement, options, (device) =>
      authenticatorCredentialManagement(device, request),
    );
  }

  /** authenticatorLargeBlobs. @throws CtapError as the specification says */
  async largeBlobs(request: LargeBlobsRequest, options?: TransactOptions): Promise<LargeBlobsResponse> {
    return this.#run(CtapCommand.authenticatorLargeBlobs, options, (device) =>
      authenticatorLargeBlobs(device, request),
    );
  }

  /** authenticatorClientPIN. @throws CtapError as the specification says */
  async clientPin(request: ClientPinRequest, options?: TransactOptions): Promise<ClientPinResponse> {
    return this.#run(CtapCommand.authenticatorClientPIN, options, (device, context) =>
      authenticatorClientPin(device, clientPinRequest.upTo(this.policy.ctap, request), context),
    );
  }

  /** authenticatorConfig. @throws CtapError as the specification says */
  async config(request: ConfigRequest, options?: TransactOptions): Promise<void> {
    await this.#run(CtapCommand.authenticatorConfig, options, (device) =>
      authenticatorConfig(device, request),
    );
  }

  /** authenticatorBioEnrollment. @throws CtapError as the specification says */
  async bioEnrollment(
    request: BioEnrollmentRequest,
    options?: TransactOptions,
  ): Promise<BioEnrollmentResponse> {
    return this.#run(CtapCommand.authenticatorBioEnrollment, options, (device, context) =>
      authenticatorBioEnrollment(device, request, context),
    );
  }

  /**
   * Prepares what the first registrations would have to wait for. Where the policy has RSA, one key is made ahead from now on, on another
   * thread, unless keys follow from a seed. Where it has U2F, the modules for its registration are loaded, because U2F clients wait for
   * a second only. Carriers call it when the device comes up.
   *
   * @param u2f false where nothing will speak U2F to the device
   */
  async warmUp({ u2f = this.policy.u2f }: { readonly u2f?: boolean } = {}): Promise<void> {
    const { engine } = this.#device;
    const keys = this.policy.algorithms.map((algorithm) => engine.prepare?.(algorithm));
    if (u2f && this.policy.u2f) await u2fIdentity(this.#device);
    await Promise.all(keys);
  }

  /** Why the device may have no credential for an RP ID without an allow list; undefined without a reason. Not part of a protocol. */
  whyNone(rpId: string): string | undefined {
    const count = this.credentials.read((reader) => {
      let found = 0;
      let seen = 0;
      for (const record of reader.all()) {
        if (record.rpId === rpId && !record.discoverable) found++;
        if (++seen === MOST_LOOKED_AT) break;
      }
      return found;
    });
    if (count === 0) return undefined;
    const are = count === 1 ? '1 credential' : `${count} credentials`;
    return `${are} for ${rpId} ${count === 1 ? 'is here that is' : 'are here that are'} not discoverable: ask for residentKey when it is made, or give allowCredentials`;
  }

  /** Unplugs the device and plugs it in again: its RAM is cleared, and its store is kept. */
  powerCycle(): void {
    this.#device.session = new Session(this.#device);
  }

  /** One command, at once where it is the device's turn and nothing has to be waited for. @throws what the command throws at once */
  #run<Response>(
    command: number,
    options: TransactOptions | undefined,
    work: Work<Response>,
  ): Response | Promise<Response> {
    const turn = this.#queue.enter();
    if (turn !== undefined || !this.#ready) return this.#runLater(turn, command, options, work);
    let outcome: Outcome<Response> | Promise<Outcome<Response>>;
    try {
      outcome = this.#begin(command, options, work);
    } catch (error) {
      this.#queue.leave();
      throw error;
    }
    if (outcome instanceof Promise) return this.#end(outcome);
    this.#queue.leave();
    return outcome.response;
  }

  async #runLater<Response>(
    turn: Promise<void> | undefined,
    command: number,
    options: TransactOptions | undefined,
    work: Work<Response>,
  ): Promise<Response> {
    if (turn !== undefined) await turn;
    const begun = async (): Promise<Outcome<Response>> => {
      if (turn !== undefined && (options?.aborted ?? options?.signal?.aborted)) {
        throw new CtapError('CTAP2_ERR_KEEPALIVE_CANCEL', 'canceled before its turn');
      }
      if (!this.#ready) await this.#prepare();
      return this.#begin(command, options, work);
    };
    return this.#end(begun());
  }

  #begin<Response>(
    command: number,
    options: TransactOptions = {},
    work: Work<Response>,
  ): Outcome<Response> | Promise<Outcome<Response>> {
    this.credentials.follow();
    admit(this.#device, command, options);
    return work(this.#device, { options, command, others: this.#others });
  }

  async #end<Response>(pending: Promise<Outcome<Response>>): Promise<Response> {
    let outcome: Outcome<Response>;
    try {
      outcome = await pending;
    } finally {
      this.#queue.leave();
    }
    return outcome.response;
  }

  #answerApdu(apdu: Uint8Array, transport?: string): Promise<Uint8Array> {
    return this.#queue.take(async () => {
      if (!this.#ready) await this.#prepare();
      // Another command: what was to be continued is dropped.
      this.#device.session.continuation = undefined;
      this.#device.session.transport = transport;
      return answerApdu(this.#device, apdu);
    });
  }

  /** Gives an unused store the state of a device that leaves the factory. */
  async #prepare(): Promise<void> {
    const { store, policy, random } = this.#device;
    // (Looked at first, so that a store that cannot be written can be read all the same.)
    if (store.read((reader) => reader.device()) === undefined) {
      await store.transaction((transaction) => {
        if (transaction.device() === undefined) {
          transaction.putDevice(factoryState(policy, random, this.#wrappingSecret));
        }
      });
    }
    this.#ready = true;
  }
}
