/** The way through FIDO metadata, as a server goes it: a BLOB from a server, its signature, its chain, the statement, the root. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MetadataService, SettingsService } from '@simplewebauthn/server';
import { afterEach, describe, expect, it } from 'vitest';
import { type ModelName, models } from '../../../src/authenticator/models/registry.ts';
import { AttestationAuthority } from '../../../src/authority/authority.ts';
import { defaultAuthority } from '../../../src/authority/default-authority.ts';
import { metadataBlob } from '../../../src/metadata/metadata.ts';
import { uuid } from '../../../src/metadata/statement.ts';
import { sampled } from '../../slow.ts';
import { named } from '../debian.ts';
import { fido2, withoutFido2Lib } from '../fido2-lib.ts';
import { trustOnly } from '../trusted-roots.ts';
import { simpleWebAuthn } from './judges.ts';
import { registration } from './registrations.ts';

trustOnly(() => defaultAuthority().rootPem());

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  // A service that is not initialized is not asked.
  await MetadataService.initialize({ mdsServers: [], verificationMode: 'permissive' });
});

async function published(blob: string): Promise<string> {
  const server = createServer((_request, response) => response.end(blob));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function trusting(blob: string, authority: AttestationAuthority = defaultAuthority()): Promise<void> {
  SettingsService.setRootCertificates({ identifier: 'mds', certificates: [await authority.rootPem()] });
  await MetadataService.initialize({ mdsServers: [await published(blob)], verificationMode: 'strict' });
}

const attested = (Object.keys(models) as ModelName[]).filter((name) => {
  const { attestationFormats = [], ctap } = models[name].policy;
  return attestationFormats.length > 0 && ctap !== 'U2F';
});
const register = (model: ModelName, options = {}) => {
  const [algorithm = -7] = (models[model].policy.algorithms ?? []).filter((id) => id > -48 || id < -50);
  return registration(algorithm, {}, { model, ...options }).then((made) => [made, algorithm] as const);
};

describe('the metadata BLOB', () => {
  it.each(sampled(attested, 4))(
    'lets @simplewebauthn/server trust %s, and nothing it does not describe',
    async (model) => {
      await trusting(await metadataBlob(defaultAuthority(), { models: [model] }));
      // Through metadata, SimpleWebAuthn 14 takes no chain that has the root in it, as Android's have: see the next test.
      const attestation = new AttestationAuthority({ sendsRoot: false });
      await simpleWebAuthn(...(await register(model, { attestation })));
      const [other = 'yubikey-5-nfc'] = attested.filter((name) => name !== model);
      await expect(simpleWebAuthn(...(await register(other)))).rejects.toThrow('No metadata statement found');
    },
  );

  it('does not let @simplewebauthn/server trust a chain that has the root in it', async () => {
    await trusting(await metadataBlob(defaultAuthority()));
    await expect(simpleWebAuthn(...(await register('android-device-bound')))).rejects.toThrow('Android Key');
  });

  it('is refused by @simplewebauthn/server when another authority signed it', async () => {
    const foreign = new AttestationAuthority({ seed: 'stuntkey test: another' });
    await trusting(await metadataBlob(foreign));
    await expect(simpleWebAuthn(...(await register('yubikey-5-nfc')))).rejects.toThrow(
      'No metadata statement',
    );
  });

  it('can say that a model is compromised', async () => {
    await trusting(
      await metadataBlob(defaultAuthority(), { status: { 'yubikey-5-nfc': 'ATTESTATION_KEY_COMPROMISE' } }),
    );
    await expect(simpleWebAuthn(...(await register('yubikey-5-nfc')))).rejects.toThrow('compromised');
    await simpleWebAuthn(...(await register('windows-hello')));
  });

  it('does not help a device that another authority attests', async () => {
    await trusting(await metadataBlob(defaultAuthority()));
    const attestation = new AttestationAuthority({ seed: 'stuntkey test: another' });
    await expect(simpleWebAuthn(...(await register('yubikey-5-nfc', { attestation })))).rejects.toThrow();
  });
});

describe.skipIf(withoutFido2Lib)(named('the metadata BLOB, in fido2-lib,', withoutFido2Lib), () => {
  it('is accepted, entries included', async () => {
    const blob = await metadataBlob(defaultAuthority());
    const { MdsCollection } = fido2();
    const collection = new MdsCollection('stuntkey test');
    const toc = await collection.addToc(blob, await defaultAuthority().rootPem(), []);
    expect(toc.entries).toHaveLength(Object.keys(models).length - 1);
    for (const { metadataStatement } of toc.entries) {
      collection.addEntry(Buffer.from(JSON.stringify({ metadataStatement })).toString('base64url'));
    }
    await collection.validate();
    const { aaguid = new Uint8Array() } = models['yubikey-5-nfc'].policy;
    expect(collection.findEntry(uuid(aaguid))).toMatchObject({
      description: 'stuntkey test: YubiKey 5 NFC, firmware 5.7',
    });
  });

  it('is refused with a byte changed, and under another root', async () => {
    const blob = await metadataBlob(defaultAuthority());
    const { MdsCollection } = fido2();
    const collection = new MdsCollection('stuntkey test');
    const [header, payload = '', signature] = blob.split('.');
    const changed = `${header}.${payload.slice(0, 100)}${payload[100] === 'A' ? 'B' : 'A'}${payload.slice(101)}.${signature}`;
    const root = await defaultAuthority().rootPem();
    await expect(collection.addToc(changed, root, [])).rejects.toThrow();
    const other = await new AttestationAuthority({ seed: 'stuntkey test: another' }).rootPem();
    await expect(collection.addToc(blob, other, [])).rejects.toThrow();
  });
});
