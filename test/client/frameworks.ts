/**
 * Options as frameworks in other languages write them, field by field after their published serializers: which members there are,
 * which are null or empty, how bytes and times are spelled. Each is text, as it comes over the wire.
 *
 * - Spring Security 6.4 and later: `web/webauthn/jackson` (Jackson's mixins; bytes in base64url, times in milliseconds).
 * - web-auth/webauthn-framework for Symfony: `Denormalizer/PublicKeyCredentialOptionsDenormalizer` (5), and `jsonSerialize` (3).
 * - fido2-net-lib for .NET: `CredentialCreateOptions` and `AssertionOptions` (System.Text.Json; conformance's `status` in 3).
 */

type Framework = 'Spring' | 'Symfony' | '.NET';

/** What comes of options: a credential, or the error that a page would get and a part of its message or cause. */
type Outcome = 'credential' | readonly [name: string, says: string];

export interface Sample {
  readonly by: Framework;
  readonly title: string;
  readonly ceremony: 'create' | 'get';
  /** JSON. `ID` stands for the ID of the credential that is there. */
  readonly text: string;
  readonly outcome: Outcome;
}

/** What the credential is registered with, of which the samples know. */
export const RP_ID = 'example.com';
export const USER = 'oWJtkJ6vJ_m5b84LB4_K7QKTCTEwLIjCh4tFMCGHO4w';
const CHALLENGE = 'I69THX904Q8ONhCgUgOu2PCQCcEjTDiNmokdbgsAsYU';

const SPRING_CREATION = `{
  "rp": { "name": "Example & Söhne", "id": "${RP_ID}" },
  "user": { "name": "ada@example.com", "id": "${USER}", "displayName": "ada@example.com" },
  "challenge": "${CHALLENGE}",
  "pubKeyCredParams": [
    { "type": "public-key", "alg": -8 }, { "type": "public-key", "alg": -7 }, { "type": "public-key", "alg": -257 }
  ],
  "timeout": 300000,
  "excludeCredentials": [],
  "authenticatorSelection": { "residentKey": "required", "userVerification": "preferred" },
  "attestation": "none",
  "extensions": { "credProps": true }
}`;

const SYMFONY_CREATION = `{"challenge":"${CHALLENGE}","rp":{"name":"Acme","id":"${RP_ID}"},"user":{"id":"${USER}","name":"ada","displayName":"Ada \\u00e4"},"pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-257}],"authenticatorSelection":{"requireResidentKey":true,"userVerification":"preferred","residentKey":"required"},"attestation":"none","excludeCredentials":[]}`;

const DOTNET_ALGORITHMS = [-8, -7, -257, -37, -35, -258, -38, -36, -259, -39]
  .map((alg) => `{"type":"public-key","alg":${alg}}`)
  .join(',');
const dotnetCreation = (more: string, selection: string): string =>
  `{"rp":{"id":"${RP_ID}","name":"Fido2 test"},"user":{"name":"ada","id":"${USER}","displayName":"Ada"},"challenge":"${CHALLENGE}","pubKeyCredParams":[${DOTNET_ALGORITHMS}],"timeout":60000,"attestation":"none",${more}"authenticatorSelection":${selection},"excludeCredentials":[]}`;
const DOTNET_SELECTION =
  '{"residentKey":"required","requireResidentKey":true,"userVerification":"preferred"}';

const NOT_RP_ID = ['SecurityError', 'got "null"'] as const;

export const samples: readonly Sample[] = [
  // Spring
  {
    by: 'Spring',
    title: 'as the filter writes them',
    ceremony: 'create',
    text: SPRING_CREATION,
    outcome: 'credential',
  },
  {
    by: 'Spring',
    title: 'with credProtect',
    ceremony: 'create',
    text: SPRING_CREATION.replace(
      '{ "credProps": true }',
      '{ "credentialProtectionPolicy": "userVerificationOptional", "enforceCredentialProtectionPolicy": true }',
    ),
    outcome: 'credential',
  },
  {
    by: 'Spring',
    title: 'with Jackson’s nulls, where the mixins are not registered',
    ceremony: 'create',
    text: SPRING_CREATION.replace(
      '{ "residentKey": "required", "userVerification": "preferred" }',
      '{ "authenticatorAttachment": null, "residentKey": "required", "userVerification": null }',
    )
      .replace('"attestation": "none"', '"attestation": null')
      .replace('300000', 'null')
      .replace('{ "credProps": true }', 'null'),
    outcome: 'credential',
  },
  {
    by: 'Spring',
    title: 'with a duration as ISO 8601 spells it, where the mixins are not registered',
    ceremony: 'create',
    text: SPRING_CREATION.replace('300000', '"PT5M"'),
    outcome: 'credential',
  },
  {
    by: 'Spring',
    title: 'with transports null, which is no sequence',
    ceremony: 'create',
    text: SPRING_CREATION.replace(
      '"excludeCredentials": []',
      '"excludeCredentials": [{ "type": "public-key", "id": "ChfoCM8CJA_wwUGDdzdtuw", "transports": null }]',
    ),
    outcome: ['TypeError', 'excludeCredentials[0].transports: expected a sequence, got null'],
  },
  {
    by: 'Spring',
    title: 'with a list, and no extensions',
    ceremony: 'get',
    text: `{ "challenge": "${CHALLENGE}", "timeout": 300000, "rpId": "${RP_ID}",
      "allowCredentials": [{ "type": "public-key", "id": "ID", "transports": ["usb"] }],
      "userVerification": "preferred", "extensions": null }`,
    outcome: 'credential',
  },
  {
    by: 'Spring',
    title: 'without a list',
    ceremony: 'get',
    text: `{ "challenge": "${CHALLENGE}", "timeout": 300000, "rpId": "${RP_ID}", "allowCredentials": [],
      "userVerification": "required", "extensions": {} }`,
    outcome: 'credential',
  },
  // Symfony
  {
    by: 'Symfony',
    title: 'as the normalizer of version 5 writes them',
    ceremony: 'create',
    text: SYMFONY_CREATION,
    outcome: 'credential',
  },
  {
    by: 'Symfony',
    title: 'with the serializer’s nulls, where SKIP_NULL_VALUES is not set',
    ceremony: 'create',
    text: SYMFONY_CREATION.replace('"name":"Acme"', '"icon":null,"name":"Acme"').replace(
      '{"requireResidentKey":true,',
      '{"authenticatorAttachment":null,"requireResidentKey":true,',
    ),
    outcome: 'credential',
  },
  {
    by: 'Symfony',
    title: 'with empty extensions, which PHP writes as an array',
    ceremony: 'create',
    text: SYMFONY_CREATION.replace('"attestation"', '"extensions":[],"attestation"'),
    outcome: 'credential',
  },
  {
    by: 'Symfony',
    title: 'with what base64_encode made of the user’s ID, as in version 3',
    ceremony: 'create',
    text: SYMFONY_CREATION.replace(USER, `${USER.replaceAll('_', '\\/')}=`),
    outcome: ['EncodingError', 'expected base64url without padding'],
  },
  {
    by: 'Symfony',
    title: 'without a list, behind a byte order mark',
    ceremony: 'get',
    text: `\uFEFF{"challenge":"${CHALLENGE}","rpId":"${RP_ID}","allowCredentials":[],"userVerification":"preferred"}`,
    outcome: 'credential',
  },
  {
    by: 'Symfony',
    title: 'with a list and a timeout',
    ceremony: 'get',
    text: `{"challenge":"${CHALLENGE}","timeout":60000,"rpId":"${RP_ID}","allowCredentials":[{"type":"public-key","id":"ID"}]}`,
    outcome: 'credential',
  },
  // .NET
  {
    by: '.NET',
    title: 'as version 4 writes them',
    ceremony: 'create',
    text: dotnetCreation('"attestationFormats":[],"hints":[],', DOTNET_SELECTION),
    outcome: 'credential',
  },
  {
    by: '.NET',
    title: 'with status and errorMessage beside them, as in version 3',
    ceremony: 'create',
    text: dotnetCreation('"status":"ok","errorMessage":"",', DOTNET_SELECTION),
    outcome: 'credential',
  },
  {
    by: '.NET',
    title: 'with a selection that is null',
    ceremony: 'create',
    text: dotnetCreation('', 'null'),
    outcome: 'credential',
  },
  {
    by: '.NET',
    title: 'with extensions of earlier levels',
    ceremony: 'create',
    text: dotnetCreation(
      '"extensions":{"exts":true,"uvm":true,"example.extension.bool":true},',
      DOTNET_SELECTION,
    ),
    outcome: 'credential',
  },
  {
    by: '.NET',
    title: 'with the largest timeout of a ulong',
    ceremony: 'create',
    text: dotnetCreation('', DOTNET_SELECTION).replace('60000', '18446744073709551615'),
    outcome: 'credential',
  },
  {
    by: '.NET',
    title: 'that could not be made: an error in their place',
    ceremony: 'create',
    text: '{"status":"error","errorMessage":"Username is required","rp":null,"user":null,"challenge":null}',
    outcome: ['TypeError', 'Username is required'],
  },
  {
    by: '.NET',
    title: 'without a list, user verification null',
    ceremony: 'get',
    text: `{"challenge":"${CHALLENGE}","timeout":60000,"rpId":"${RP_ID}","allowCredentials":[],"userVerification":null,"hints":[]}`,
    outcome: 'credential',
  },
  {
    by: '.NET',
    title: 'with a list and conformance’s status',
    ceremony: 'get',
    text: `{"challenge":"${CHALLENGE}","timeout":0,"rpId":"${RP_ID}","allowCredentials":[{"type":"public-key","id":"ID"}],"userVerification":"discouraged","extensions":{},"status":"ok","errorMessage":""}`,
    outcome: 'credential',
  },
  {
    by: '.NET',
    title: 'with an RP ID that is null: the text "null" to Web IDL',
    ceremony: 'get',
    text: `{"challenge":"${CHALLENGE}","timeout":60000,"rpId":null,"allowCredentials":[],"userVerification":"preferred","hints":[]}`,
    outcome: NOT_RP_ID,
  },
];
