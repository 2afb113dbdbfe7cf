/** The end of every assertion: extensions, the counter counted up and stored, authenticator data, the signature. */
import { concat, isBytes } from '../base/bytes.ts';
import { type Steps, wait } from '../base/steps.ts';
import type { CborKey, CborValue } from '../cbor/cbor.ts';
import { AuthenticatorDataFlags, encodeAuthenticatorData } from '../ctap/authenticator-data.ts';
import type { UserEntity } from '../ctap/entities.ts';
import type { GetAssertionRequest, GetAssertionResponse } from '../ctap/messages/get-assertion.ts';
import { CtapError } from '../ctap/status.ts';
import type { CredentialRecord } from '../store/record.ts';
import { keyPairOf } from './credential-source.ts';
import type { CommandContext, Device, Outcome } from './device.ts';
import type { Assertion } from './extensions/extension.ts';
import { processAssertionExtensions } from './extensions/registry.ts';
import { nextSignCount } from './sign-count.ts';

/** From how many commands at once on signatures go to other threads: for fewer the way there costs more than it saves. */
const CROWD = 8;

interface Circumstances {
  readonly userPresent: boolean;
  readonly userVerified: boolean;
  readonly numberOfCredentials?: number;
  /** Whether the person has other accounts to choose from. Default: by `numberOfCredentials`. */
  readonly oneOfSeveral?: boolean;
}

/** Asserts one credential. When this returns the counter is stored; the signature may still be under way. */
export function* makeAssertion(
  device: Device,
  context: CommandContext,
  request: GetAssertionRequest,
  credential: CredentialRecord,
  circumstances: Circumstances,
): Steps<Outcome<GetAssertionResponse>> {
  const { userPresent, userVerified, numberOfCredentials } = circumstances;
  const { oneOfSeveral = numberOfCredentials !== undefined } = circumstances;
  const assertion: Assertion = {
    device,
    request,
    credential,
    userPresent,
    userVerified,
    outputs: new Map<CborKey, CborValue>(),
    unsigned: new Map<CborKey, CborValue>(),
    changes: {},
  };
  if (request.extensions !== undefined) processAssertionExtensions(assertion);

  // Another process may have the same store: the credential as it is now counts.
  const counted = device.store.transaction((transaction) => {
    if (Object.keys(assertion.changes).length > 0) {
      const current = transaction.get(credential.id);
      if (current !== undefined) transaction.put({ ...current, ...assertion.changes });
    }
    return nextSignCount(device.policy, transaction, credential);
  });
  const signCount = typeof counted === 'object' ? yield* wait(Promise.resolve(counted)) : counted;
  if (signCount === undefined)
    throw new CtapError('CTAP2_ERR_NO_CREDENTIALS', 'the credential was deleted meanwhile');

  const authData = encodeAuthenticatorData({
    rpIdHash: credential.rpIdHash,
    flags:
      (userPresent ? AuthenticatorDataFlags.UP : 0) |
      (userVerified ? AuthenticatorDataFlags.UV : 0) |
      (credential.backupEligible ? AuthenticatorDataFlags.BE : 0) |
      (credential.backupState ? AuthenticatorDataFlags.BS : 0),
    signCount,
    extensions: assertion.outputs,
  });
  const user = userOf(credential, userVerified && oneOfSeveral);
  const respond = (signature: Uint8Array): GetAssertionResponse => ({
    credential: { id: credential.id, type: 'public-key' },
    authData,
    signature,
    ...(user !== undefined && { user }),
    ...(numberOfCredentials !== undefined && { numberOfCredentials }),
    ...(assertion.largeBlobKey !== undefined && { largeBlobKey: assertion.largeBlobKey }),
    ...(assertion.unsigned.size > 0 && { unsignedExtensionOutputs: assertion.unsigned }),
  });
  const signature = device.engine.sign(
    keyPairOf(credential),
    concat(authData, request.clientDataHash),
    context.others() >= CROWD,
  );
  return { response: isBytes(signature) ? respond(signature) : signature.then(respond) };
}

/** The user of a discoverable credential; names are personal, and shown only to a verified user who has to choose. */
function userOf(credential: CredentialRecord, named: boolean): UserEntity | undefined {
  const { discoverable, userId, userName, userDisplayName, userIcon } = credential;
  if (!discoverable || userId === undefined) return undefined;
  if (!named) return { id: userId };
  return {
    id: userId,
    ...(userName !== undefined && { name: userName }),
    ...(userDisplayName !== undefined && { displayName: userDisplayName }),
    ...(userIcon !== undefined && { icon: userIcon }),
  };
}
