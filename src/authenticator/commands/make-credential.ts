/** authenticatorMakeCredential (0x01), CTAP 2.3 section 6.1. The numbers are those of section 6.1.2's algorithm. */
import { type Steps, wait } from '../../base/steps.ts';
import type { CborKey, CborValue } from '../../cbor/cbor.ts';
import { toCose } from '../../crypto/formats/cose.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import { AuthenticatorDataFlags, encodeAuthenticatorData } from '../../ctap/authenticator-data.ts';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../ctap/messages/make-credential.ts';
import { CtapError } from '../../ctap/status.ts';
import { attest, chooseFormat, identityOf } from '../attestation/attest.ts';
import { firstOf } from '../credential-source.ts';

import type { CommandContext, Device, Outcome } from '../device.ts';
import type { Creation } from '../extensions/extension.ts';
import { processCreationExtensions } from '../extensions/registry.ts';
import { isStored, newCredential, newKey, requireRoom } from '../new-credential.ts';
import { Permission } from '../pin-uv-auth-token.ts';
import { testUserPresence } from '../prompt.ts';
import { initialSignCount } from '../sign-count.ts';
import { renewStoreState } from '../state.ts';
import { readCreationOptions } from '../steps/creation-options.ts';
import { answerDeviceSelection } from '../steps/device-selection.ts';
import { grantsEnterpriseAttestation } from '../steps/enterprise.ts';
import { chooseAlgorithm, requireListWithinLimit, requireSupportedProtocol } from '../steps/parameters.ts';
import { protectionOf } from '../steps/protection.ts';
import { requireUserPresence } from '../steps/user-presence.ts';
import {
  refuseTokenWithoutPin,
  type UserBits,
  verifyUserBuiltIn,
  verifyUserByToken,
} from '../steps/user-verification.ts';

export function* authenticatorMakeCredential(
  device: Device,
  request: MakeCredentialRequest,
  context: CommandContext,
): Steps<Outcome<MakeCredentialResponse>> {
  const { policy, session } = device;
  const rpIdHash = rpIdHashOf(request.rp.id);

  // 1. An empty pinUvAuthParam only asks for a touch.
  if (request.pinUvAuthParam?.length === 0) yield* answerDeviceSelection(device, context);

  // 2. A pinUvAuthParam needs a protocol that is supported.
  requireSupportedProtocol(device, request);
  requireListWithinLimit(device, 'excludeList', request.excludeList);

  // 3. The first supported algorithm, in the RP's order.
  const algorithm = chooseAlgorithm(device, request.pubKeyCredParams);

  // 4. to 8. Options, and whether they can be met.
  const protection = protectionOf(device);
  const { rk, uv } = readCreationOptions(device, request, protection);
  const byToken = request.pinUvAuthParam !== undefined;

  // 9. Enterprise attestation, where it may be had.
  const enterprise = grantsEnterpriseAttestation(device, request);

  // 10. and 11. User verification, unless the device is not protected (or makeCredUvNotRqd lets it go without).
  let user: UserBits = { userVerified: false, userPresent: false };
  refuseTokenWithoutPin(device, protection, byToken);
  if (protection.isProtected) {
    if (byToken) {
      user = verifyUserByToken(device, {
        ...request,
        rpId: request.rp.id,
        permission: Permission.makeCredential,
      });
    } else if (uv) {
      user = yield* verifyUserBuiltIn(device, context, request.rp.id, protection);
    }
  }

  // 12. A credential of the exclude list that is here, and may be known to be.
  const presentAlready = user.userPresent || (byToken && session.token.userPresent);
  const { excludeList = [] } = request;
  const excluded = device.store.read((reader) =>
    firstOf(excludeList, reader, policy, rpIdHash, user.userVerified),
  );
  if (excluded !== undefined) {
    if (!presentAlready) yield* wait(testUserPresence(device, context, request.rp.id));
    throw new CtapError(
      'CTAP2_ERR_CREDENTIAL_EXCLUDED',
      'a credential of the exclude list is on this device',
    );
  }

  // 13. and 14. User presence, unless the verification was itself evidence of it; then the token's flags are used up.
  if (!presentAlready) yield* requireUserPresence(device, context, request.rp.id);
  if (byToken) session.token.clearAfterUserPresence();

  // 15. Extensions.
  const creation: Creation = {
    device,
    request,
    discoverable: rk,
    userVerified: user.userVerified,
    outputs: new Map<CborKey, CborValue>(),
    unsigned: new Map<CborKey, CborValue>(),
    additions: {},
  };
  processCreationExtensions(creation);

  // 16. A new key pair.
  const key = yield* newKey(device, algorithm);
  const credential = newCredential(creation, rpIdHash, key);
  if (rk) device.store.read((reader) => requireRoom(policy, reader, credential));

  // 19. Authenticator data and attestation. (Before storing: what cannot be attested is not kept.)
  const { signCounter } = policy;
  const signCount =
    signCounter === 'global'
      ? yield* wait(device.store.transaction((transaction) => initialSignCount(signCounter, transaction)))
      : 0;
  const authData = encodeAuthenticatorData({
    rpIdHash,
    flags:
      AuthenticatorDataFlags.UP |
      (user.userVerified ? AuthenticatorDataFlags.UV : 0) |
      (credential.backupEligible ? AuthenticatorDataFlags.BE : 0) |
      (credential.backupState ? AuthenticatorDataFlags.BS : 0),
    signCount,
    attestedCredentialData: {
      aaguid: policy.aaguid,
      credentialId: credential.id,
      credentialPublicKey: toCose(key.algorithm, key.public),
    },
    extensions: creation.outputs,
  });
  const fmt = chooseFormat(policy.attestationFormats, request.attestationFormatsPreference);
  const attested = attest(fmt, {
    engine: device.engine,
    clock: device.clock,
    policy,
    identity: identityOf(device, enterprise),
    rpIdHash,
    authData,
    clientDataHash: request.clientDataHash,
    credentialId: credential.id,
    key,
    enterprise,
  });
  const attStmt = yield* wait(attested);

  // 17. and 18. Store it; a discoverable one takes the place of the same user's.
  if (isStored(policy, rk)) {
    const stored = device.store.transaction((transaction) => {
      // Another process, with the same store, may have taken the last place meanwhile.
      if (rk) requireRoom(policy, transaction, credential);
      transaction.put({ ...credential, signCount });
      if (rk) renewStoreState(device, transaction);
    });
    yield* wait(stored);
  }

  return {
    response: {
      fmt,
      authData,
      attStmt,
      ...(enterprise && { epAtt: true }),
      ...(creation.largeBlobKey !== undefined && { largeBlobKey: creation.largeBlobKey }),
      ...(creation.unsigned.size > 0 && { unsignedExtensionOutputs: creation.unsigned }),
    },
  };
}
