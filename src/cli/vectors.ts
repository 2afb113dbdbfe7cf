/** `stuntkey vectors`: reproduces the published test vectors and says how it went. */
import { Command } from 'commander';
import type { Reproduction, Verdict } from '../vectors/reproduce.ts';
import { ExitCode } from './error.ts';
import { examples } from './help.ts';
import type { GlobalOptions } from './key.ts';
import { print, printNdjson } from './output.ts';

const VERDICTS: readonly Verdict[] = ['exact', 'verified', 'missing', 'different'];

export function vectorsCommand(): Command {
  return new Command('vectors')
    .description("reproduce WebAuthn Level 3's published test vectors, byte for byte")
    .addHelpText('after', examples('stuntkey vectors', 'stuntkey vectors --json | grep different'))
    .action(async (_options: unknown, command: Command) => {
      const { webauthnLevel3Vectors } = await import('../vectors/data.ts');
      const { reproduce } = await import('../vectors/reproduce.ts');
      const { attestationRoot, source, vectors } = webauthnLevel3Vectors();
      const reproductions: Reproduction[] = [];
      for (const vector of vectors) reproductions.push(await reproduce(vector, attestationRoot.values));
      if (command.optsWithGlobals<GlobalOptions>().json) printNdjson(reproductions);
      else report(source.spec, reproductions);
      if (count(reproductions, 'different') > 0) process.exitCode = ExitCode.verificationFailed;
    });
}

function count(reproductions: readonly Reproduction[], verdict: Verdict): number {
  return reproductions
    .flatMap((one) => [one.registration, one.authentication])
    .filter((one) => one === verdict).length;
}

function report(spec: string, reproductions: readonly Reproduction[]): void {
  print(spec);
  const width = Math.max(...reproductions.map(({ name }) => name.length));
  for (const { name, registration, authentication } of reproductions) {
    print(
      `  ${name.padEnd(width)}  registration ${registration.padEnd(9)}  authentication ${authentication}`,
    );
  }
  const counts = VERDICTS.map((verdict) => `${count(reproductions, verdict)} ${verdict}`);
  print(`${reproductions.length} vectors, ${2 * reproductions.length} ceremonies: ${counts.join(', ')}`);
}
