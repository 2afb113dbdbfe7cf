/** fido2-lib, as its README shows it. */
import { fido2 } from '../../interop/fido2-lib.ts';
import { type Kept, type Library, ORIGIN, RP_ID } from './application.ts';

interface Credential extends Kept {
  readonly publicKey: string;
}

let made: InstanceType<ReturnType<typeof fido2>['Fido2Lib']> | undefined;
const library = (): NonNullable<typeof made> => {
  made ??= new (fido2().Fido2Lib)({
    timeout: 60_000,
    rpId: RP_ID,
    rpName: 'Example',
    challengeSize: 128,
    attestation: 'none',
    cryptoParams: [-7, -257],
    authenticatorRequireResidentKey: false,
    authenticatorUserVerification: 'required',
  });
  return made;
};

const text = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64url');
const buffer = (encoded: string): ArrayBuffer => new Uint8Array(Buffer.from(encoded, 'base64url')).buffer;
const described = (ids: readonly string[]) => ids.map((id) => ({ type: 'public-key', id }));

export const fido2Lib: Library<Credential> = {
  name: 'fido2-lib',
  async creationOptions({ name, handle }, exclude) {
    const options = await library().attestationOptions();
    const user = { id: handle, name, displayName: name };
    return {
      ...options,
      challenge: text(options.challenge),
      user,
      excludeCredentials: described(exclude),
    } as never;
  },
  async verifyRegistration({ id, rawId, response }, challenge) {
    const { authnrData } = await library().attestationResult(
      { id: buffer(id), rawId: buffer(rawId), response },
      { challenge, origin: ORIGIN, factor: 'either' },
    );
    return {
      id: text(authnrData.get('credId') as ArrayBuffer),
      publicKey: authnrData.get('credentialPublicKeyPem') as string,
      counter: authnrData.get('counter') as number,
    };
  },
  async requestOptions(allow) {
    const options = await library().assertionOptions();
    return { ...options, challenge: text(options.challenge), allowCredentials: described(allow) } as never;
  },
  async verifyAuthentication({ id, rawId, response }, challenge, { publicKey, counter }, { handle }) {
    const { authnrData } = await library().assertionResult(
      {
        id: buffer(id),
        rawId: buffer(rawId),
        response: { ...response, authenticatorData: buffer(response.authenticatorData) },
      },
      {
        challenge,
        origin: ORIGIN,
        factor: 'either',
        publicKey,
        prevCounter: counter,
        userHandle: handle,
      },
    );
    return authnrData.get('counter') as number;
  },
};
