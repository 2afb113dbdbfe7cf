/**
 * From a draft to a response. Whatever was changed is signed again, with the key that a right server knows; else a server that
 * refuses would do so because of the signature, and nothing would be known about the check that is meant.
 */
import { attest, identityOf } from '../../authenticator/attestation/attest.ts';
import type { Policy } from '../../authenticator/policy/type.ts';
import type { AttestationIdentity, AttestationSource } from '../../authority/identity.ts';
import { base64url, fromBase64url } from '../../base/base64url.ts';
import { concat, equal } from '../../base/bytes.ts';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type CborValue, encodeCbor } from '../../cbor/cbor.ts';
import { type Engine, engineFor } from '../../crypto/engine.ts';
import { spkiOfCose } from '../../crypto/formats/spki.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { AssertionDraft, Mutable, RegistrationDraft, Signed } from './draft.ts';

/** What makes signatures for faults. */
export const engine: Engine = engineFor({ deterministic: false });

/** The response to a registration, as JSON, or as whatever the fault made of it. */
export async function signRegistration(
  draft: RegistrationDraft,
  { policy, clock = systemClock }: { readonly policy: Policy; readonly clock?: Clock },
): Promise<unknown> {
  const clientDataJSON = draft.clientDataJSON(JSON.stringify(draft.clientData));
  const key = draft.publicKeyBytes(encodeCbor(draft.publicKey));
  const length = draft.credentialIdLength ?? draft.credentialId.length;
  const authData = draft.authData(
    concat(
      ...fixedPart(draft),
      draft.aaguid,
      Uint8Array.of(length >>> 8, length & 0xff),
      draft.credentialId,
      key,
      draft.extensions,
    ),
  );
  const attStmt = await statement(draft, policy, clock, {
    authData,
    clientDataHash: sha256(clientDataJSON),
  });
  const attestationObject = draft.attestationObject(
    new Map<string, CborValue>([
      ['fmt', draft.statement.fmt ?? draft.statement.make],
      ['attStmt', attStmt],
      ['authData', authData],
    ]),
  );
  const json = structuredClone(draft.honest) as Mutable<typeof draft.honest>;
  json.id = json.rawId = base64url(draft.credentialId);
  Object.assign(json.response, {
    clientDataJSON: base64url(clientDataJSON),
    authenticatorData: base64url(authData),
    attestationObject: base64url(attestationObject),
  });
  // What the client says of the key beside the attestation object has to agree with it, or to be missing.
  const algorithm = draft.publicKey.get(3);
  if (typeof algorithm === 'number') json.response.publicKeyAlgorithm = algorithm;
  const spki = spkiIfAny(draft);
  if (spki === undefined) delete json.response.publicKey;
  else json.response.publicKey = base64url(spki);
  return draft.response(json);
}

/** The response to a sign-in. */
export async function signAssertion(draft: AssertionDraft): Promise<unknown> {
  const clientDataJSON = draft.clientDataJSON(JSON.stringify(draft.clientData));
  const authData = draft.authData(concat(...fixedPart(draft), draft.attested, draft.extensions));
  const parts = { authData, clientDataJSON, clientDataHash: sha256(clientDataJSON) };
  const data = draft.signed(concat(authData, parts.clientDataHash), parts);
  const honest = honestSignature(draft, data) ?? (await engine.sign(draft.key, data));
  const signature = await draft.signature(honest, parts);
  const json = structuredClone(draft.honest) as Mutable<typeof draft.honest>;
  json.id = json.rawId = base64url(draft.credentialId);
  Object.assign(json.response, {
    clientDataJSON: base64url(clientDataJSON),
    authenticatorData: base64url(authData),
    signature: base64url(signature),
  });
  if (draft.userHandle === undefined) delete json.response.userHandle;
  else json.response.userHandle = base64url(draft.userHandle);
  return draft.response(json);
}

/** The device's own signature, where nothing that is signed was changed: then it need not be made again. */
function honestSignature(
  { key, credential, honest }: AssertionDraft,
  data: Uint8Array,
): Uint8Array | undefined {
  if (key.secret !== credential.privateKey) return undefined;
  const { authenticatorData, clientDataJSON, signature } = honest.response;
  const made = concat(fromBase64url(authenticatorData), sha256(fromBase64url(clientDataJSON)));
  return equal(data, made) ? fromBase64url(signature) : undefined;
}

function fixedPart({
  rpIdHash,
  flags,
  signCount,
}: {
  readonly rpIdHash: Uint8Array;
  readonly flags: number;
  readonly signCount: number;
}): Uint8Array[] {
  const counter = new Uint8Array(4);
  new DataView(counter.buffer).setUint32(0, signCount);
  return [rpIdHash, Uint8Array.of(flags), counter];
}

async function statement(
  draft: RegistrationDraft,
  policy: Policy,
  clock: Clock,
  sent: Signed,
): Promise<CborValue> {
  const { make, self, source, over, change } = draft.statement;
  let identity: AttestationIdentity | undefined;
  const attestation: AttestationSource = {
    async identity(request) {
      identity = await source.identity(request);
      return identity;
    },
  };
  const drafted: Policy = {
    ...policy,
    aaguid: draft.aaguid,
    packedAttestation: self ? 'self' : 'basic',
  };
  const made = await attest(make, {
    engine,
    clock,
    policy: drafted,
    identity: identityOf({ policy: drafted, attestation }, false),
    rpIdHash: draft.rpIdHash,
    credentialId: draft.credentialId,
    key: draft.key,
    enterprise: false,
    ...over(sent),
  });
  return change(made, identity);
}

/** The key as SubjectPublicKeyInfo, where it is one that has it. */
function spkiIfAny({ publicKey, honest }: RegistrationDraft): Uint8Array | undefined {
  try {
    return spkiOfCose(publicKey);
  } catch {
    // The bytes are no key, and a client could not have read them: the honest key stays.
    const { publicKey: was } = honest.response;
    return was === undefined ? undefined : fromBase64url(was);
  }
}
