/** `stuntkey derive`: people of a fleet as lines of JSON, for filling the database of a login server. */
import { once } from 'node:events';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { FleetAlgorithm } from '../load/fleet/derivation.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { readSecret } from './input.ts';
import { progress } from './progress.ts';
import { interruption } from './signals.ts';

interface Arguments {
  readonly seed?: string;
  readonly seedFile?: string;
  readonly rpId: string;
  readonly from: number;
  readonly count: number;
  readonly algorithm: keyof typeof ALGORITHMS;
  readonly threads?: number;
}

const ALGORITHMS = { ES256: -7, EdDSA: -8 } as const satisfies Record<string, FleetAlgorithm>;

export function deriveCommand(): Command {
  return new Command('derive')
    .description(
      'derive people from a seed, one line of JSON for each: index, credentialId, publicKey (COSE_Key), publicKeySpki, userHandle, algorithm',
    )
    .requiredOption('--rp-id <id>', 'whose people they are, such as example.com')
    .addOption(
      new Option(
        '--seed <text>',
        'the seed; every user of the machine can see it here (STUNTKEY_SEED)',
      ).conflicts('seedFile'),
    )
    .option('--seed-file <file>', 'a file with the seed in its first line; - is stdin')
    .option('--from <index>', 'the number of the first person', readIndex, 0)
    .option('--count <number>', 'how many people', readIndex, 1)
    .addOption(
      new Option('--algorithm <name>', 'the algorithm of their keys')
        .choices(Object.keys(ALGORITHMS))
        .default('ES256'),
    )
    .option('--threads <number>', 'how many threads (default: one for each core)', readThreads)
    .addHelpText(
      'after',
      examples(
        'stuntkey derive --seed-file seed.txt --rp-id example.com --count 1000000 > people.ndjson',
        "STUNTKEY_SEED='a load test' stuntkey derive --rp-id localhost --from 7",
      ),
    )
    .action(derive);
}

async function derive(given: Arguments): Promise<void> {
  const seed = await seedOf(given);
  const { fleet } = await import('../load/fleet/fleet.ts');
  const { rpId, from, count, algorithm, threads } = given;
  const people = fleet({ seed, rpId, algorithm: ALGORITHMS[algorithm] });
  const bar = progress('people', count);
  let done = 0;
  try {
    const lines = people.lines(from, count, {
      signal: interruption(),
      ...(threads !== undefined && { threads }),
    });
    for await (const text of lines) {
      // Waits for a slow reader, so that lines do not pile up in memory.
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      done += text.split('\n').length - 1;
      bar.show(done);
    }
  } finally {
    bar.end();
  }
}

/** @throws UsageError where there is none */
async function seedOf({ seed, seedFile }: Arguments): Promise<string> {
  if (seedFile !== undefined) return readSecret(seedFile, '--seed-file');
  const given = seed ?? process.env.STUNTKEY_SEED;
  if (given === undefined || given === '') {
    throw new UsageError('expected a seed: --seed-file, the environment variable STUNTKEY_SEED, or --seed');
  }
  return given;
}

function readIndex(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError(`Expected a number from 0 to ${Number.MAX_SAFE_INTEGER}.`);
}

function readThreads(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= 256) return Number(text);
  throw new InvalidArgumentError('Expected a number from 1 to 256.');
}
