// @ts-nocheck: runs in two globals, neither of them typed.
/**
 * What a page calls with, and how it tells what came of it. This function is also sent to a browser as text, so it uses nothing
 * from outside. `patience` is for a call that stays pending in one of the two alone: milliseconds until it is aborted.
 */
export async function ceremony(call, patience) {
  const { credentials } = navigator;
  // A busy machine takes its time: what ends by itself is never ended by a timer.
  const UNREACHED = 120_000;
  const bytes = (...values) => Uint8Array.from(values);
  const creation = (changes = {}) => ({
    rp: { name: 'Example' },
    user: { id: bytes(1, 2, 3), name: 'ada', displayName: 'Ada' },
    challenge: bytes(9, 8, 7),
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    timeout: UNREACHED,
    ...changes,
  });
  const request = (changes = {}) => ({ challenge: bytes(7, 8, 9), timeout: UNREACHED, ...changes });
  const create = (changes, outer = {}) => credentials.create({ publicKey: creation(changes), ...outer });
  const get = (changes, outer = {}) => credentials.get({ publicKey: request(changes), ...outer });
  const select = (authenticatorSelection, changes = {}) => create({ authenticatorSelection, ...changes });
  const listed = (...made) => made.map(({ rawId }) => ({ type: 'public-key', id: rawId }));
  const resident = (changes) => select({ residentKey: 'required' }, changes);
  const user = (...id) => ({ id: bytes(...id), name: `user ${id}`, displayName: `User ${id}` });
  const kit = {
    patience,
    bytes,
    creation,
    request,
    create,
    get,
    select,
    listed,
    resident,
    user,
    credentials,
  };

  const hex = (buffer) =>
    [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const plain = (value) => {
    if (value instanceof ArrayBuffer) return { bytes: value.byteLength };
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  };
  try {
    const credential = await call(kit);
    if (!(credential instanceof PublicKeyCredential))
      return { result: plain(credential) ?? String(credential) };
    const { response } = credential;
    const made = response instanceof AuthenticatorAttestationResponse;
    return {
      type: credential.type,
      attachment: credential.authenticatorAttachment,
      idIsRawId: credential.toJSON().id === credential.toJSON().rawId,
      clientData: new TextDecoder().decode(response.clientDataJSON),
      authenticatorData: hex(made ? response.getAuthenticatorData() : response.authenticatorData),
      extensions: plain(credential.getClientExtensionResults()),
      ...(made
        ? {
            transports: response.getTransports(),
            algorithm: response.getPublicKeyAlgorithm(),
            publicKey: response.getPublicKey()?.byteLength ?? null,
            attestation: hex(response.attestationObject),
          }
        : { userHandle: response.userHandle && hex(response.userHandle) }),
    };
  } catch (error) {
    return { error: error?.name ?? String(error), dom: error instanceof DOMException };
  }
}
