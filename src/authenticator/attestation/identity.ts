/**
 * The key that a batch of devices attests with, and its certificate. Both follow from a public seed: anybody can make them, so
 * nobody can take them for a product's.
 */
import { Cache } from '../../codec/cache.ts';
import { engineFor } from '../../crypto/engine.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { seededRandom } from '../../crypto/random.ts';
import type { Device } from '../device.ts';

const ES256 = -7;

/** An attestation key, and the DER of its certificates, its own first. */
export interface AttestationIdentity {
  readonly key: KeyPair;
  readonly certificates: readonly Uint8Array[];
}

const identities = new Cache<string, Promise<AttestationIdentity>>(16);

/** The identity of the device's batch, or with `enterprise` of the device alone. */
export function attestationIdentity(
  { policy }: Device,
  { enterprise }: { readonly enterprise: boolean },
): Promise<AttestationIdentity> {
  const serialNumber = enterprise ? policy.serialNumber : undefined;
  const name = `${policy.aaguid} ${serialNumber ?? 'batch'}`;
  let identity = identities.get(name);
  if (identity === undefined) {
    identity = makeIdentity(policy.aaguid, serialNumber);
    identities.set(name, identity);
  }
  return identity;
}

async function makeIdentity(
  aaguid: Uint8Array,
  serialNumber: string | undefined,
): Promise<AttestationIdentity> {
  const { makeCertificate } = await import('./certificate.ts');
  const engine = engineFor({ deterministic: true });
  const random = seededRandom(`stuntkey test attestation ${serialNumber ?? 'batch'}`);
  const key = await engine.generate(ES256, (length) => random(length, 'attestation-key'));
  const certificate = await makeCertificate({ engine, key, aaguid, serialNumber });
  return { key, certificates: [certificate] };
}
