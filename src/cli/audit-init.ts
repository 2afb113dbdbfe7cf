/** `stuntkey audit init`: looks for a server's paths, asks for what it cannot know, and writes a description. */
import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import type { DescribedCeremony, TargetDescription } from '../audit/targets/description.ts';
import { UsageError } from './error.ts';
import { examples } from './help.ts';
import { note } from './output.ts';
import { interruption } from './signals.ts';

interface InitArguments {
  readonly output: string;
  readonly iAmAuthorized?: true;
  readonly force?: true;
}

const SCHEMA = 'https://unpkg.com/stuntkey/docs/audit-target.schema.json';

export function auditInitCommand(): Command {
  return new Command('init')
    .description("look for a server's paths, and write a first description of the server")
    .argument('<url>', "the URL that the server's paths begin with")
    .option('--output <file>', 'the file for the description', 'audit.json')
    .option('--force', 'overwrite an existing file')
    .option('--i-am-authorized', 'for a server that is not this machine: its operator allowed it')
    .addHelpText('after', examples('stuntkey audit init http://localhost:3000'))
    .action(init);
}

async function init(url: string, _options: unknown, command: Command): Promise<void> {
  const { output, force, iAmAuthorized } = command.opts<InitArguments>();
  if (existsSync(output) && !force)
    throw new UsageError(
      `--output: expected a file that does not exist yet, got ${output}; --force overwrites it`,
    );
  const { httpUrl, isLoopback } = await import('../audit/targets/words.ts');
  if (!isLoopback(httpUrl('url', url)) && !iAmAuthorized)
    throw new UsageError(
      `${url} is not this machine: expected --i-am-authorized, which says that you may send requests to it`,
    );
  const { probe } = await import('../audit/targets/probe.ts');
  const { description, found } = await probe(url, interruption());
  for (const ceremony of ['registration', 'authentication'] as const) {
    const { path } = description[ceremony].options;
    note(
      found.includes(ceremony)
        ? `${ceremony}: ${path} answers`
        : `${ceremony}: no known path answers; ${path} is a guess, please correct it`,
    );
  }
  const asked = process.stdin.isTTY && process.stdout.isTTY ? await ask(description) : description;
  writeFileSync(output, `${JSON.stringify({ $schema: SCHEMA, ...asked }, undefined, 2)}\n`);
  note(`written: ${output}`);
  note(`next: stuntkey audit ${output} --only signature`);
}

/** What only its author knows; an empty answer keeps what is there. */
async function ask(description: TargetDescription): Promise<TargetDescription> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answered = async (question: string, otherwise: string): Promise<string> =>
    (await lines.question(`${question}${otherwise === '' ? '' : ` (${otherwise})`}: `)).trim() || otherwise;
  const ceremony = async (
    name: string,
    { options, result }: DescribedCeremony,
  ): Promise<DescribedCeremony> => ({
    options: { ...options, path: await answered(`path of the options of ${name}`, options.path) },
    result: { ...result, path: await answered(`path that takes the response of ${name}`, result.path) },
  });
  try {
    const registration = await ceremony('a registration', description.registration);
    const authentication = await ceremony('a sign-in', description.authentication);
    const path = await answered('path that tells who is signed in, empty for none', '');
    const pointer =
      path === '' ? '' : await answered('where in its JSON the user is, such as /user/id', '/user/id');
    return {
      ...description,
      registration,
      authentication,
      ...(path !== '' && { whoami: { method: 'GET', path, pointer } }),
    };
  } finally {
    lines.close();
  }
}
