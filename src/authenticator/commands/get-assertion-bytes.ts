/** authenticatorGetAssertion from bytes to bytes. */
import { getAssertionRequest, getAssertionResponse } from '../../ctap/messages/get-assertion.ts';
import { type Command, command } from '../command.ts';
import { authenticatorGetAssertion } from './get-assertion.ts';

export const getAssertion: Command = command(
  getAssertionRequest,
  authenticatorGetAssertion,
  getAssertionResponse,
);
