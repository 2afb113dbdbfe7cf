/** What FIDO's tests of servers ask for, and WebAuthn Level 3 leaves open: none of it is ever a finding. */
import { fromBase64url, isBase64url } from '../../base/base64url.ts';
import { knownAlgorithm } from '../../crypto/algorithms.ts';
import { sha256 } from '../../crypto/hash.ts';
import type { Fault, OptionsShown } from '../fault.ts';
import { FIDO } from '../fido/published.ts';
import { rootOf, withIdentity, withRequest } from '../forge/certificates.ts';
import { registrationStep, sectionOf } from '../steps.ts';
import { bytesOf, certified, commonOf, es256, made, members, signedBy } from './attestation.ts';
import { withDigest, withNameAlgorithm } from './attestation-tpm.ts';
import { authentications, both, registrations } from './define.ts';

const OPTIONS = sectionOf('5.4', 'options for credential creation', 'dictionary-makecredentialoptions');
const CLIENT_DATA = sectionOf('5.8.1', 'client data', 'dictionary-client-data');

const open = {
  severity: 'info',
  kind: 'observation',
  gain: 'Nothing: it is what FIDO tests, and WebAuthn Level 3 leaves open.',
  check: 'Nothing has to be done about it, but for a certification.',
} as const;

/** TPM_ALG_SHA1. */
const SHA1 = 0x0004;

/** What is asked for in the extension that the tests send. */
const EXTENSION = { 'example.extension': 'stuntkey' };

type Json = Readonly<Record<string, unknown>>;
type Right = (value: unknown) => boolean;

const isText: Right = (value) => typeof value === 'string';
const isBytes =
  (least: number, most: number): Right =>
  (value) => {
    if (!isText(value) || !isBase64url(value as string)) return false;
    const { length } = fromBase64url(value as string);
    return length >= least && length <= most;
  };
const isObject: Right = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTimeout: Right = (value) => value === undefined || (typeof value === 'number' && value > 0);
const isDescriptor: Right = (value) =>
  isObject(value) && isText((value as Json).type) && isBytes(1, 1023)((value as Json).id);

/** The members of options that are not as the interface has them, by JSON Pointer. */
function problems(options: unknown, rights: Readonly<Record<string, Right>>): string | undefined {
  const wrong = Object.entries(rights).filter(([path, right]) => {
    const value = path
      .split('/')
      .reduce((found: unknown, name) => (found as Json | undefined)?.[name], options);
    return !right(value);
  });
  return wrong.length === 0
    ? undefined
    : `not as the interface has them: ${wrong.map(([path]) => path).join(', ')}`;
}

const COMMON: Readonly<Record<string, Right>> = {
  status: (value) => value === 'ok',
  errorMessage: (value) => value === '',
  challenge: isBytes(16, 64),
  timeout: isTimeout,
  'extensions/example.extension': (value) => value !== undefined,
};

const CREATION: Readonly<Record<string, Right>> = {
  ...COMMON,
  'user/name': isText,
  'user/displayName': isText,
  'user/id': isBytes(1, 64),
  'rp/name': isText,
  'rp/id': isText,
  pubKeyCredParams: (value) =>
    Array.isArray(value) &&
    value.every((one) => isText((one as Json).type) && typeof (one as Json).alg === 'number') &&
    value.some(({ type, alg }) => type === 'public-key' && knownAlgorithm(alg) !== undefined),
};

function inspectRequest({ options, registered }: OptionsShown): string | undefined {
  const [id] = registered;
  return problems(options[0], {
    ...COMMON,
    rpId: (value) => value === undefined || isText(value),
    allowCredentials: (value) =>
      Array.isArray(value) && value.length === 1 && value.every(isDescriptor) && value[0].id === id,
    userVerification: (value) => value === 'required',
  });
}

const optionsFaults: readonly Fault[] = [
  ...registrations(FIDO, { ...open, step: OPTIONS, scene: 'options' }, [
    {
      id: 'fido-creation-options',
      title: "options to register that are not as FIDO's interface has them",
      request: { extensions: EXTENSION },
      inspect: ({ options: [options] }) => problems(options, CREATION),
    },
    {
      id: 'fido-none-options',
      title: 'options that do not say none where that was asked for',
      request: { attestation: 'none' },
      inspect: ({ options: [options] }) => problems(options, { attestation: (value) => value === 'none' }),
    },
  ]),
  ...authentications(FIDO, { ...open, step: OPTIONS, scene: 'options', needs: ['named-sign-in'] }, [
    {
      id: 'fido-request-options',
      title: "options to sign in that are not as FIDO's interface has them",
      request: { extensions: EXTENSION, userVerification: 'required' },
      inspect: inspectRequest,
    },
  ]),
];

const tokenBinding = both(
  FIDO,
  { ...open, steps: { registration: CLIENT_DATA, authentication: CLIENT_DATA } },
  [
    ...(
      [
        ['text', 'a tokenBinding that is a text', 'supported'],
        ['empty', 'a tokenBinding without a status', {}],
        ['status', 'a tokenBinding with a status that there is not', { status: 'stuntkey' }],
      ] as const
    ).map(([name, title, tokenBinding]) => ({
      id: `fido-token-binding-${name}`,
      title,
      change: ({ clientData }: { clientData: Record<string, unknown> }) => {
        clientData.tokenBinding = tokenBinding;
      },
    })),
  ],
);

/** Algorithms of the tests, by COSE number. */
const ALGORITHMS: readonly number[] = [-47, -37, -38, -39, -257, -258, -259, -7, -35, -36, -8];

const attestations = registrations(
  FIDO,
  { ...open, step: registrationStep(20), request: { attestation: 'direct' }, needs: ['attestation'] },
  [
    ...ALGORITHMS.map((alg) => ({
      id: `fido-self-${knownAlgorithm(alg)?.name.toLowerCase()}`,
      title: `honest packed attestation with the credential key, of ${knownAlgorithm(alg)?.name}`,
      policy: { algorithms: [alg] },
      change: made('packed-self'),
    })),
    {
      id: 'fido-none',
      title: 'no attestation, where none was asked for',
      request: { attestation: 'none' as const },
      change: made('none'),
    },
  ],
);

const chains = registrations(
  FIDO,
  {
    ...open,
    step: registrationStep(24),
    request: { attestation: 'direct' },
    needs: ['attestation', 'trust'],
  },
  [
    {
      id: 'fido-chain-with-root',
      title: 'packed attestation with its root behind its chain',
      baseline: 'attestation-packed',
      change: made(
        'packed',
        certified((source) =>
          withIdentity(source, async (identity) => ({
            ...identity,
            certificates: [...identity.certificates, await rootOf(source)],
          })),
        ),
      ),
    },
    {
      id: 'fido-certificate-algorithm',
      title: 'packed attestation by a key of P-384',
      baseline: 'attestation-packed',
      change: made(
        'packed',
        certified((source) => withRequest(source, (request) => ({ ...request, algorithm: -35 }))),
      ),
    },
    {
      id: 'fido-tpm-name-algorithm',
      title: 'TPM attestation whose name was made by SHA-256, though pubArea names SHA-1',
      ...es256,
      step: commonOf('TPM', '8.3', 'sctn-tpm-attestation').step,
      baseline: 'attestation-tpm',
      change: made(
        'tpm',
        members(async (statement, identity) => {
          const pubArea = withNameAlgorithm(bytesOf(statement, 'pubArea'), SHA1);
          const certInfo = withDigest(bytesOf(statement, 'certInfo'), sha256(pubArea));
          statement.set('pubArea', pubArea);
          statement.set('certInfo', certInfo);
          statement.set('sig', await signedBy(identity, certInfo));
        }),
      ),
    },
  ],
);

export const fidoFaults: readonly Fault[] = [...optionsFaults, ...tokenBinding, ...attestations, ...chains];
