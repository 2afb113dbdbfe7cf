/** The program as its completions see it, made from the program itself. */
import type { Command, Option } from 'commander';

export interface CompletedOption {
  /** As typed: `-y`, `--yes`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What comes behind it: nothing, a file, one of these words, or anything. */
  readonly value: 'none' | 'file' | 'any' | readonly string[];
}

/** A command, and what can be typed behind it. */
export interface Place {
  /** Its names from the first command on; none is the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
  /** Words for its argument, where it has only certain ones. */
  readonly words: readonly string[];
}

/** Every place, aliases included. */
export function placesOf(program: Command): Place[] {
  return places(program, [], program.options);
}

function places(command: Command, path: readonly string[], globals: readonly Option[]): Place[] {
  const own = path.length === 0 ? [] : command.options;
  const help = { flags: ['-h', '--help'], description: 'print this help', value: 'none' } as const;
  const place: Place = {
    path,
    commands: command.commands.map((child) => ({ name: child.name(), description: child.description() })),
    options: [...[...own, ...globals].map(optionOf), help],
    words: command.registeredArguments[0]?.argChoices ?? [],
  };
  const below = command.commands.flatMap((child) =>
    [child.name(), ...child.aliases()].flatMap((name) => places(child, [...path, name], globals)),
  );
  return [place, ...below];
}

function optionOf(option: Option): CompletedOption {
  const { short, long, argChoices, flags, defaultValue, defaultValueDescription } = option;
  const usually = defaultValueDescription ?? (typeof defaultValue === 'string' ? defaultValue : undefined);
  return {
    flags: [short, long].filter((flag) => flag !== undefined),
    description: usually === undefined ? option.description : `${option.description} (default: ${usually})`,
    value: argChoices ?? (option.required ? (/<(?:file|path)>/.test(flags) ? 'file' : 'any') : 'none'),
  };
}

/** Every option of anywhere that has a value: the word behind it is no command. */
export function flagsWithValue(places: readonly Place[]): string[] {
  const flags = places.flatMap(({ options }) =>
    options.filter(({ value }) => value !== 'none').flatMap((option) => option.flags),
  );
  return [...new Set(flags)];
}

/** A text that a shell takes as it is. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
