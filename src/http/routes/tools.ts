/** What the library does without a device: read a blob, judge a response, convert credentials. */
import { DecodeError } from '../../decode/error.ts';
import { exportCredentials, importCredentials } from '../../portable/collection.ts';
import { MemoryStore } from '../../store/memory.ts';
import { readCreationOptions, readRequestOptions } from '../../webauthn/options.ts';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '../../webauthn/types.ts';
import { knownOf } from '../bytes.ts';
import { HttpError } from '../error.ts';
import { format, parameter } from '../requests/common.ts';
import type { ConversionRequest } from '../requests/credentials.ts';
import type { DecodeRequest, VerifyRequest } from '../requests/judging.ts';
import type { Route } from '../route.ts';
import { array, just, ref } from '../shapes.ts';

const LONGEST = 1024 * 1024;

export const tools: readonly Route[] = [
  {
    method: 'POST',
    path: '/decode',
    summary: 'Says what a blob is, and shows what is in it',
    body: 'DecodeRequest',
    longestBody: LONGEST,
    responses: {
      200: {
        description: 'Its kind; the tree, for programs; and a text, for people.',
        schema: just(
          { kind: { type: 'string' }, value: {}, text: { type: 'string' } },
          'kind',
          'value',
          'text',
        ),
      },
    },
    async handle(_house, { body }) {
      const { value, ...options } = body as DecodeRequest;
      const { decode } = await import('../../decode/decode.ts');
      try {
        const decoded = decode(value, options);
        return { status: 200, body: { kind: decoded.kind, value: decoded.value, text: String(decoded) } };
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        throw new HttpError(400, 'not-decodable', `body.value: ${error.message}`);
      }
    },
  },
  {
    method: 'POST',
    path: '/verify',
    summary:
      'Judges a response against the options that asked for it, as a relying party does, check by check',
    description:
      'Options with pubKeyCredParams asked for a registration, others for a sign-in, which takes the credential, too.',
    body: 'VerifyRequest',
    longestBody: LONGEST,
    responses: { 200: { description: 'The verdict, whichever it is.', schema: ref('Verdict') } },
    async handle(_house, { body }) {
      return { status: 200, body: await verdictOf(body as VerifyRequest) };
    },
  },
  {
    method: 'POST',
    path: '/convert',
    summary: 'Converts credentials from one format to another; nothing is kept of them',
    body: 'ConversionRequest',
    longestBody: LONGEST,
    responses: {
      200: {
        description: 'A file’s content in the other format, and what it has no place for.',
        schema: just(
          { format: parameter(format).schema, value: {}, warnings: array(ref('Warning')) },
          'format',
          'value',
          'warnings',
        ),
      },
    },
    async handle({ clock }, { body }) {
      const { from, to, value, ...unsaid } = body as ConversionRequest;
      const read = await importCredentials(new MemoryStore(), from, value, knownOf(unsaid));
      const written = await exportCredentials(read.records, to, { clock });
      return {
        status: 200,
        body: { format: to, value: written.value, warnings: [...read.warnings, ...written.warnings] },
      };
    },
  },
];

async function verdictOf({
  response,
  credential,
  userHandle,
  trustAnchors,
  mediation,
  ...expected
}: VerifyRequest) {
  const { options } = expected;
  const { publicKey } = options as { readonly publicKey?: unknown };
  const inner = typeof publicKey === 'object' && publicKey !== null ? publicKey : options;
  const isRegistration = 'pubKeyCredParams' in inner;
  checkOptions(inner, isRegistration);
  if (isRegistration) {
    const { verifyRegistration } = await import('../../verify/registration.ts');
    const outcome = await verifyRegistration(response, {
      ...expected,
      options: options as never,
      ...(mediation !== undefined && { mediation }),
      ...(trustAnchors && { attestation: { trustAnchors } }),
    });
    return { ceremony: 'registration', ...outcome };
  }
  if (credential === undefined)
    throw new HttpError(
      400,
      'bad-body',
      'body.credential: expected the credential as /verify answered it at its registration, since the options ask for a sign-in, got none',
    );
  const { verifyAuthentication } = await import('../../verify/authentication.ts');
  const outcome = await verifyAuthentication(response, {
    ...expected,
    options: options as never,
    credential,
    ...(userHandle !== undefined && { user: { handle: userHandle } }),
  });
  return { ceremony: 'authentication', ...outcome };
}

/** Options that no browser takes ask for nothing that can be verified. @throws HttpError 400 */
function checkOptions(options: object, isRegistration: boolean): void {
  try {
    if (isRegistration) readCreationOptions(options as PublicKeyCredentialCreationOptionsJSON);
    else readRequestOptions(options as PublicKeyCredentialRequestOptionsJSON);
  } catch (error) {
    throw new HttpError(400, 'bad-body', `body.options: ${(error as Error).message}`);
  }
}
