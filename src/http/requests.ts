/** What requests carry: shapes by which they are checked, and from which the description is made, by the names that it has for them. */
import {
  createRequest,
  fleetCreateRequest,
  fleetGetRequest,
  getRequest,
  pageCapabilitiesRequest,
  pageCreateRequest,
  pageGetRequest,
  pageSignalRequest,
} from './requests/ceremonies.ts';
import { conversionRequest, credentialChanges, credentialImport } from './requests/credentials.ts';
import {
  authenticatorRequest,
  faultRequest,
  fingerprintName,
  pinAttempt,
  pinChange,
  promptAnswer,
  userScript,
} from './requests/device.ts';
import { auditRequest, decodeRequest, savedTrace, verifyRequest } from './requests/judging.ts';

export const bodies: {
  readonly CreateRequest: typeof createRequest;
  readonly GetRequest: typeof getRequest;
  readonly PageCreateRequest: typeof pageCreateRequest;
  readonly PageGetRequest: typeof pageGetRequest;
  readonly PageCapabilitiesRequest: typeof pageCapabilitiesRequest;
  readonly PageSignalRequest: typeof pageSignalRequest;
  readonly CredentialChanges: typeof credentialChanges;
  readonly CredentialImport: typeof credentialImport;
  readonly ConversionRequest: typeof conversionRequest;
  readonly UserScript: typeof userScript;
  readonly PromptAnswer: typeof promptAnswer;
  readonly AuthenticatorRequest: typeof authenticatorRequest;
  readonly PinChange: typeof pinChange;
  readonly PinAttempt: typeof pinAttempt;
  readonly FingerprintName: typeof fingerprintName;
  readonly FaultRequest: typeof faultRequest;
  readonly DecodeRequest: typeof decodeRequest;
  readonly VerifyRequest: typeof verifyRequest;
  readonly AuditRequest: typeof auditRequest;
  readonly SavedTrace: typeof savedTrace;
  readonly FleetCreateRequest: typeof fleetCreateRequest;
  readonly FleetGetRequest: typeof fleetGetRequest;
} = {
  CreateRequest: createRequest,
  GetRequest: getRequest,
  PageCreateRequest: pageCreateRequest,
  PageGetRequest: pageGetRequest,
  PageCapabilitiesRequest: pageCapabilitiesRequest,
  PageSignalRequest: pageSignalRequest,
  CredentialChanges: credentialChanges,
  CredentialImport: credentialImport,
  ConversionRequest: conversionRequest,
  UserScript: userScript,
  PromptAnswer: promptAnswer,
  AuthenticatorRequest: authenticatorRequest,
  PinChange: pinChange,
  PinAttempt: pinAttempt,
  FingerprintName: fingerprintName,
  FaultRequest: faultRequest,
  DecodeRequest: decodeRequest,
  VerifyRequest: verifyRequest,
  AuditRequest: auditRequest,
  SavedTrace: savedTrace,
  FleetCreateRequest: fleetCreateRequest,
  FleetGetRequest: fleetGetRequest,
};
