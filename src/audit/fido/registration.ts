/** FIDO's tests of registrations: "MakeCredential Request" and "MakeCredential Response". */
import { clientDataTests } from './client-data.ts';
import { group, type PublishedTest } from './published.ts';

const RESPONSE = 'Server-ServerAuthenticatorAttestationResponse-Resp';
const optional = { optional: true } as const;

export const registrationTests: readonly PublishedTest[] = [
  ...group('Server-ServerPublicKeyCredentialCreationOptions-Req-1', [
    [
      'P-1',
      'options have every member that the interface has, of its type',
      'fido-creation-options',
      {
        beyond:
          'status, errorMessage, rp.id and the echo of an extension are of the interface, and not of Level 3',
      },
    ],
    ['P-2', 'options say none where none was asked for', 'fido-none-options'],
    ['P-3', 'two requests get two challenges', 'registration-options-challenge-repeated'],
  ]),
  ...group(`${RESPONSE}-1`, [
    ['P-1', 'the credential that was registered is excluded the next time', 'options-exclude-missing'],
    ['F-1', 'no id', 'registration-json-id-missing'],
    ['F-2', 'an id that is no text', 'registration-json-id-array'],
    ['F-3', 'an id that is no base64url', 'registration-json-id-padded registration-json-id-alphabet'],
    ['F-4', 'no type', 'registration-json-type-missing'],
    ['F-5', 'a type that is no text', 'registration-json-type-array'],
    ['F-6', 'another type', 'registration-json-type'],
    ['F-7', 'no response', 'registration-json-response-missing'],
    [
      'F-8',
      'a response that is no object',
      'registration-json-response-null registration-json-response-array',
    ],
    ['F-9', 'no clientDataJSON', 'registration-json-client-data-missing'],
    [
      'F-10',
      'a clientDataJSON that is no text',
      'registration-json-client-data-array registration-json-client-data-object',
    ],
    ['F-11', 'an empty clientDataJSON', 'registration-client-data-empty'],
    ['F-12', 'no attestationObject', 'json-attestation-object-missing'],
    ['F-13', 'an attestationObject that is no text', 'json-attestation-object-array'],
    ['F-14', 'an empty attestationObject', 'attestation-object-empty'],
  ]),
  ...clientDataTests(`${RESPONSE}-2`, 'registration'),
  ...group(`${RESPONSE}-3`, [
    ['P-1', 'authenticator data with extensions', 'registration-extension-output-unasked'],
    [
      'F-1',
      'an attestation object that is no map',
      'attestation-object-array attestation-object-cut attestation-object-reserved',
    ],
    ['F-2', 'no fmt', 'attestation-object-without-fmt'],
    ['F-3', 'a fmt that is no text', 'attestation-object-fmt-number'],
    ['F-4', 'no attStmt', 'attestation-object-without-statement'],
    ['F-5', 'an attStmt that is no map', 'attestation-object-statement-text'],
    ['F-6', 'no authData', 'attestation-object-without-auth-data'],
    ['F-7', 'an authData that is no bytes', 'attestation-object-auth-data-text'],
    ['F-8', 'an authData of no bytes', 'registration-authenticator-data-empty'],
    ['F-9', 'a credential without flag AT', 'registration-undeclared-credential'],
    ['F-10', 'neither flag AT nor a credential', 'registration-authenticator-data-without-credential'],
    ['F-11', 'flag AT without a credential', 'registration-credential-missing'],
    ['F-12', 'bytes behind the credential', 'registration-authenticator-data-trailing'],
    ['F-13', 'an empty packed statement', 'packed-empty'],
    ['F-14', 'a packed statement without alg', 'packed-without-algorithm'],
    ['F-15', 'an alg that is no number', 'packed-algorithm-text'],
    [
      'F-16',
      'an alg that is not the key’s',
      'packed-other-algorithm packed-self-other-algorithm',
      {
        beyond: 'FIDO compares it with the metadata; Level 3 with the key, which is what is played',
      },
    ],
    ['F-17', 'a packed statement without sig', 'packed-without-signature'],
    ['F-18', 'a sig that is no bytes', 'packed-signature-text'],
    ['F-19', 'a sig of no bytes', 'packed-self-signature-empty'],
  ]),
  ...group(`${RESPONSE}-4`, [
    ['P-1', 'self attestation with ES256K', 'fido-self-es256k', optional],
    ['P-2', 'self attestation with PS256', 'fido-self-ps256', optional],
    ['P-3', 'self attestation with PS384', 'fido-self-ps384', optional],
    ['P-4', 'self attestation with PS512', 'fido-self-ps512', optional],
    ['P-5', 'self attestation with RS256', 'fido-self-rs256'],
    ['P-6', 'self attestation with RS384', 'fido-self-rs384', optional],
    ['P-7', 'self attestation with RS512', 'fido-self-rs512', optional],
    [
      'P-8',
      'self attestation with RS1',
      '',
      {
        without:
          'no device here signs with SHA-1, and the audit reports a server that asks for it (options-algorithm-sha1)',
      },
    ],
    ['P-9', 'self attestation with ES256', 'fido-self-es256'],
    ['P-10', 'self attestation with ES384', 'fido-self-es384', optional],
    ['P-11', 'self attestation with ES512', 'fido-self-es512', optional],
    ['P-12', 'self attestation with EdDSA', 'fido-self-eddsa', optional],
  ]),
  ...group(`${RESPONSE}-5`, [
    ['P-1', 'packed attestation with a certificate', 'attestation-packed'],
    ['P-2', 'packed attestation with a chain to a root of the metadata', 'attestation-packed'],
    ['F-1', 'an unknown format', 'format-unknown'],
    ['F-2', 'a sig that does not verify', 'packed-signature-flipped'],
    ['F-3', 'no x5c', 'packed-without-certificates'],
    ['F-4', 'an x5c that is no array', 'packed-certificates-null packed-certificates-bytes'],
    ['F-5', 'an x5c that is empty', 'packed-no-certificates'],
    ['F-6', 'a certificate that has expired', 'chain-expired'],
    ['F-7', 'a certificate that is not valid yet', 'chain-not-yet-valid'],
    [
      'F-8',
      'a certificate of another algorithm than the metadata has',
      'fido-certificate-algorithm',
      {
        beyond: 'Level 3 does not compare them',
      },
    ],
    ['F-9', 'a chain that leads nowhere', 'chain-other-root chain-self-made chain-signature-flipped'],
    [
      'F-10',
      'a chain with its root',
      'fido-chain-with-root',
      {
        beyond: 'Level 3 and RFC 5280 let a chain end with its anchor',
      },
    ],
    ['F-11', 'a chain in another order', 'chain-order'],
    ['F-12', 'an intermediate that has expired', 'chain-intermediate-expired'],
    ['F-13', 'a sig of another key than the certificate’s', 'packed-other-data'],
    ['F-14', 'a sig of the credential’s key', 'packed-signature-by-credential-key'],
  ]),
  ...group(`${RESPONSE}-6`, [
    ['P-1', 'packed self attestation', 'attestation-packed-self'],
    ['F-1', 'a sig that does not verify', 'packed-self-signature-flipped'],
    ['F-2', 'a certificate beside a sig of the credential’s key', 'packed-signature-by-credential-key'],
    ['F-3', 'an unknown format', 'format-unknown'],
  ]),
  ...group(`${RESPONSE}-7`, [
    ['P-1', 'attestation none', 'fido-none'],
    ['P-2', 'attestation none (the list says the same twice)', 'fido-none'],
    ['F-1', 'a packed statement that is called none', 'attestation-none-with-certificates'],
  ]),
  ...group(`${RESPONSE}-8`, [
    ['P-1', 'U2F attestation', 'attestation-fido-u2f'],
    [
      'F-1',
      'U2F attestation with an AAGUID',
      'u2f-aaguid',
      { beyond: 'Level 3 does not make a server look' },
    ],
    ['F-2', 'a sig that does not verify', 'u2f-signature-flipped'],
  ]),
  ...group(`${RESPONSE}-9`, [
    ['P-1', 'TPM attestation with SHA-256', 'attestation-tpm'],
    [
      'P-2',
      'TPM attestation with SHA-1',
      '',
      {
        without: 'no key here signs with SHA-1; Level 3 leaves algorithms to the server',
      },
    ],
    [
      'P-3',
      'a name that was made by another algorithm than pubArea has',
      'fido-tpm-name-algorithm',
      {
        beyond: 'by Level 3, section 8.3, the name is made by the algorithm that pubArea names',
      },
    ],
    ['F-1', 'a chain in another order', 'tpm-chain-order'],
    ['F-2', 'an extraData of another ceremony', 'tpm-extra-data'],
    ['F-3', 'another magic', 'tpm-magic'],
    ['F-4', 'a pubArea of another key', 'tpm-public-area-of-other-key'],
  ]),
  ...group(`${RESPONSE}-A`, [
    ['P-1', 'Android Key attestation', 'attestation-android-key'],
    ['F-1', 'a certificate of another ceremony', 'android-key-challenge'],
    ['F-2', 'a certificate of another key', 'android-key-of-other-key'],
    ['F-3', 'a chain in another order', 'android-key-chain-order'],
  ]),
  ...group(`${RESPONSE}-B`, [
    ['P-1', 'SafetyNet attestation', 'attestation-android-safetynet'],
    ['F-1', 'an empty ver', 'safetynet-version'],
    ['F-2', 'an empty response', 'safetynet-empty'],
    ['F-3', 'a nonce of another ceremony', 'safetynet-nonce'],
    ['F-4', 'an x5c that is empty', 'safetynet-no-certificates'],
    ['F-5', 'a phone that does not pass', 'safetynet-profile'],
    [
      'F-6',
      'a timestamp ahead',
      'safetynet-future',
      { beyond: 'Level 3 leaves the age of a statement to the server' },
    ],
    [
      'F-7',
      'a timestamp of more than a minute ago',
      'safetynet-old',
      {
        beyond: 'Level 3 leaves the age of a statement to the server',
      },
    ],
  ]),
];
