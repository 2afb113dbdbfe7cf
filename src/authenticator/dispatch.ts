/** The command table: for each command byte how its request is read, what runs, and how its response is written. */

import { CtapCommand } from '../ctap/commands.ts';
import { bioEnrollmentRequest, bioEnrollmentResponse } from '../ctap/messages/bio-enrollment.ts';
import { clientPinRequest, clientPinResponse } from '../ctap/messages/client-pin.ts';
import { configRequest } from '../ctap/messages/config.ts';
import {
  credentialManagementRequest,
  credentialManagementResponse,
} from '../ctap/messages/credential-management.ts';
import { getAssertionResponse } from '../ctap/messages/get-assertion.ts';
import { largeBlobsRequest, largeBlobsResponse } from '../ctap/messages/large-blobs.ts';
import { makeCredentialRequest, makeCredentialResponse } from '../ctap/messages/make-credential.ts';
import { bare, type Command, command } from './command.ts';
import { authenticatorBioEnrollment } from './commands/bio-enrollment/command.ts';
import { authenticatorClientPin } from './commands/client-pin/command.ts';
import { authenticatorConfig } from './commands/config/command.ts';
import { authenticatorCredentialManagement } from './commands/credential-management/command.ts';
import { getAssertion } from './commands/get-assertion-bytes.ts';
import { rememberedInfo } from './commands/get-info/remembered.ts';
import { authenticatorGetNextAssertion } from './commands/get-next-assertion.ts';
import { authenticatorLargeBlobs } from './commands/large-blobs/command.ts';
import { authenticatorMakeCredential } from './commands/make-credential.ts';
import { authenticatorReset } from './commands/reset.ts';
import { authenticatorSelection } from './commands/selection.ts';

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
  [CtapCommand.authenticatorGetAssertion, getAssertion],
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
