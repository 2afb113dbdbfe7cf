/** The command table: for each command byte how its request is read, what runs, and how its response is written. */

import { run, type Steps } from '../base/steps.ts';
import { CtapCommand } from '../ctap/commands.ts';
import { decodeBody, encodeMessage } from '../ctap/message.ts';
import { bioEnrollmentRequest, bioEnrollmentResponse } from '../ctap/messages/bio-enrollment.ts';
import { clientPinRequest, clientPinResponse } from '../ctap/messages/client-pin.ts';
import { configRequest } from '../ctap/messages/config.ts';
import {
  credentialManagementRequest,
  credentialManagementResponse,
} from '../ctap/messages/credential-management.ts';
import { getAssertionRequest, getAssertionResponse } from '../ctap/messages/get-assertion.ts';
import { getInfoResponse } from '../ctap/messages/get-info.ts';
import { largeBlobsRequest, largeBlobsResponse } from '../ctap/messages/large-blobs.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../ctap/messages/make-credential.ts';
import { CtapError } from '../ctap/status.ts';
import type { Struct } from '../ctap/struct.ts';
import type { DeviceState } from '../store/device-state.ts';
import { hasCommand } from './capabilities.ts';
import { authenticatorBioEnrollment } from './commands/bio-enrollment/command.ts';
import { authenticatorClientPin } from './commands/client-pin/command.ts';
import { authenticatorConfig } from './commands/config/command.ts';
import { authenticatorCredentialManagement } from './commands/credential-management/command.ts';
import { authenticatorGetAssertion } from './commands/get-assertion.ts';
import { getInfo } from './commands/get-info/command.ts';
import { authenticatorGetNextAssertion } from './commands/get-next-assertion.ts';
import { authenticatorLargeBlobs } from './commands/large-blobs/command.ts';
import { authenticatorMakeCredential } from './commands/make-credential.ts';
import { authenticatorReset } from './commands/reset.ts';
import { authenticatorSelection } from './commands/selection.ts';
import type { CommandContext, Device, Outcome, TransactOptions } from './device.ts';
import type { Policy } from './policy/type.ts';
import type { Continuation } from './session.ts';
import { deviceState } from './state.ts';

/** A command from bytes to bytes. Throws CtapError, or rejects with it; whatever it answered, its state is stored. */
export type Command = (
  device: Device,
  message: Uint8Array,
  context: CommandContext,
) => Outcome<Uint8Array> | Promise<Outcome<Uint8Array>>;

/** A command under way. */
type Running<Response> = Steps<Outcome<Response>> | Promise<Outcome<Response>>;

function command<Request, Response>(
  request: Struct<Request>,
  run: (device: Device, request: Request, context: CommandContext) => Running<Response>,
  response?: Struct<Response>,
): Command {
  return (device, message, context) => {
    const decoded = decodeBody(message, request, undefined, device.policy.ctap);
    return answered(run(device, decoded, context), response);
  };
}

function bare<Response>(
  run: (device: Device, context: CommandContext) => Running<Response>,
  response?: Struct<Response>,
): Command {
  return (device, _message, context) => answered(run(device, context), response);
}

function answered<Response>(
  running: Running<Response>,
  struct?: Struct<Response>,
): Outcome<Uint8Array> | Promise<Outcome<Uint8Array>> {
  const outcome = running instanceof Promise ? running : run(running);
  return outcome instanceof Promise ? outcome.then((one) => answer(one, struct)) : answer(outcome, struct);
}

function answer<Response>({ response }: Outcome<Response>, struct?: Struct<Response>): Outcome<Uint8Array> {
  const encode = (value: Response): Uint8Array => encodeMessage(0, struct, value);
  return { response: response instanceof Promise ? response.then(encode) : encode(response) };
}

/** An answer of getInfo, and what it was made from besides the state. */
interface Remembered {
  readonly policy: Policy;
  readonly credentials: number;
  readonly message: Uint8Array;
}

/** The last answer by the state it was made from, which is never changed, only replaced. */
const answers = new WeakMap<DeviceState, Remembered>();

/** Every ceremony begins with getInfo, and its answer changes only with the state it was made from. */
function rememberedInfo(device: Device): Outcome<Uint8Array> {
  const { store, policy } = device;
  // A device that is never full does not tell how much room is left.
  const { discoverableCapacity } = policy;
  const [state, credentials] = store.read(
    (reader) =>
      [deviceState(reader), Number.isFinite(discoverableCapacity) ? reader.countDiscoverable() : 0] as const,
  );
  // With a persistent token out, no two answers are the same.
  if (state.persistentPinUvAuthToken !== undefined) {
    return { response: encodeMessage(0, getInfoResponse, getInfo(device)) };
  }
  let known = answers.get(state);
  if (known?.policy !== policy || known.credentials !== credentials) {
    known = { policy, credentials, message: encodeMessage(0, getInfoResponse, getInfo(device)) };
    answers.set(state, known);
  }
  return { response: new Uint8Array(known.message) };
}

const credentialManagement = command(
  credentialManagementRequest,
  authenticatorCredentialManagement,
  credentialManagementResponse,
);
const bioEnrollment = command(bioEnrollmentRequest, authenticatorBioEnrollment, bioEnrollmentResponse);

/** Commands by their byte. */
export const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
  [CtapCommand.authenticatorClientPIN, command(clientPinRequest, authenticatorClientPin, clientPinResponse)],
  [
    CtapCommand.authenticatorMakeCredential,
    command(makeCredentialRequest, authenticatorMakeCredential, makeCredentialResponse),
  ],
  [
    CtapCommand.authenticatorGetAssertion,
    command(getAssertionRequest, authenticatorGetAssertion, getAssertionResponse),
  ],
  [CtapCommand.authenticatorGetNextAssertion, bare(authenticatorGetNextAssertion, getAssertionResponse)],
  [CtapCommand.authenticatorGetInfo, rememberedInfo],
  [CtapCommand.authenticatorReset, bare(authenticatorReset)],
  [CtapCommand.authenticatorSelection, bare(authenticatorSelection)],
  [CtapCommand.authenticatorBioEnrollment, bioEnrollment],
  [CtapCommand.authenticatorBioEnrollmentPreview, bioEnrollment],
  [CtapCommand.authenticatorCredentialManagement, credentialManagement],
  [CtapCommand.authenticatorCredentialManagementPreview, credentialManagement],
  [
    CtapCommand.authenticatorLargeBlobs,
    command(largeBlobsRequest, authenticatorLargeBlobs, largeBlobsResponse),
  ],
  [CtapCommand.authenticatorConfig, command(configRequest, authenticatorConfig)],
]);

/** What a command can go on with, by its byte. */
const CONTINUES: ReadonlyMap<number, readonly Continuation['kind'][]> = new Map<
  number,
  readonly Continuation['kind'][]
>([
  [CtapCommand.authenticatorGetNextAssertion, ['assertions']],
  [CtapCommand.authenticatorCredentialManagement, ['relying-parties', 'credentials']],
  [CtapCommand.authenticatorCredentialManagementPreview, ['relying-parties', 'credentials']],
  [CtapCommand.authenticatorBioEnrollment, ['enrollment']],
  [CtapCommand.authenticatorBioEnrollmentPreview, ['enrollment']],
]);

/**
 * A command begins: is it one that the device has? And what another one left to be continued, this one drops unless it is
 * the one that continues it, on the channel that began it.
 *
 * @throws CtapError CTAP1_ERR_INVALID_COMMAND
 */
export function admit(
  device: Device,
  command: number,
  { channel, transport }: Pick<TransactOptions, 'channel' | 'transport'> = {},
): void {
  if (!hasCommand(device.policy, command)) throw new CtapError('CTAP1_ERR_INVALID_COMMAND');
  const { session } = device;
  const { continuation } = session;
  const goesOn = continuation !== undefined && CONTINUES.get(command)?.includes(continuation.kind);
  if (!goesOn || session.channel !== channel) session.continuation = undefined;
  session.channel = channel;
  session.transport = transport;
}
