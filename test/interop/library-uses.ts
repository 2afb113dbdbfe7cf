/** Libraries that pages sign in with, unmodified: which bundle, and how each is used. What runs in a page is text. */
import { createRequire } from 'node:module';
import { judgesFile } from '../judges/install.ts';

export interface LibraryUse {
  readonly name: string;
  /** What the bundle has as `lib`: its modules by their files, all their exports in one. */
  readonly modules: readonly string[];
  /** With `lib` and `post` at hand; true when all went well. */
  readonly use: string;
}

const require = createRequire(import.meta.url);
const simple = (major: number, path: string): string =>
  judgesFile('page-libraries', `simplewebauthn-${major}/${path}`);

/** Up to major 10 options came alone; from 11 on as optionsJSON. */
const SIMPLE = (alone: boolean): string => {
  const given = alone ? 'options' : '{ optionsJSON: options }';
  return `
    if (!lib.browserSupportsWebAuthn()) throw new Error('not supported');
    if (await lib.platformAuthenticatorIsAvailable()) throw new Error('a platform authenticator');
    const register = (options) => lib.startRegistration(${given});
    const authenticate = (options) => lib.startAuthentication(${given});
    await post('/register/verify', await register(await post('/register/options', {})));
    return (await post('/login/verify', await authenticate(await post('/login/options', {})))).verified;
  `;
};

export const USES: readonly LibraryUse[] = [
  ...[9, 10].map((major) => ({
    name: `@simplewebauthn/browser ${major}`,
    modules: [simple(major, 'dist/bundle/index.js')],
    use: SIMPLE(true),
  })),
  ...[11, 12, 13].map((major) => ({
    name: `@simplewebauthn/browser ${major}`,
    modules: [simple(major, major >= 12 ? 'esm/index.js' : 'dist/bundle/index.js')],
    use: SIMPLE(false),
  })),
  {
    name: '@simplewebauthn/browser 14',
    modules: [require.resolve('@simplewebauthn/browser').replace('/script/', '/esm/')],
    use: SIMPLE(false),
  },
  {
    name: '@github/webauthn-json',
    modules: [require.resolve('@github/webauthn-json')],
    use: `
      const made = await lib.create({ publicKey: await post('/register/options', {}) });
      await post('/register/verify', made);
      return (await post('/login/verify', await lib.get({ publicKey: await post('/login/options', {}) }))).verified;
    `,
  },
  {
    name: '@passwordless-id/webauthn, both its sides',
    modules: [require.resolve('@passwordless-id/webauthn')],
    use: `
      const { origin } = location;
      const [challenge, next] = [lib.server.randomChallenge(), lib.server.randomChallenge()];
      const made = await lib.client.register({ challenge, user: 'ada', discoverable: 'required', hints: ['security-key'] });
      const { credential, userVerified } = await lib.server.verifyRegistration(made, { challenge, origin });
      const answer = await lib.client.authenticate({ challenge: next });
      const signedIn = await lib.server.verifyAuthentication(answer, credential, { challenge: next, origin, userVerified: true });
      return userVerified && signedIn.credentialId === credential.id;
    `,
  },
  {
    name: 'ox, the keys of viem’s accounts',
    modules: [judgesFile('page-libraries', 'ox/dist/core/WebAuthnP256.js')],
    use: `
      const credential = await lib.createCredential({ name: 'ada' });
      const challenge = '0x' + '5a'.repeat(32);
      const { metadata, signature } = await lib.sign({ challenge, credentialId: credential.id });
      const other = '0x' + 'a5'.repeat(32);
      const verify = (challenge) => lib.verify({ challenge, metadata, publicKey: credential.publicKey, signature });
      return verify(challenge) && !verify(other);
    `,
  },
  {
    name: 'age-encryption (typage), with PRF',
    modules: [judgesFile('page-libraries', 'age-encryption/dist/index.js')],
    use: `
      const { Encrypter, Decrypter, webauthn } = lib;
      const sealed = async (options) => {
        const encrypter = new Encrypter();
        encrypter.addRecipient(new webauthn.WebAuthnRecipient(options));
        const file = await encrypter.encrypt('the text');
        const decrypter = new Decrypter();
        decrypter.addIdentity(new webauthn.WebAuthnIdentity(options));
        return decrypter.decrypt(file, 'text');
      };
      await webauthn.createCredential({ keyName: 'age', rpId: 'localhost' });
      const passkey = await sealed({ rpId: 'localhost' });
      const identity = await webauthn.createCredential({ keyName: 'age', type: 'security-key', rpId: 'localhost' });
      return passkey === 'the text' && (await sealed({ identity })) === 'the text';
    `,
  },
];

/** better-auth's client; its server is better-auth, behind fetch. */
export const BETTER_AUTH: LibraryUse = {
  name: 'better-auth’s client',
  modules: [
    judgesFile('better-auth', 'better-auth/dist/client/index.mjs'),
    judgesFile('better-auth', '@better-auth/passkey/dist/client.mjs'),
  ],
  use: `
    const auth = lib.createAuthClient({ baseURL: location.origin, plugins: [lib.passkeyClient()] });
    const right = ({ data, error }) => { if (error) throw new Error(JSON.stringify(error)); return data; };
    right(await auth.signUp.email({ email: 'ada@example.com', password: 'correct horse battery staple', name: 'ada' }));
    right(await auth.passkey.addPasskey({ name: 'the key' }));
    right(await auth.signOut());
    return right(await auth.signIn.passkey()).user.name === 'ada';
  `,
};
