/** Completion for zsh. */
import { flagsWithValue, type Place, quoted } from './tree.ts';

const key = ({ path }: Place): string => quoted(path.join(' '));
const described = (name: string, description: string): string =>
  quoted(`${name.replaceAll(':', '\\:')}:${description}`);

export function zshCompletion(name: string, places: readonly Place[]): string {
  const known = places.filter(({ path }) => path.length > 0).map(key);
  const cases = places.map((place) => {
    const commands = [
      ...place.commands.map((command) => described(command.name, command.description)),
      ...place.words.map((word) => described(word, '')),
    ];
    const options = place.options.flatMap(({ flags, description }) =>
      flags.map((flag) => described(flag, description)),
    );
    return `    (${key(place)}) commands=(${commands.join(' ')}) options=(${options.join(' ')}) ;;`;
  });
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ value }) => value !== 'none')
      .flatMap(({ flags, value }) =>
        flags.map((flag) => {
          const offered =
            value === 'file'
              ? '_files'
              : typeof value === 'string'
                ? ''
                : `compadd -- ${value.map(quoted).join(' ')}`;
          return `    (${quoted([...path, flag].join(' '))}) ${offered ? `${offered}; ` : ''}return ;;`;
        }),
      ),
  );
  return `#compdef ${name}
# zsh completion for ${name}: eval "$(${name} completion zsh)", or a file _${name} in $fpath
_${name}() {
  local at='' next word skip=''
  local -a commands options
  integer i
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ -n $skip ]]; then skip=''; continue; fi
    case $word in
      (${flagsWithValue(places).join('|')}) skip=1 ;;
      (-*) ;;
      (*)
        next=\${at:+$at }$word
        case $next in
          (${known.join('|')}) at=$next ;;
        esac ;;
    esac
  done
  case $at in
${cases.join('\n')}
  esac
  case "\${at:+$at }\${words[CURRENT-1]}" in
${values.join('\n')}
  esac
  if [[ \${words[CURRENT]} == -* ]]; then
    _describe option options
  elif (( $#commands )); then
    _describe command commands
  else
    _files
  fi
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`;
}
