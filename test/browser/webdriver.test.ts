import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VirtualAuthenticators } from '../../src/browser/puppeteer.ts';
import { WebAuthnClient } from '../../src/entries/index.ts';

const key = (namedCurve: string): string =>
  generateKeyPairSync('ec', { namedCurve })
    .privateKey.export({ type: 'pkcs8', format: 'der' })
    .toString('base64url');
const usb = { protocol: 'ctap2', transport: 'usb', hasResidentKey: true };
const credential = {
  credentialId: 'AAAAAAAAAAAAAAAAAAAAAA',
  isResidentCredential: true,
  rpId: 'example.com',
  privateKey: key('P-256'),
  userHandle: 'AQI',
  signCount: 5,
  backupEligibility: false,
  backupState: false,
  userName: 'ada',
  userDisplayName: 'Ada',
};
const get = async (authenticators: VirtualAuthenticators): Promise<number[]> => {
  const [authenticator] = authenticators.devices;
  if (authenticator === undefined) throw new Error('no device');
  const client = new WebAuthnClient({ origin: 'https://example.com', authenticator });
  const { response } = await client.get({ challenge: 'AAAA' });
  return [...Buffer.from(response.authenticatorData, 'base64url').subarray(32)];
};

describe('WebDriver’s virtual authenticators', () => {
  it('hold credentials that ceremonies use, and give them back with their counters', async () => {
    const authenticators = new VirtualAuthenticators();
    const id = authenticators.addVirtualAuthenticator(usb);
    await authenticators.addCredential(id, credential);
    expect(authenticators.getCredentials(id)).toEqual([credential]);
    expect(await get(authenticators)).toEqual([1, 0, 0, 0, 6]);
    expect(authenticators.getCredentials(id)).toMatchObject([{ signCount: 6 }]);
    const change = { signCount: null, backupEligibility: true, backupState: true };
    await authenticators.setCredentialProperties(id, credential.credentialId, change);
    expect(await get(authenticators)).toEqual([0x19, 0, 0, 0, 0]);
    expect(authenticators.getCredentials(id)).toEqual([{ ...credential, ...change }]);
    await authenticators.removeCredential(id, credential.credentialId);
    expect(authenticators.getCredentials(id)).toEqual([]);
    await authenticators.addCredential(id, credential);
    await authenticators.removeAllCredentials(id);
    expect(authenticators.getCredentials(id)).toEqual([]);
    authenticators.removeVirtualAuthenticator(id);
    expect(authenticators.devices).toEqual([]);
  });

  it('have a person who may refuse, or not be recognized', async () => {
    const authenticators = new VirtualAuthenticators();
    const refusing = authenticators.addVirtualAuthenticator({ ...usb, isUserConsenting: false });
    await authenticators.addCredential(refusing, credential);
    await expect(get(authenticators)).rejects.toMatchObject({ name: 'NotAllowedError' });
    authenticators.removeVirtualAuthenticator(refusing);
    const verifying = authenticators.addVirtualAuthenticator({ ...usb, hasUserVerification: true });
    await authenticators.addCredential(verifying, credential);
    await expect(get(authenticators)).rejects.toMatchObject({ name: 'NotAllowedError' });
    authenticators.setUserVerified(verifying, true);
    expect((await get(authenticators))[0]).toBe(5);
  });

  it.each<[string, object | null, string?]>([
    ['no object', null],
    ['an unknown member', { ...usb, color: 'red' }],
    ['an unknown protocol', { ...usb, protocol: 'ctap3' }],
    ['an unknown transport', { ...usb, transport: 'pigeon' }],
    ['a flag that is text', { ...usb, hasResidentKey: 'yes' }],
    ['no protocol', { transport: 'usb' }],
    ['an unknown extension', { ...usb, extensions: ['foo'] }, 'unsupported operation'],
  ])('refuse a configuration with %s', (_, configuration, error = 'invalid argument') => {
    const authenticators = new VirtualAuthenticators();
    expect(() => authenticators.addVirtualAuthenticator(configuration as typeof usb)).toThrow(
      expect.objectContaining({ error }),
    );
    expect(authenticators.devices).toEqual([]);
  });

  it.each([
    ['an ID that is no base64url', { credentialId: 'A=' }],
    ['no word on residency', { isResidentCredential: undefined }],
    ['no RP ID', { rpId: undefined }],
    ['a key that is no base64url', { privateKey: '+' }],
    ['a key that is cut', { privateKey: credential.privateKey.slice(0, 40) }],
    ['a key of P-384', { privateKey: key('P-384') }],
    ['a user handle that is no base64url', { userHandle: '+' }],
    ['no user handle', { userHandle: undefined }],
    ['no counter', { signCount: undefined }],
    ['a negative counter', { signCount: -1 }],
    ['a counter of 33 bits', { signCount: 2 ** 32 }],
    ['a blob that is no base64url', { largeBlob: '+' }],
  ])('refuse a credential with %s, and store nothing', async (_, bad) => {
    const authenticators = new VirtualAuthenticators();
    const id = authenticators.addVirtualAuthenticator(usb);
    const attempt = authenticators.addCredential(id, { ...credential, ...bad } as typeof credential);
    await expect(attempt).rejects.toMatchObject({ error: 'invalid argument' });
    expect(authenticators.getCredentials(id)).toEqual([]);
  });

  it('do not know what is not there', async () => {
    const authenticators = new VirtualAuthenticators();
    const id = authenticators.addVirtualAuthenticator({ ...usb, hasResidentKey: false });
    const refusal = expect.objectContaining({ error: 'invalid argument' });
    expect(() => authenticators.getCredentials('x')).toThrow(refusal);
    expect(() => authenticators.setUserVerified('x', true)).toThrow(refusal);
    await expect(authenticators.removeCredential(id, 'AAAA')).rejects.toEqual(refusal);
    await expect(authenticators.setCredentialProperties(id, 'AAAA', {})).rejects.toEqual(refusal);
    await expect(authenticators.addCredential(id, credential)).rejects.toEqual(refusal);
  });
});

describe('an extension that was asked for', () => {
  it.each([
    ['credBlob', 'ctap2_1', false, 'it takes hasResidentKey: true'],
    ['largeBlob', 'ctap2_1', false, 'it takes hasResidentKey: true'],
    ['credBlob', 'ctap1/u2f', true, 'this authenticator cannot have it'],
    ['minPinLength', 'ctap1/u2f', false, 'this authenticator cannot have it'],
  ])('is never dropped: %s of %s with hasResidentKey %s', (extension, protocol, hasResidentKey, why) => {
    const authenticators = new VirtualAuthenticators();
    const configuration = { protocol, transport: 'usb', hasResidentKey, extensions: [extension] };
    expect(() => authenticators.addVirtualAuthenticator(configuration)).toThrow(
      expect.objectContaining({ error: 'unsupported operation', message: expect.stringContaining(why) }),
    );
    expect(authenticators.devices).toEqual([]);
  });

  it.each([
    [
      ['prf', 'largeBlob', 'credBlob', 'minPinLength'],
      true,
      ['hmac-secret', 'largeBlobKey', 'credBlob', 'minPinLength'],
    ],
    [['prf', 'minPinLength'], false, ['hmac-secret', 'minPinLength']],
  ])(
    'is there where the authenticator can have it: %j with hasResidentKey %s',
    async (extensions, hasResidentKey, ids) => {
      const authenticators = new VirtualAuthenticators();
      authenticators.addVirtualAuthenticator({ ...usb, protocol: 'ctap2_1', hasResidentKey, extensions });
      const [authenticator] = authenticators.devices;
      const info = await authenticator?.transact(Uint8Array.of(4));
      // The text has its length before it: the member minPINLength is another.
      for (const id of ids)
        expect(Buffer.from(info ?? []).toString('latin1')).toContain(
          String.fromCharCode(0x60 + id.length) + id,
        );
    },
  );
});
