// Whose attestation the strict server trusts, and which models it knows.
import { AttestationAuthority, REVOKED_MODEL } from 'stuntkey';
import { verifyMetadata } from 'stuntkey/verify';

/** @typedef {import('stuntkey/verify').AttestationPolicy} AttestationPolicy */
/**
 * @typedef {object} Metadata metadata of models; with it, the server accepts only the models that it knows
 * @property {readonly string[]} blobs of the FIDO Metadata Service; those that do not verify are left out
 * @property {readonly string[]} [revocationLists] in PEM
 * @property {readonly string[]} [models] AAGUIDs, as UUIDs, that it knows otherwise
 */

/** Checks of a BLOB that can be switched off. */
const METADATA_CHECKS = ['metadata.signature', 'metadata.chain', 'metadata.revoked'];

/**
 * By default whatever has a chain is to have one that ends at stuntkey's own authority.
 *
 * @param {{ attestation?: AttestationPolicy, metadata?: Metadata | (() => Promise<Metadata>), now: () => number }} options
 * @param {ReadonlySet<string>} off
 * @returns {() => Promise<AttestationPolicy>} the same one every time
 */
export function attestationPolicy({ attestation, metadata, now }, off) {
  /** @type {Promise<AttestationPolicy> | undefined} */
  let made;
  const make = async () => {
    const trustAnchors = attestation?.trustAnchors ?? [await new AttestationAuthority().root()];
    const issuer = new AttestationAuthority({ flaw: 'revoked' });
    const revocationLists = [await issuer.revocationList([REVOKED_MODEL])];
    const clock = { now: () => 0, after: () => () => {}, wall: now };
    const told = typeof metadata === 'function' ? await metadata() : metadata;
    const known = told && (await loaded(told, { trustAnchors, clock }, off));
    return { clock, revocationLists, ...attestation, ...known, trustAnchors };
  };
  return () => {
    made ??= make();
    return made;
  };
}

/**
 * @param {Metadata} metadata
 * @param {Pick<Required<AttestationPolicy>, 'trustAnchors' | 'clock'>} given
 * @param {ReadonlySet<string>} off
 */
async function loaded({ blobs, revocationLists = [], models = [] }, given, off) {
  const checksOff = METADATA_CHECKS.filter((name) => off.has(`registration.${name}`));
  /** @type {Record<string, readonly string[]>} */
  const statuses = {};
  for (const blob of blobs) {
    const { verified, ...read } = await verifyMetadata(blob, { ...given, revocationLists, off: checksOff });
    if (verified) Object.assign(statuses, read.statuses);
  }
  return { statuses, aaguids: [...models, ...Object.keys(statuses)] };
}
