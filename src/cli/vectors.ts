/** `stuntkey vectors`: reproduces the published test vectors and says how it went. */
import { Command } from 'commander';
import { webauthnLevel3Vectors } from '../vectors/data.ts';
import { type Reproduction, reproduce, type Verdict } from '../vectors/reproduce.ts';

const VERDICTS: readonly Verdict[] = ['exact', 'verified', 'missing', 'different'];

export function vectorsCommand(): Command {
  return new Command('vectors')
    .description("reproduce WebAuthn Level 3's published test vectors, byte for byte")
    .option('--json', 'an array of { name, registration, authentication }')
    .action(async (options: { json?: true }) => {
      const { attestationRoot, source, vectors } = webauthnLevel3Vectors();
      const reproductions: Reproduction[] = [];
      for (const vector of vectors) reproductions.push(await reproduce(vector, attestationRoot.values));
      if (options.json) console.log(JSON.stringify(reproductions, undefined, 2));
      else print(source.spec, reproductions);
      if (count(reproductions, 'different') > 0) process.exitCode = 3;
    });
}

function count(reproductions: readonly Reproduction[], verdict: Verdict): number {
  return reproductions
    .flatMap((one) => [one.registration, one.authentication])
    .filter((one) => one === verdict).length;
}

function print(spec: string, reproductions: readonly Reproduction[]): void {
  console.log(spec);
  const width = Math.max(...reproductions.map(({ name }) => name.length));
  for (const { name, registration, authentication } of reproductions) {
    console.log(
      `  ${name.padEnd(width)}  registration ${registration.padEnd(9)}  authentication ${authentication}`,
    );
  }
  const counts = VERDICTS.map((verdict) => `${count(reproductions, verdict)} ${verdict}`);
  console.log(
    `${reproductions.length} vectors, ${2 * reproductions.length} ceremonies: ${counts.join(', ')}`,
  );
}
