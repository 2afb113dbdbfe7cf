// vectors/fleet.json: what follows from a seed, for programs that derive it by other means.
import { base64url } from '../build/entries/codec.js';
import { fleet } from '../build/entries/fleet.js';

const IDENTITY = { seed: 'stuntkey test fleet', rpId: 'example.com' };
const INDEXES = [0, 1, 2, 999_999, Number.MAX_SAFE_INTEGER];
const REQUEST = {
  challenge: base64url(new TextEncoder().encode('stuntkey test challenge')),
  rpId: 'example.com',
};

/** The file's text. */
export async function fleetVectors() {
  const fleets = [];
  for (const algorithm of /** @type {const} */ ([-7, -8])) {
    const people = fleet({ ...IDENTITY, algorithm, repeatable: true });
    const entries = [];
    for (const index of INDEXES) {
      const { credentialId, publicKey, publicKeySpki, userHandle } = people.record(index);
      entries.push({
        index,
        credentialId: base64url(credentialId),
        userHandle: base64url(userHandle),
        publicKey: base64url(publicKey),
        publicKeySpki: base64url(publicKeySpki),
        authentication: (await people.person(index).get(REQUEST)).response,
      });
    }
    fleets.push({ algorithm, people: entries });
  }
  const title =
    'What a fleet of stuntkey derives: HKDF-SHA-256, salt "stuntkey fleet v1"; docs/load.md says how. Bytes in base64url, publicKey a COSE_Key.';
  return `${JSON.stringify({ title, ...IDENTITY, request: REQUEST, fleets }, undefined, 2)}\n`;
}
