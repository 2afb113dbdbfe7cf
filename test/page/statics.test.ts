import { afterEach, describe, expect, it } from 'vitest';
import type { AuthenticatorOptions } from '../../src/authenticator/authenticator.ts';
import { creation, creationJson, furnish, type Page, refusal } from './page.ts';

let uninstall = (): void => {};
afterEach(() => uninstall());
function furnished(device: AuthenticatorOptions = {}) {
  const { page, authenticator, installation } = furnish(globalThis, {}, device);
  uninstall = installation.uninstall;
  return { page, authenticator, PublicKeyCredential: page.PublicKeyCredential };
}

describe('options from JSON', () => {
  it('have bytes where JSON has base64url, defaults, and only known members', () => {
    const { PublicKeyCredential } = furnished();
    const options = PublicKeyCredential.parseCreationOptionsFromJSON(
      creationJson({
        excludeCredentials: [{ type: 'public-key', id: 'AA' }],
        extensions: { prf: { eval: { first: 'AQ' } }, nobodyKnows: 1 },
        nobodyKnows: 1,
      }),
    );
    expect(options.challenge).toEqual(Uint8Array.of(9, 9, 9).buffer);
    expect(options.user.id).toBeInstanceOf(ArrayBuffer);
    expect(options.excludeCredentials[0].id).toEqual(new ArrayBuffer(1));
    expect(options.extensions).toEqual({ prf: { eval: { first: Uint8Array.of(1).buffer } } });
    expect(options).toMatchObject({ attestation: 'none', hints: [] });
    expect(options).not.toHaveProperty('timeout');
    expect(options).not.toHaveProperty('nobodyKnows');
  });

  it('can be handed to create() and get()', async () => {
    const { page, PublicKeyCredential } = furnished();
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(creationJson());
    const credential = await page.navigator.credentials.create({ publicKey });
    const request = PublicKeyCredential.parseRequestOptionsFromJSON({
      challenge: 'AA',
      rpId: 'example.com',
      allowCredentials: [{ type: 'public-key', id: credential.id }],
    });
    expect((await page.navigator.credentials.get({ publicKey: request })).id).toBe(credential.id);
  });

  it.each(['AA==', 'A', '+/+/', '*'])('have no challenge %s', (challenge) => {
    const { PublicKeyCredential } = furnished();
    const parse = () => PublicKeyCredential.parseRequestOptionsFromJSON({ challenge });
    expect(parse).toThrow(DOMException);
    expect(parse).toThrow(expect.objectContaining({ name: 'EncodingError' }));
    expect(parse).toThrow(/challenge/);
  });

  it('are a TypeError when they are incomplete', () => {
    const { PublicKeyCredential } = furnished();
    expect(() => PublicKeyCredential.parseCreationOptionsFromJSON()).toThrow(TypeError);
    expect(() => PublicKeyCredential.parseCreationOptionsFromJSON({})).toThrow(TypeError);
    expect(() => PublicKeyCredential.parseRequestOptionsFromJSON(1)).toThrow(TypeError);
  });
});

describe('capabilities', () => {
  it('are listed in order, and say what this client and device can do', async () => {
    const { PublicKeyCredential } = furnished();
    const capabilities = await PublicKeyCredential.getClientCapabilities();
    expect(Object.keys(capabilities)).toEqual(Object.keys(capabilities).sort());
    expect(capabilities).toMatchObject({
      'extension:credProps': true,
      hybridTransport: false,
      passkeyPlatformAuthenticator: false,
      signalUnknownCredential: true,
      userVerifyingPlatformAuthenticator: false,
    });
    expect(await PublicKeyCredential.isConditionalMediationAvailable()).toBe(capabilities.conditionalGet);
    expect(await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()).toBe(false);
  });

  it('follow the device', async () => {
    const { PublicKeyCredential } = furnished({ policy: { transports: ['internal', 'hybrid'] } });
    expect(await PublicKeyCredential.getClientCapabilities()).toMatchObject({
      hybridTransport: true,
      passkeyPlatformAuthenticator: true,
      userVerifyingPlatformAuthenticator: true,
    });
    expect(await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable()).toBe(true);
  });
});

describe('the capabilities that are told', () => {
  const everything = {
    appid: 'https://login.example.com/appid.json',
    appidExclude: 'https://login.example.com/appid.json',
    credBlob: Uint8Array.of(1),
    credProps: true,
    getCredBlob: true,
    hmacCreateSecret: true,
    largeBlob: {},
    minPinLength: true,
    prf: {},
    uvm: true,
  };

  it('include every extension with an output of the client, and none that stays silent', async () => {
    const { page, PublicKeyCredential } = furnished({
      policy: { clientPin: true, pinUvAuthProtocols: [2, 1] },
    });
    const { credentials } = page.navigator;
    // Each at the ceremony that it is for.
    const { appid, ...registration } = everything;
    const { credBlob, largeBlob, credProps, ...rest } = everything;
    const created = await credentials.create({
      publicKey: creation({ extensions: registration, authenticatorSelection: { residentKey: 'required' } }),
    });
    const request = { challenge: Uint8Array.of(1), rpId: 'example.com', extensions: rest };
    const asserted = await credentials.get({ publicKey: request });
    const outputs = [created, asserted].flatMap((credential) =>
      Object.keys(credential.getClientExtensionResults()),
    );
    const capabilities = await PublicKeyCredential.getClientCapabilities();
    const told = Object.keys(everything).filter((name) => capabilities[`extension:${name}`] === true);
    // minPinLength has its output in the authenticator data alone.
    expect(told).toEqual(
      Object.keys(everything).filter((name) => outputs.includes(name) || name === 'minPinLength'),
    );
  });

  it('are what mediation goes by', async () => {
    const { page, PublicKeyCredential } = furnished();
    const { conditionalCreate, conditionalGet } = await PublicKeyCredential.getClientCapabilities();
    expect([conditionalCreate, conditionalGet]).toEqual([true, true]);
    const { credentials } = page.navigator;
    const mediation = 'conditional';
    const create = () =>
      credentials.create({
        publicKey: creation({ authenticatorSelection: { residentKey: 'required' } }),
        mediation,
      });
    // No user has signed in yet.
    expect((await refusal(create())).name).toBe('NotAllowedError');
    const made = await credentials.create({
      publicKey: creation({ authenticatorSelection: { residentKey: 'required' } }),
    });
    const publicKey = { challenge: Uint8Array.of(1), rpId: 'example.com' };
    expect((await credentials.get({ publicKey, mediation })).id).toBe(made.id);
    expect((await create()).type).toBe('public-key');
  });
});

describe('what a server signals', () => {
  const rpId = 'example.com';
  const userId = 'AQID';

  async function registered() {
    const setting = furnished();
    const create = (id: Uint8Array, residentKey: string): Promise<Page> =>
      setting.page.navigator.credentials.create({
        publicKey: creation({
          user: { id, name: 'ada', displayName: 'Ada' },
          authenticatorSelection: { residentKey },
        }),
      });
    const ada = await create(Uint8Array.of(1, 2, 3), 'required');
    const other = await create(Uint8Array.of(4), 'required');
    const named = await create(Uint8Array.of(1, 2, 3), 'discouraged');
    const names = () =>
      setting.authenticator.credentials
        .list()
        .map(({ userName, userDisplayName }) => [userName, userDisplayName]);
    return { ...setting, ada, other, named, names };
  }

  it('as an unknown credential is deleted', async () => {
    const { PublicKeyCredential, authenticator, ada } = await registered();
    expect(await PublicKeyCredential.signalUnknownCredential({ rpId, credentialId: ada.id })).toBeUndefined();
    expect(authenticator.credentials.get(new Uint8Array(ada.rawId))).toBeUndefined();
    expect(authenticator.credentials.list()).toHaveLength(2);
    await PublicKeyCredential.signalUnknownCredential({ rpId, credentialId: ada.id });
  });

  it('of another RP changes nothing', async () => {
    const { PublicKeyCredential, authenticator, ada } = await registered();
    const elsewhere = { rpId: 'login.example.com', credentialId: ada.id };
    await PublicKeyCredential.signalUnknownCredential(elsewhere);
    expect(authenticator.credentials.list()).toHaveLength(3);
  });

  it('as the accepted credentials of a user leaves these, other users, and what is not discoverable', async () => {
    const { PublicKeyCredential, authenticator, ada } = await registered();
    const all = { rpId, userId, allAcceptedCredentialIds: [ada.id] };
    await PublicKeyCredential.signalAllAcceptedCredentials(all);
    expect(authenticator.credentials.list()).toHaveLength(3);
    await PublicKeyCredential.signalAllAcceptedCredentials({ ...all, allAcceptedCredentialIds: [] });
    expect(authenticator.credentials.list()).toHaveLength(2);
    expect(authenticator.credentials.get(new Uint8Array(ada.rawId))).toBeUndefined();
  });

  it('as the details of a user is stored', async () => {
    const { PublicKeyCredential, authenticator, ada } = await registered();
    await PublicKeyCredential.signalCurrentUserDetails({ rpId, userId, name: 'lovelace', displayName: '' });
    expect(authenticator.credentials.get(new Uint8Array(ada.rawId))).toMatchObject({
      userName: 'lovelace',
      userDisplayName: '',
    });
    expect(authenticator.credentials.list().filter(({ userName }) => userName === 'ada')).toHaveLength(2);
  });

  it.each([
    ['signalUnknownCredential', { rpId, credentialId: '*' }, 'TypeError'],
    ['signalUnknownCredential', { rpId: 'other.example', credentialId: '*' }, 'TypeError'],
    ['signalUnknownCredential', { rpId: 'other.example', credentialId: 'AA' }, 'SecurityError'],
    ['signalUnknownCredential', { rpId }, 'TypeError'],
    ['signalUnknownCredential', undefined, 'TypeError'],
    ['signalAllAcceptedCredentials', { rpId, userId: '*', allAcceptedCredentialIds: [] }, 'TypeError'],
    ['signalAllAcceptedCredentials', { rpId, userId, allAcceptedCredentialIds: ['*'] }, 'TypeError'],
    ['signalAllAcceptedCredentials', { rpId: 'com', userId, allAcceptedCredentialIds: [] }, 'SecurityError'],
    ['signalCurrentUserDetails', { rpId, userId: '*', name: '', displayName: '' }, 'TypeError'],
    ['signalCurrentUserDetails', { rpId, userId, name: '' }, 'TypeError'],
    ['signalCurrentUserDetails', { rpId: 'com', userId, name: '', displayName: '' }, 'SecurityError'],
  ])('with %s(%j) is refused as a %s', async (method, options, name) => {
    const { PublicKeyCredential } = furnished();
    expect((await refusal(PublicKeyCredential[method](options))).name).toBe(name);
  });
});
