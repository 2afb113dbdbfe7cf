/** Credential and PublicKeyCredential (https://www.w3.org/TR/webauthn-3/#iface-pkcredential). */

import {
  allAcceptedCredentialsOptions,
  creationOptionsFromJson,
  currentUserDetailsOptions,
  requestOptionsFromJson,
  unknownCredentialOptions,
} from '../webauthn/dictionaries.ts';
import type { IdlType } from '../webauthn/idl.ts';
import { type Realm, translated } from '../webauthn/realm.ts';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '../webauthn/types.ts';
import { clientCapabilities, hasVerifyingPlatformAuthenticator } from './capabilities.ts';
import { defineInterface, type Interface, type OperationShape } from './interface.ts';
import type { PageClient } from './page-client.ts';
import type { Responses } from './responses.ts';
import {
  signalAllAcceptedCredentials,
  signalCurrentUserDetails,
  signalUnknownCredential,
} from './signals.ts';
import { bytesOf, extensionResults, inRealm, isRegistration } from './slots.ts';

type CredentialJson = RegistrationResponseJSON | AuthenticationResponseJSON;

interface CredentialSlots {
  readonly json: CredentialJson;
}

interface PublicKeyCredentialSlots extends CredentialSlots {
  readonly rawId: ArrayBuffer;
  readonly response: object;
}

export interface CredentialInterfaces {
  readonly Credential: Interface<CredentialSlots>;
  readonly PublicKeyCredential: Interface<PublicKeyCredentialSlots>;
  /** The object for what the client answered. */
  credential(json: CredentialJson): object;
}

export function defineCredentials(
  realm: Realm,
  client: PageClient,
  responses: Responses,
): CredentialInterfaces {
  const Credential = defineInterface<CredentialSlots>(realm, {
    name: 'Credential',
    attributes: { id: ({ json }) => json.id, type: ({ json }) => json.type },
    statics: { isConditionalMediationAvailable: { promise: true, run: () => false } },
  });
  const PublicKeyCredential = defineInterface<PublicKeyCredentialSlots>(realm, {
    name: 'PublicKeyCredential',
    parent: Credential,
    attributes: {
      rawId: (slots) => slots.rawId,
      response: (slots) => slots.response,
      authenticatorAttachment: ({ json }) => json.authenticatorAttachment ?? null,
    },
    operations: {
      getClientExtensionResults: { run: ({ json }) => extensionResults(realm, json.clientExtensionResults) },
      toJSON: { run: ({ json }) => inRealm(realm, json) },
    },
    statics: statics(realm, client),
  });
  return {
    Credential,
    PublicKeyCredential,
    credential: (json) =>
      PublicKeyCredential.make({
        json,
        rawId: bytesOf(realm, json.rawId),
        response: isRegistration(json)
          ? responses.attestation(json.response)
          : responses.assertion((json as AuthenticationResponseJSON).response),
      }),
  };
}

function statics(realm: Realm, client: PageClient): Record<string, OperationShape<undefined>> {
  /** Errors of ours as the page's. */
  const inPage = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translated(realm, error);
    }
  };
  const parsing = (type: IdlType): OperationShape<undefined> => ({
    length: 1,
    run: (_, options) => type(options, '', realm),
  });
  const signalling = (
    type: IdlType<Record<string, unknown>>,
    signal: (client: PageClient, options: Record<string, unknown>) => Promise<undefined>,
  ): OperationShape<undefined> => ({
    length: 1,
    promise: true,
    run: (_, options) => inPage(() => signal(client, type(options, '', realm))),
  });
  return {
    getClientCapabilities: {
      promise: true,
      run: () => inPage(async () => inRealm(realm, await clientCapabilities(client))),
    },
    isConditionalMediationAvailable: { promise: true, run: () => true },
    isUserVerifyingPlatformAuthenticatorAvailable: {
      promise: true,
      run: () => inPage(() => hasVerifyingPlatformAuthenticator(client)),
    },
    parseCreationOptionsFromJSON: parsing(creationOptionsFromJson),
    parseRequestOptionsFromJSON: parsing(requestOptionsFromJson),
    signalAllAcceptedCredentials: signalling(allAcceptedCredentialsOptions, signalAllAcceptedCredentials),
    signalCurrentUserDetails: signalling(currentUserDetailsOptions, signalCurrentUserDetails),
    signalUnknownCredential: signalling(unknownCredentialOptions, signalUnknownCredential),
  };
}
