/**
 * Vectors for ML-DSA, which WebAuthn Level 3 has none of: in the form of its test vectors, and by its rule
 * (https://www.w3.org/TR/webauthn-3/#sctn-test-vectors). Every stated value is HKDF-SHA-256 of a vector's name and a counter, so that
 * anybody can make them anew.
 */
import { readFileSync } from 'node:fs';
import { platform } from '#platform';
import { base64url, fromBase64url } from '../../src/base/base64url.ts';
import { hex, utf8 } from '../../src/base/bytes.ts';
import { type Vector, type VectorCeremony, webauthnLevel3Vectors } from '../../src/vectors/data.ts';
import { perform } from '../../src/vectors/reproduce.ts';

export const ML_DSA_VECTORS: URL = new URL('ml-dsa.json', import.meta.url);

/** The file, as the published vectors' is. */
export interface MlDsaVectors {
  readonly attestationRoot: { readonly values: VectorCeremony };
  readonly vectors: readonly Vector[];
}

export function readMlDsaVectors(): MlDsaVectors {
  return JSON.parse(readFileSync(ML_DSA_VECTORS, 'utf8'));
}

const IKM = 'WebAuthn test vectors';
const SETS = [
  [-48, 'ML-DSA-44'],
  [-49, 'ML-DSA-65'],
  [-50, 'ML-DSA-87'],
] as const;
/** How each set is attested: `packed-self` by the credential's own key, `packed` with a certificate, ES256 as in Level 3. */
const WAYS = ['none', 'packed-self', 'packed'] as const;

type Values = Record<string, VectorCeremony[string] & { b64url?: string }>;

/** Draws the stated values of a vector, one behind the other. */
class Draws {
  readonly #info: string;
  #counter = 0;

  constructor(info: string) {
    this.#info = info;
  }

  into(values: Values, name: string, L: number): Uint8Array {
    const salt = Uint8Array.of(this.#counter++);
    const bytes = platform.hkdfSha256(utf8(IKM), salt, utf8(this.#info), L);
    values[name] = { hex: hex(bytes), hkdf: { ikm: IKM, salt: hex(salt), info: this.#info, L } };
    return bytes;
  }

  /** Client data has more members in half of the ceremonies. */
  clientData(values: Values): void {
    const [flags = 0] = this.into(values, 'client_data_gen_flags', 1);
    if ((flags & 1) === 0) return;
    const bytes = this.into(values, 'extraData_random', 16);
    values.extraData_random = { ...(values.extraData_random as Values[string]), b64url: base64url(bytes) };
  }
}

/** A vector's stated values, without results. */
function stated(way: (typeof WAYS)[number], credentialAlg: number, algorithm: string): Vector {
  const name = `${way}.${algorithm}`;
  const draws = new Draws(name);
  const registration: Values = {};
  draws.into(registration, 'challenge', 32);
  draws.into(registration, 'credential_private_key', 32);
  draws.clientData(registration);
  draws.into(registration, 'aaguid', 16);
  draws.into(registration, 'credential_id', 32);
  draws.into(registration, 'auth_data_UV_BE_BS', 1);
  if (way === 'packed') {
    draws.into(registration, 'attestation_private_key', 32);
    draws.into(registration, 'attestation_cert_serial_number', 16);
  }
  const authentication: Values = {};
  draws.into(authentication, 'challenge', 32);
  draws.clientData(authentication);
  draws.into(authentication, 'auth_data_UV_BS', 1);
  const how = { none: 'No', 'packed-self': 'Self', packed: 'Packed' }[way];
  const title = `${algorithm} Credential with ${how} Attestation`;
  return {
    name,
    title,
    credentialAlg,
    fmt: way === 'none' ? 'none' : 'packed',
    registration,
    authentication,
  };
}

const results = (response: Readonly<Record<string, unknown>>, names: readonly string[]): VectorCeremony =>
  Object.fromEntries(names.map((name) => [name, { hex: hex(fromBase64url(String(response[name]))) }]));

/** The file's text, made from nothing but the names of its vectors. */
export async function mlDsaVectors(): Promise<string> {
  const { attestationRoot } = webauthnLevel3Vectors();
  const vectors: Vector[] = [];
  for (const [credentialAlg, algorithm] of SETS) {
    for (const way of WAYS) {
      if (way === 'none' && credentialAlg !== -48) continue;
      const vector = stated(way, credentialAlg, algorithm);
      const { registration, authentication } = await perform(vector, attestationRoot.values);
      vectors.push({
        ...vector,
        registration: {
          ...vector.registration,
          ...results({ ...registration.response }, ['clientDataJSON', 'attestationObject']),
        },
        authentication: {
          ...vector.authentication,
          ...results({ ...authentication.response }, ['authenticatorData', 'clientDataJSON', 'signature']),
        },
      });
    }
  }
  const file = {
    source: {
      what: 'stuntkey test vectors for ML-DSA, which are not published by the W3C: in the form of the test vectors of Web Authentication Level 3, and by their rule',
      rule: 'https://www.w3.org/TR/webauthn-3/#sctn-test-vectors',
      credentialKeys:
        'credential_private_key is the seed of FIPS 204 (ξ), 32 bytes; the COSE_Key is that of RFC 9964: {1: 7, 3: alg, -1: pub}',
      signatures:
        'ML-DSA with an empty context, deterministic: 32 zero bytes for its randomness (FIPS 204, section 3.4). Other implementations may sign otherwise, and have to verify these.',
      attestationRoot:
        "that of the published vectors; certified attestation keys are of ES256, as all of Level 3's",
    },
    attestationRoot,
    vectors,
  };
  return `${JSON.stringify(file, undefined, 1)}\n`;
}
