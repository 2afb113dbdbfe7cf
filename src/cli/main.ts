/** The command `stuntkey`: what it can do is in the other files of this folder, one a command. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { vectorsCommand } from './vectors.ts';

/** Runs the command line given, without the names of program and script. */
export async function main(args: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const program = new Command('stuntkey')
    .description('A software FIDO2 authenticator for tests: a stunt double for the security key')
    .version(version)
    .addCommand(vectorsCommand());
  await program.parseAsync(args, { from: 'user' });
}
