/** The command table: for each command byte how its request is read, what runs, and how its response is written. */

import { CtapCommand } from '../ctap/commands.ts';
import { decodeBody, encodeMessage } from '../ctap/message.ts';
import { getAssertionRequest, getAssertionResponse } from '../ctap/messages/get-assertion.ts';
import { getInfoResponse } from '../ctap/messages/get-info.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../ctap/messages/make-credential.ts';
import type { Struct } from '../ctap/struct.ts';
import { authenticatorGetAssertion } from './commands/get-assertion.ts';
import { getInfo } from './commands/get-info.ts';
import { authenticatorGetNextAssertion } from './commands/get-next-assertion.ts';
import { authenticatorMakeCredential } from './commands/make-credential.ts';
import { authenticatorReset } from './commands/reset.ts';
import { authenticatorSelection } from './commands/selection.ts';
import type { CommandContext, Device, Outcome } from './device.ts';
import { deviceState } from './state.ts';

/** A command from bytes to bytes. Throws CtapError; whatever it answered, its state is stored. */
export type Command = (
  device: Device,
  message: Uint8Array,
  context: CommandContext,
) => Promise<Outcome<Uint8Array>>;

function command<Request, Response>(
  request: Struct<Request>,
  run: (device: Device, request: Request, context: CommandContext) => Promise<Outcome<Response>>,
  response?: Struct<Response>,
): Command {
  return async (device, message, context) =>
    answer(await run(device, decodeBody(message, request), context), response);
}

function bare<Response>(
  run: (device: Device, context: CommandContext) => Promise<Outcome<Response>>,
  response?: Struct<Response>,
): Command {
  return async (device, _message, context) => answer(await run(device, context), response);
}

function answer<Response>({ response }: Outcome<Response>, struct?: Struct<Response>): Outcome<Uint8Array> {
  const encode = (value: Response): Uint8Array => encodeMessage(0, struct, value);
  return { response: response instanceof Promise ? response.then(encode) : encode(response) };
}

/** Every ceremony begins with getInfo, and its answer changes only with the state it was made from. */
async function rememberedInfo(device: Device): Promise<Outcome<Uint8Array>> {
  const { store, session } = device;
  const [state, credentials] = store.read(
    (reader) => [deviceState(reader), reader.countDiscoverable()] as const,
  );
  if (session.info?.state !== state || session.info.credentials !== credentials) {
    session.info = { state, credentials, message: encodeMessage(0, getInfoResponse, getInfo(device)) };
  }
  return { response: new Uint8Array(session.info.message) };
}

/** Commands by their byte. */
export const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
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
]);

/** The command that goes on with what another began, by its byte; every other one drops what was remembered. */
export const continues: ReadonlySet<number> = new Set([CtapCommand.authenticatorGetNextAssertion]);
