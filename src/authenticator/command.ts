/** A command from bytes to bytes, made of its request, what runs, and its response. */
import { decodeBody, encodeMessage } from '../ctap/message.ts';
import type { Struct } from '../ctap/struct.ts';
import type { CommandContext, Device, Outcome } from './device.ts';

/** A command from bytes to bytes. Throws CtapError; whatever it answered, its state is stored. */
export type Command = (
  device: Device,
  message: Uint8Array,
  context: CommandContext,
) => Promise<Outcome<Uint8Array>>;

/** One with parameters. */
export function command<Request, Response>(
  request: Struct<Request>,
  run: (device: Device, request: Request, context: CommandContext) => Promise<Outcome<Response>>,
  response?: Struct<Response>,
): Command {
  return async (device, message, context) =>
    answer(await run(device, decodeBody(message, request, undefined, device.policy.ctap), context), response);
}

/** One without. */
export function bare<Response>(
  run: (device: Device, context: CommandContext) => Promise<Outcome<Response>>,
  response?: Struct<Response>,
): Command {
  return async (device, _message, context) => answer(await run(device, context), response);
}

function answer<Response>({ response }: Outcome<Response>, struct?: Struct<Response>): Outcome<Uint8Array> {
  const encode = (value: Response): Uint8Array => encodeMessage(0, struct, value);
  return { response: response instanceof Promise ? response.then(encode) : encode(response) };
}
