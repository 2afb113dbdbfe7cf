/** FIDO's tests of sign-ins: "GetAssertion Request" and "GetAssertion Response"; and those of the Metadata Service. */
import { clientDataTests } from './client-data.ts';
import { group, type PublishedTest } from './published.ts';

const RESPONSE = 'Server-ServerAuthenticatorAssertionResponse-Resp';
const PRESENCE = {
  beyond: 'the list has UP unset as well, which 7.2, step 16 refuses: it is played with UP',
} as const;

export const authenticationTests: readonly PublishedTest[] = [
  ...group('Server-ServerPublicKeyCredentialGetOptionsResponse-Req-1', [
    [
      'P-1',
      'options have every member that the interface has, of its type',
      'fido-request-options',
      {
        beyond:
          'status, errorMessage and the echo of an extension are of the interface; an RP ID is no URL in Level 3, and is not asked to be one',
      },
    ],
    ['P-2', 'two requests get two challenges', 'authentication-options-challenge-repeated'],
  ]),
  ...group(`${RESPONSE}-1`, [
    ['P-1', 'an honest sign-in', 'honest'],
    ['F-1', 'no id', 'authentication-json-id-missing'],
    ['F-2', 'an id that is no text', 'authentication-json-id-array'],
    ['F-3', 'an id that is no base64url', 'authentication-json-id-padded authentication-json-id-alphabet'],
    ['F-4', 'no type', 'authentication-json-type-missing'],
    ['F-5', 'a type that is no text', 'authentication-json-type-array'],
    ['F-6', 'another type', 'authentication-json-type'],
    ['F-7', 'no response', 'authentication-json-response-missing'],
    [
      'F-8',
      'a response that is no object',
      'authentication-json-response-null authentication-json-response-array',
    ],
    ['F-9', 'no clientDataJSON', 'authentication-json-client-data-missing'],
    [
      'F-10',
      'a clientDataJSON that is no text',
      'authentication-json-client-data-array authentication-json-client-data-object',
    ],
    ['F-11', 'an empty clientDataJSON', 'authentication-client-data-empty'],
    ['F-12', 'no authenticatorData', 'json-authenticator-data-missing'],
    ['F-13', 'an authenticatorData that is no text', 'json-authenticator-data-array'],
    ['F-14', 'an authenticatorData that is no base64url', 'json-authenticator-data-spaces'],
    ['F-15', 'an empty authenticatorData', 'authentication-authenticator-data-empty'],
    ['F-16', 'no signature', 'signature-absent'],
    ['F-17', 'a signature that is no text', 'json-signature-array signature-null'],
    ['F-18', 'a signature that is no base64url', 'json-signature-spaces'],
    ['F-19', 'an empty signature', 'signature-empty'],
    ['F-20', 'a signature that does not verify', 'signature-bit-flipped'],
    ['F-21', 'a userHandle that is no text', 'json-user-handle-number'],
  ]),
  ...clientDataTests(`${RESPONSE}-2`, 'authentication'),
  ...group(`${RESPONSE}-3`, [
    ['P-1', 'a counter that is always 0', 'counter-always-zero'],
    ['P-2', 'verified, where that is required', 'authentication-user-verified-where-required'],
    [
      'P-3',
      'verified and present, where verification is required',
      'authentication-user-verified-where-required',
    ],
    [
      'P-4',
      'not verified, where that is preferred',
      'authentication-user-not-verified-where-preferred',
      PRESENCE,
    ],
    [
      'P-5',
      'present, where verification is discouraged',
      'authentication-user-not-verified-where-discouraged',
    ],
    ['P-6', 'verified, where that is discouraged', 'authentication-user-verified-where-discouraged'],
    [
      'P-7',
      'not verified, where that is discouraged',
      'authentication-user-not-verified-where-discouraged',
      PRESENCE,
    ],
    ['P-8', 'authenticator data with extensions', 'authentication-extension-output-unasked'],
    ['F-1', 'bytes behind the authenticator data', 'authentication-authenticator-data-trailing'],
    ['F-2', 'another RP ID hash', 'authentication-rp-id-hash-zero authentication-rp-id-hash-bit-flipped'],
    ['F-3', 'another hash of client data', 'signature-before-client-data-changed'],
    [
      'F-4',
      'a counter that has not gone up',
      'counter-equal',
      {
        beyond: '7.2, step 22 leaves it to the server what it does about a counter',
      },
    ],
    ['F-5', 'not verified, where that is required', 'authentication-user-not-verified'],
  ]),
  ...group('Metadata Service: Server-ServerAuthenticatorAttestationResponse-Resp-1', [
    ['P-1', 'a model that metadata describes', 'metadata-good'],
    [
      'F-1',
      'metadata whose hash is another',
      '',
      {
        without: 'the hashes of single statements went with version 2 of the Metadata Service',
      },
    ],
    ['F-2', 'a model whose status is bad', 'metadata-status'],
    ['F-3', 'metadata whose signature does not verify', 'metadata-signature'],
    ['F-4', 'metadata of another root', 'metadata-chain'],
    ['F-5', 'metadata whose intermediate is revoked', 'metadata-revoked-intermediate'],
    ['F-6', 'metadata whose signer is revoked', 'metadata-revoked-signer'],
  ]),
];
