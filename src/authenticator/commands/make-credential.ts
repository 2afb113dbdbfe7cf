/** authenticatorMakeCredential (0x01), CTAP 2.3 section 6.1. The numbers are those of section 6.1.2's algorithm. */
import type { CborKey, CborValue } from '../../codec/cbor.ts';
import { toCose } from '../../crypto/formats/cose.ts';
import { rpIdHashOf } from '../../crypto/hash.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { AuthenticatorDataFlags, encodeAuthenticatorData } from '../../ctap/authenticator-data.ts';
import type { MakeCredentialRequest, MakeCredentialResponse } from '../../ctap/messages/make-credential.ts';
import { CtapError } from '../../ctap/status.ts';
import type { CredentialRecord } from '../../store/record.ts';
import { attest, chooseFormat } from '../attestation/attest.ts';
import { ownCredentials } from '../credential-source.ts';
import type { CommandContext, Device, Outcome } from '../device.ts';
import { CredProtect } from '../extensions/cred-protect.ts';
import type { Creation } from '../extensions/extension.ts';
import { processCreationExtensions } from '../extensions/registry.ts';
import { Permission } from '../pin-uv-auth-token.ts';
import { testUserPresence } from '../prompt.ts';
import { initialSignCount } from '../sign-count.ts';
import { deviceState } from '../state.ts';
import { answerDeviceSelection } from '../steps/device-selection.ts';
import { chooseAlgorithm, requireListWithinLimit, requireSupportedProtocol } from '../steps/parameters.ts';
import { type Protection, protectionOf, verificationRequired } from '../steps/protection.ts';
import { requireUserPresence } from '../steps/user-presence.ts';
import { type UserBits, verifyUserBuiltIn, verifyUserByToken } from '../steps/user-verification.ts';

export async function authenticatorMakeCredential(
  device: Device,
  request: MakeCredentialRequest,
  context: CommandContext,
): Promise<Outcome<MakeCredentialResponse>> {
  const { policy, session } = device;
  const rpIdHash = rpIdHashOf(request.rp.id);

  // 1. An empty pinUvAuthParam only asks for a touch.
  if (request.pinUvAuthParam?.length === 0) await answerDeviceSelection(device, context);

  // 2. A pinUvAuthParam needs a protocol that is supported.
  requireSupportedProtocol(device, request);
  requireListWithinLimit(device, 'excludeList', request.excludeList);

  // 3. The first supported algorithm, in the RP's order.
  const algorithm = chooseAlgorithm(device, request.pubKeyCredParams);

  // 4. to 8. Options, and whether they can be met.
  const protection = protectionOf(device);
  const rk = readOptions(device, request, protection);
  const byToken = request.pinUvAuthParam !== undefined;
  const uv = wantsBuiltInUv(request, protection);
  requireVerificationWhereNeeded(device, protection, { byToken, uv, rk });

  // 10. and 11. User verification, unless the device is not protected (or makeCredUvNotRqd lets it go without).
  let user: UserBits = { userVerified: false, userPresent: false };
  if (protection.isProtected) {
    if (byToken) {
      user = verifyUserByToken(device, {
        ...request,
        rpId: request.rp.id,
        permission: Permission.makeCredential,
      });
    } else if (uv) {
      user = await verifyUserBuiltIn(device, context, request.rp.id, protection);
    }
  }

  // 12. A credential of the exclude list that is here, and may be known to be.
  const presentAlready = user.userPresent || (byToken && session.token.userPresent);
  if (isExcluded(device, request, rpIdHash, user.userVerified)) {
    if (!presentAlready) await testUserPresence(device, context, request.rp.id);
    throw new CtapError(
      'CTAP2_ERR_CREDENTIAL_EXCLUDED',
      'a credential of the exclude list is on this device',
    );
  }

  // 13. and 14. User presence, unless the verification was itself evidence of it; then the token's flags are used up.
  if (!user.userPresent) {
    if (!presentAlready) await requireUserPresence(device, context, request.rp.id);
    if (byToken) session.token.clearAfterUserPresence();
  }

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
  const key = await device.engine.generate(algorithm, (length) => device.random(length, 'credential-key'));
  const credential = newRecord(device, request, rpIdHash, key, creation);
  if (rk) requireRoom(device, credential);

  // 19. Authenticator data and attestation. (Before storing: what cannot be attested is not kept.)
  const signCount = await device.store.transaction((transaction) =>
    initialSignCount(policy.signCounter, transaction),
  );
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
  const attStmt = await attest(fmt, {
    device,
    rpIdHash,
    authData,
    clientDataHash: request.clientDataHash,
    credentialId: credential.id,
    key,
  });

  // 17. and 18. Store it; a discoverable one takes the place of the same user's.
  await device.store.transaction((transaction) => {
    transaction.put({ ...credential, signCount });
    if (rk) {
      const credentialStoreState = device.random(16, 'credential-store-state');
      transaction.putDevice({ ...deviceState(transaction), credentialStoreState });
    }
  });

  return {
    response: {
      fmt,
      authData,
      attStmt,
      ...(creation.largeBlobKey !== undefined && { largeBlobKey: creation.largeBlobKey }),
      ...(creation.unsigned.size > 0 && { unsignedExtensionOutputs: creation.unsigned }),
    },
  };
}

/** Step 5: what is asked for must be supported. Returns whether the credential is to be discoverable. */
function readOptions(device: Device, request: MakeCredentialRequest, protection: Protection): boolean {
  const { rk, up, uv } = request.options ?? {};
  if (uv === true && request.pinUvAuthParam === undefined && protection.builtInUv !== 'enabled') {
    throw new CtapError(
      'CTAP2_ERR_INVALID_OPTION',
      `uv: built-in user verification is ${protection.builtInUv}`,
    );
  }
  if (rk !== undefined && device.policy.discoverableCapacity === 0) {
    throw new CtapError('CTAP2_ERR_UNSUPPORTED_OPTION', 'rk: discoverable credentials are not supported');
  }
  if (up === false) throw new CtapError('CTAP2_ERR_INVALID_OPTION', 'up: presence is always tested');
  return rk ?? false;
}

/** Steps 5 and 6.3: the option "uv", which a pinUvAuthParam overrules and alwaysUv adds. */
function wantsBuiltInUv(request: MakeCredentialRequest, protection: Protection): boolean {
  if (request.pinUvAuthParam !== undefined) return false;
  return request.options?.uv === true || (protection.alwaysUv && protection.builtInUv === 'enabled');
}

/** Steps 6 to 8: verification that the device demands and the request does not bring. */
function requireVerificationWhereNeeded(
  device: Device,
  protection: Protection,
  { byToken, uv, rk }: { byToken: boolean; uv: boolean; rk: boolean },
): void {
  const { alwaysUv, clientPin, isProtected, makeCredUvNotRqd } = protection;
  if (alwaysUv && (!isProtected || !(byToken || uv)))
    throw verificationRequired(device, clientPin !== 'unsupported');
  if (isProtected && !byToken && !uv && (rk || !makeCredUvNotRqd)) {
    throw verificationRequired(device, clientPin === 'set');
  }
}

/** Step 12: a credential with credProtect level 3 is as if it were not there, unless the user is verified. */
function isExcluded(
  device: Device,
  request: MakeCredentialRequest,
  rpIdHash: Uint8Array,
  userVerified: boolean,
): boolean {
  const { excludeList } = request;
  if (excludeList === undefined) return false;
  return device.store.read((reader) => {
    for (const credential of ownCredentials(reader, excludeList, rpIdHash)) {
      if (userVerified || credential.credProtect !== CredProtect.userVerificationRequired) return true;
    }
    return false;
  });
}

function newRecord(
  device: Device,
  request: MakeCredentialRequest,
  rpIdHash: Uint8Array,
  key: KeyPair,
  creation: Creation,
): CredentialRecord {
  const { rp, user } = request;
  return {
    id: device.random(device.policy.credentialIdLength, 'credential-id'),
    rpId: rp.id,
    rpIdHash,
    ...(rp.name !== undefined && { rpName: rp.name }),
    algorithm: key.algorithm,
    privateKey: key.secret,
    publicKey: key.public,
    discoverable: creation.discoverable,
    userId: user.id,
    ...(user.name !== undefined && { userName: user.name }),
    ...(user.displayName !== undefined && { userDisplayName: user.displayName }),
    signCount: 0,
    backupEligible: device.policy.backup.eligible,
    backupState: device.policy.backup.state,
    credProtect: CredProtect.userVerificationOptional,
    ...creation.additions,
  };
}

/** Step 17: replacing needs no room, adding does. */
function requireRoom(device: Device, credential: CredentialRecord): void {
  const full = device.store.read(
    (reader) =>
      reader.countDiscoverable() >= device.policy.discoverableCapacity &&
      reader.ofUser(credential.rpIdHash, credential.userId as Uint8Array) === undefined,
  );
  if (full) {
    throw new CtapError(
      'CTAP2_ERR_KEY_STORE_FULL',
      `all ${device.policy.discoverableCapacity} places are taken`,
    );
  }
}
