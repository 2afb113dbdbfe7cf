/** Completion for bash. */
import { flagsWithValue, type Place, quoted } from './tree.ts';

const key = ({ path }: Place): string => quoted(path.join(' '));
const list = (words: readonly string[]): string => quoted(words.join(' '));

export function bashCompletion(name: string, places: readonly Place[]): string {
  const known = places.filter(({ path }) => path.length > 0).map(key);
  const cases = places.map((place) => {
    const commands = [...place.commands.map((command) => command.name), ...place.words];
    const options = place.options.flatMap(({ flags }) => flags);
    return `    ${key(place)}) commands=${list(commands)} options=${list(options)} ;;`;
  });
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== 'none')
      .flatMap(({ flags, value }) =>
        flags.map((flag) => {
          const words = typeof value === 'string' ? [] : value;
          return `    ${quoted([...path, flag].join(' '))}) commands=${list(words)} options='' ;;`;
        }),
      ),
  );
  return `# bash completion for ${name}: eval "$(${name} completion bash)"
_${name}() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  local at='' next word skip='' commands='' options='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      ${flagsWithValue(places).join('|')}) skip=1 ;;
      -*) ;;
      *)
        next=\${at:+$at }$word
        case $next in
          ${known.join('|')}) at=$next ;;
        esac ;;
    esac
  done
  case $at in
${cases.join('\n')}
  esac
  case \${at:+$at }$prev in
${values.join('\n')}
  esac
  if [[ $cur == -* ]]; then commands=$options; fi
  COMPREPLY=($(compgen -W "$commands" -- "$cur"))
}
complete -o default -F _${name} ${name}
`;
}
