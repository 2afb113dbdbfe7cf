/** Credential and PublicKeyCredential (https://www.w3.org/TR/webauthn-3/#iface-pkcredential). */

import { own } from '../base/primordials.ts';
import type { IdlType } from '../webauthn/idl.ts';
import {
  allAcceptedCredentialsOptions,
  creationOptionsFromJson,
  currentUserDetailsOptions,
  requestOptionsFromJson,
  unknownCredentialOptions,
} from '../webauthn/page-dictionaries.ts';
import { bare, promised, type Realm } from '../webauthn/realm.ts';
import type { AuthenticationResponseJSON } from '../webauthn/types.ts';
import type { Answers, CredentialJson, Json } from './answers.ts';
import type { Define, Interface, OperationShape } from './interface.ts';
import type { PageOperation } from './messages.ts';
import type { Responses } from './responses.ts';
import { bytesOf, extensionResults, inRealm, isRegistration } from './slots.ts';

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
  /** The object for a response of the client. */
  credential(json: CredentialJson): object;
}

export function defineCredentials(
  realm: Realm,
  defineInterface: Define,
  answers: Answers,
  responses: Responses,
  requireActive: () => void = () => {},
): CredentialInterfaces {
  const Credential = defineInterface<CredentialSlots>(realm, {
    name: 'Credential',
    attributes: { id: ({ json }) => json.id, type: ({ json }) => json.type },
    statics: {
      isConditionalMediationAvailable: {
        promise: true,
        leaveNative: true,
        run: () => promised(realm, (resolve) => resolve(false)),
      },
    },
  });
  const PublicKeyCredential = defineInterface<PublicKeyCredentialSlots>(realm, {
    name: 'PublicKeyCredential',
    parent: Credential,
    attributes: {
      rawId: (slots) => slots.rawId,
      response: (slots) => slots.response,
      authenticatorAttachment: ({ json }) => own(json, 'authenticatorAttachment') ?? null,
    },
    operations: {
      getClientExtensionResults: {
        run: ({ slots }) => extensionResults(realm, slots.json.clientExtensionResults),
      },
      toJSON: { run: ({ slots }) => inRealm(realm, slots.json) },
    },
    statics: statics(realm, answers, requireActive),
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

function statics(
  realm: Realm,
  answers: Answers,
  requireActive: () => void,
): Record<string, OperationShape<undefined>> {
  const parsing = (type: IdlType): OperationShape<undefined> => ({
    length: 1,
    leaveNative: true,
    run: ({ args }) => type(args[0], '', realm),
  });
  const signalling = (type: IdlType<Json>, op: PageOperation): OperationShape<undefined> => ({
    length: 1,
    promise: true,
    run: ({ args }) => {
      const options = type(args[0], '', bare(realm));
      requireActive();
      return promised(realm, answers.signal(op, options));
    },
  });
  const capabilities = (answer: (told: Json) => unknown, check?: () => void): OperationShape<undefined> => ({
    promise: true,
    run: () => {
      check?.();
      return promised(realm, (resolve, reject) =>
        answers.capabilities()((told) => resolve(answer(told)), reject),
      );
    },
  });
  const has =
    (key: string) =>
    (told: Json): boolean =>
      own(told, key) === true;
  return {
    getClientCapabilities: capabilities((told) => inRealm(realm, told), requireActive),
    // In a document that is gone, Chromium leaves this one alone without an answer.
    isConditionalMediationAvailable: capabilities(has('conditionalGet')),
    isUserVerifyingPlatformAuthenticatorAvailable: capabilities(
      has('userVerifyingPlatformAuthenticator'),
      requireActive,
    ),
    parseCreationOptionsFromJSON: parsing(creationOptionsFromJson),
    parseRequestOptionsFromJSON: parsing(requestOptionsFromJson),
    signalAllAcceptedCredentials: signalling(allAcceptedCredentialsOptions, 'signalAllAcceptedCredentials'),
    signalCurrentUserDetails: signalling(currentUserDetailsOptions, 'signalCurrentUserDetails'),
    signalUnknownCredential: signalling(unknownCredentialOptions, 'signalUnknownCredential'),
  };
}
