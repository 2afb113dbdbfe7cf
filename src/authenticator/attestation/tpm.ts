/**
 * TPM attestation (https://www.w3.org/TR/webauthn-3/#sctn-tpm-attestation): a TPM's attestation key certifies the name of the
 * credential's key. Structures are those of the TPM 2.0 Library, part 2 (section numbers of revision 1.59).
 */
import { concat } from '../../base/bytes.ts';
import type { CborValue } from '../../cbor/cbor.ts';
import { type EcAlgorithm, knownAlgorithm, type RsaAlgorithm } from '../../crypto/algorithms.ts';
import { decodeRsaPublic } from '../../crypto/formats/rsa.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { KeyPair } from '../../crypto/key-pair.ts';
import { CtapError } from '../../ctap/status.ts';
import type { TpmIdentity } from '../policy/type.ts';
import { type AttestationFormat, attToBeSigned } from './format.ts';

const EXTENDED_KEY_USAGE = '2.5.29.37';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const TCG_KP_AIK_CERTIFICATE = '2.23.133.8.3';

/** TPM_ALG_ID, section 6.3. */
const Alg = { RSA: 0x0001, SHA256: 0x000b, NULL: 0x0010, ECC: 0x0023 } as const;
/** TPM_ECC_CURVE, section 6.4. */
const CURVES: Readonly<Record<string, number>> = { 'P-256': 0x0003, 'P-384': 0x0004, 'P-521': 0x0005 };
const TPM_GENERATED_VALUE = 0xff544347;
const TPM_ST_ATTEST_CERTIFY = 0x8017;
/** The owner's hierarchy, section 7.4. */
const TPM_RH_OWNER = 0x40000001;
/** TPMA_OBJECT: a signing key. */
const SIGN = 0x00040000;

/** FFFFF1D0 is the vendor ID that FIDO's own tests use. */
const TEST_TPM: TpmIdentity = { manufacturer: 'id:FFFFF1D0', model: 'stuntkey test', version: 'id:00000001' };

export const tpm: AttestationFormat = {
  fmt: 'tpm',
  async attest(attestable) {
    const { engine, policy, key } = attestable;
    const pubArea = publicArea(key);
    const { keyPurpose, tpmAlternativeName } = await import('../../authority/certificate.ts');
    const { manufacturer, model, version, qualifiedNames = true, clockSafe = 1 } = policy.tpm ?? TEST_TPM;
    const { key: aik, certificates } = await attestable.identity({
      fmt: 'tpm',
      extensions: [
        { id: EXTENDED_KEY_USAGE, critical: false, value: keyPurpose(TCG_KP_AIK_CERTIFICATE) },
        {
          id: SUBJECT_ALTERNATIVE_NAME,
          critical: true,
          value: tpmAlternativeName(manufacturer, model, version),
        },
      ],
    });
    const extraData = sha256(attToBeSigned(attestable));
    const certInfo = certificationInfo({
      extraData,
      pubArea,
      signer: qualifiedNames ? publicArea(aik) : undefined,
      clockSafe,
    });
    return new Map<string, CborValue>([
      ['alg', aik.algorithm],
      ['sig', await engine.sign(aik, certInfo)],
      ['ver', '2.0'],
      ['x5c', [...certificates]],
      ['pubArea', pubArea],
      ['certInfo', certInfo],
    ]);
  },
};

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 0xff);
const u32 = (value: number): Uint8Array => concat(u16(value >>> 16), u16(value & 0xffff));
/** TPM2B: bytes behind their length. */
const sized = (bytes: Uint8Array): Uint8Array => concat(u16(bytes.length), bytes);

/** TPMT_PUBLIC, section 12.2.4: the credential's key as a TPM describes it. */
function publicArea(key: KeyPair): Uint8Array {
  const algorithm = knownAlgorithm(key.algorithm);
  if (algorithm?.kty === 'EC2' && CURVES[algorithm.curve] !== undefined)
    return eccArea(algorithm, key.public);
  if (algorithm?.kty === 'RSA') return rsaArea(algorithm, key.public);
  throw new CtapError('CTAP2_ERR_UNSUPPORTED_ALGORITHM', `a TPM has no keys of algorithm ${key.algorithm}`);
}

function areaOf(type: number, parameters: Uint8Array, unique: Uint8Array): Uint8Array {
  const noAuthPolicy = sized(new Uint8Array());
  return concat(u16(type), u16(Alg.SHA256), u32(SIGN), noAuthPolicy, parameters, unique);
}

function eccArea({ curve, size }: EcAlgorithm, publicKey: Uint8Array): Uint8Array {
  // TPMS_ECC_PARMS: symmetric, scheme, curveID, kdf.
  const parameters = concat(u16(Alg.NULL), u16(Alg.NULL), u16(CURVES[curve] as number), u16(Alg.NULL));
  const unique = concat(sized(publicKey.subarray(0, size)), sized(publicKey.subarray(size)));
  return areaOf(Alg.ECC, parameters, unique);
}

function rsaArea(_: RsaAlgorithm, publicKey: Uint8Array): Uint8Array {
  const { n } = decodeRsaPublic(publicKey);
  // TPMS_RSA_PARMS: symmetric, scheme, keyBits, exponent (0 is 65537).
  const parameters = concat(u16(Alg.NULL), u16(Alg.NULL), u16(8 * n.length), u32(0));
  return areaOf(Alg.RSA, parameters, sized(n));
}

/** TPM2B_NAME: a hash algorithm, and the hash. */
function nameOf(...hashed: readonly Uint8Array[]): Uint8Array {
  return sized(concat(u16(Alg.SHA256), sha256(concat(...hashed))));
}

/** A qualified name is the hash of the parent's and the object's own (part 1, section 26.5); the parent here is the owner. */
function qualifiedNameOf(pubArea: Uint8Array | undefined): Uint8Array {
  return pubArea === undefined
    ? sized(new Uint8Array())
    : nameOf(u32(TPM_RH_OWNER), nameOf(pubArea).subarray(2));
}

/** TPMS_ATTEST, section 10.12.12, of type certify. What a verifier does not look at is the same for everybody. */
function certificationInfo({
  extraData,
  pubArea,
  signer,
  clockSafe,
}: {
  readonly extraData: Uint8Array;
  readonly pubArea: Uint8Array;
  readonly signer: Uint8Array | undefined;
  readonly clockSafe: number;
}): Uint8Array {
  // TPMS_CLOCK_INFO: clock, resetCount, restartCount, safe.
  const clockInfo = concat(new Uint8Array(8), u32(0x11111111), u32(0x22222222), Uint8Array.of(clockSafe));
  const firmwareVersion = new Uint8Array(8);
  return concat(
    u32(TPM_GENERATED_VALUE),
    u16(TPM_ST_ATTEST_CERTIFY),
    qualifiedNameOf(signer),
    sized(extraData),
    clockInfo,
    firmwareVersion,
    nameOf(pubArea),
    qualifiedNameOf(signer && pubArea),
  );
}
