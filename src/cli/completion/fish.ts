/** Completion for fish. */
import { type CompletedOption, flagsWithValue, type Place } from './tree.ts';

/** fish knows two escapes between single quotes. */
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export function fishCompletion(name: string, places: readonly Place[]): string {
  const known = places.filter(({ path }) => path.length > 0).map(({ path }) => quoted(path.join(' ')));
  const lines = places.flatMap((place) => {
    const start = `complete -c ${name} -n ${quoted(`__${name}_at ${place.path.join(' ')}`.trim())}`;
    return [
      ...place.commands.map((command) => `${start} -f -a ${command.name} -d ${quoted(command.description)}`),
      ...place.words.map((word) => `${start} -f -a ${quoted(word)}`),
      ...place.options.map((option) => `${start} ${flagsOf(option)} -d ${quoted(option.description)}`),
    ];
  });
  return `# fish completion for ${name}: ${name} completion fish | source
function __${name}_at
  set -l tokens (commandline -opc)
  set -e tokens[1]
  set -l at
  set -l skip 0
  for token in $tokens
    if test $skip = 1
      set skip 0
      continue
    end
    switch $token
      case ${flagsWithValue(places).join(' ')}
        set skip 1
      case '-*'
      case '*'
        if contains -- (string join ' ' $at $token) ${known.join(' ')}
          set at $at $token
        end
    end
  end
  test (string join ' ' x $at) = (string join ' ' x $argv)
end
${lines.join('\n')}
`;
}

function flagsOf({ flags, value }: CompletedOption): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values =
    value === 'none'
      ? []
      : value === 'file'
        ? ['-r', '-F']
        : value === 'any'
          ? ['-x']
          : ['-x', '-a', quoted(value.join(' '))];
  return [...names, ...values].join(' ');
}
