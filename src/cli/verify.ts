/** `stuntkey verify`: a response against the options that asked for it, check by check. */
import { Command, Option } from 'commander';
import { safe } from '../base/harmless.ts';
import type { RelyingPartyCredential } from '../verify/expected.ts';
import type { VerificationStep } from '../verify/steps.ts';
import { parseOrigin } from '../webauthn/origin.ts';
import { ExitCode, UsageError } from './error.ts';
import { examples } from './help.ts';
import { readFile, readJson } from './input.ts';
import type { GlobalOptions } from './key.ts';
import { print, printJson, styled } from './output.ts';

interface Arguments extends GlobalOptions {
  readonly options: string;
  readonly origin: readonly string[];
  readonly rpId?: string;
  readonly topOrigin?: readonly string[];
  readonly mediation?: string;
  readonly credential?: string;
  readonly publicKey?: string;
  readonly signCount?: string;
  readonly user?: string;
  readonly trustAnchor?: readonly string[];
  readonly off?: readonly string[];
}

/** What either ceremony comes to. */
interface Outcome {
  readonly verified: boolean;
  readonly steps: readonly VerificationStep[];
  readonly failed?: VerificationStep;
}

export function verifyCommand(): Command {
  const origin = new Option('--origin <origin...>', 'an expected origin, spelled exactly');
  return new Command('verify')
    .description('verify a response against the options that asked for it, step by step')
    .argument('[response]', 'the response: a file, JSON itself, or - or nothing for stdin')
    .requiredOption('--options <json>', 'the options that asked for it: a file, or JSON itself')
    .addOption(origin.env('STUNTKEY_ORIGIN').makeOptionMandatory())
    .option('--rp-id <id>', "the expected RP ID; by default that of the options, or the origin's host")
    .option('--top-origin <origin...>', 'an origin that may have the page in a frame')
    .option('--mediation <how>', 'conditional, if the credential was asked for like that')
    .option('--credential <json>', "for an assertion: the credential's record, as verify --json printed it")
    .option('--public-key <key>', "for an assertion: the credential's key (PEM; or COSE or DER, base64url)")
    .option('--sign-count <number>', 'with --public-key: the last counter that was seen; by default 0')
    .option('--user <handle>', 'for an assertion: the expected user handle (base64url)')
    .option('--trust-anchor <file...>', 'certificates (PEM) that attestations have to chain up to')
    .option('--off <check...>', 'checks to leave out, such as challenge')
    .addHelpText(
      'after',
      examples(
        'stuntkey verify response.json --options options.json --origin https://example.com',
        'stuntkey verify response.json --options options.json --origin https://example.com --json > registered.json',
        'stuntkey verify assertion.json --options login.json --origin https://example.com --credential registered.json',
      ),
    )
    .action(async (source: string | undefined, _options: unknown, command: Command) => {
      const given = command.optsWithGlobals<Arguments>();
      checkOrigins('--origin', given.origin);
      checkOrigins('--top-origin', given.topOrigin);
      const options = await readJson(given.options, '--options');
      const response = await readJson(source, 'response');
      const { ceremony, outcome } = await verified(response, options as object, given);
      if (given.json) printJson({ ceremony, ...outcome });
      else report(ceremony, outcome);
      if (!outcome.verified) process.exitCode = ExitCode.verificationFailed;
    });
}

async function verified(
  response: unknown,
  options: object,
  given: Arguments,
): Promise<{ readonly ceremony: 'registration' | 'authentication'; readonly outcome: Outcome }> {
  const [{ verifyAuthentication }, { verifyRegistration }] = await Promise.all([
    import('../verify/authentication.ts'),
    import('../verify/registration.ts'),
  ]);
  const expected = {
    options: options as never,
    origins: given.origin,
    off: given.off ?? [],
    ...(given.rpId !== undefined && { rpId: given.rpId }),
    ...(given.topOrigin && { topOrigins: given.topOrigin }),
  };
  const inner = 'publicKey' in options ? (options.publicKey as object) : options;
  // Only creation options say what keys they want.
  if ('pubKeyCredParams' in inner) {
    const attestation = given.trustAnchor && { trustAnchors: await anchors(given.trustAnchor) };
    const outcome = await verifyRegistration(response, {
      ...expected,
      ...(given.mediation && { mediation: given.mediation }),
      ...(attestation && { attestation }),
    });
    return { ceremony: 'registration', outcome };
  }
  const outcome = await verifyAuthentication(response, {
    ...expected,
    ...(await knownCredential(given, expected.off)),
    ...(given.user !== undefined && { user: { handle: given.user } }),
  });
  return { ceremony: 'authentication', outcome };
}

/** An option of several origins takes every word behind it, also the file of the response. @throws UsageError */
function checkOrigins(flag: string, origins: readonly string[] = []): void {
  for (const origin of origins) {
    try {
      parseOrigin(origin);
    } catch (error) {
      const why = (error as Error).message;
      throw new UsageError(`${flag}: ${why}; the response goes before the options, or behind --`);
    }
  }
}

async function anchors(files: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const file of files) texts.push(await textOf(file, '--trust-anchor'));
  return texts;
}

async function textOf(file: string, what: string): Promise<string> {
  return Buffer.from(await readFile(file, what)).toString('utf8');
}

type Lookup = (id: string) => RelyingPartyCredential;

/** What is known of the credential: its record, or its key alone. */
async function knownCredential(
  { credential, publicKey, signCount }: Arguments,
  off: readonly string[],
): Promise<{ readonly credential: RelyingPartyCredential | Lookup; readonly off: readonly string[] }> {
  if (credential !== undefined) {
    const json = (await readJson(credential, '--credential')) as { credential?: unknown };
    return { credential: (json.credential ?? json) as RelyingPartyCredential, off };
  }
  if (publicKey === undefined) {
    throw new UsageError('expected --credential or --public-key, since the options ask for an assertion');
  }
  const key = await coseOf(publicKey);
  const count = Number(signCount ?? 0);
  if (!Number.isInteger(count) || count < 0 || count >= 2 ** 32) {
    throw new UsageError(`--sign-count: expected a number from 0 to 2^32 - 1, got ${signCount}`);
  }
  const record = (id: string): RelyingPartyCredential => ({
    type: 'public-key',
    id,
    publicKey: key,
    signCount: count,
    uvInitialized: false,
    transports: [],
    backupEligible: false,
    backupState: false,
  });
  // A key alone says nothing of backups.
  return { credential: record, off: [...off, 'authentication.backup-eligible'] };
}

/** CBOR of a COSE key, base64url, from any form of a public key: a file of it, or the key itself. */
async function coseOf(given: string): Promise<string> {
  const { existsSync } = await import('node:fs');
  const text = (given === '-' || existsSync(given) ? await textOf(given, '--public-key') : given).trim();
  const [{ base64url, fromBase64url }, { encodeCbor, decodeCbor }, cose, { fromPem }, { fromAnySpki }] =
    await Promise.all([
      import('../base/base64url.ts'),
      import('../cbor/cbor.ts'),
      import('../crypto/formats/cose.ts'),
      import('../crypto/formats/pem.ts'),
      import('../crypto/formats/spki.ts'),
    ]);
  try {
    const bytes = text.startsWith('-----') ? fromPem('PUBLIC KEY', text) : fromBase64url(text);
    // DER begins with a SEQUENCE, a COSE key with a map.
    if (bytes[0] !== 0x30) {
      cose.fromCose(decodeCbor(bytes) as never);
      return base64url(bytes);
    }
    const { algorithm, public: key } = fromAnySpki(bytes);
    return base64url(encodeCbor(cose.toCose(algorithm, key)));
  } catch (error) {
    throw new UsageError(
      `--public-key: expected PEM, or a COSE key or SubjectPublicKeyInfo in base64url: ${(error as Error).message}`,
    );
  }
}

const MARKS = { passed: '✓', failed: '✗', skipped: '-', 'not-reached': ' ' } as const;
const COLORS = { passed: 'green', failed: 'red', skipped: 'dim', 'not-reached': 'dim' } as const;

/** Every check in a line, those behind the one that failed in none. */
function report(ceremony: string, { verified, steps, failed }: Outcome): void {
  const section = ceremony === 'registration' ? '7.1' : '7.2';
  const reached = steps.filter(({ outcome }) => outcome !== 'not-reached');
  for (const { number, name, title, outcome } of reached) {
    const step = `${section} step ${number}`.padEnd(11);
    print(`${styled(COLORS[outcome], MARKS[outcome])} ${step}  ${title}  ${styled('dim', name)}`);
  }
  if (failed !== undefined) {
    print(`    expected ${safe(failed.expected ?? '')}`);
    print(`    got      ${safe(failed.got ?? '')}`);
    print(`    ${failed.url}`);
  }
  const count = (outcome: VerificationStep['outcome']): number =>
    steps.filter((step) => step.outcome === outcome).length;
  const rest = `${count('passed')} checks passed, ${count('skipped')} skipped, ${count('not-reached')} not reached`;
  const verdict = verified
    ? styled('green', `the ${ceremony} verifies`)
    : styled('red', `the ${ceremony} does not verify: ${failed?.name}`);
  print(`${verdict} (${rest})`);
}
