/** `stuntkey completion`: what a shell needs to complete the command's words, made from the command itself. */
import { Argument, Command } from 'commander';
import { examples } from './help.ts';
import { print } from './output.ts';

type Shell = 'bash' | 'zsh' | 'fish';

/** @param programOf makes the whole program, whose words these are */
export function completionCommand(programOf: () => Promise<Command>): Command {
  return new Command('completion')
    .description("write a shell's completion for stuntkey")
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      examples(
        'eval "$(stuntkey completion bash)"',
        'stuntkey completion zsh > ~/.zfunc/_stuntkey',
        'stuntkey completion fish > ~/.config/fish/completions/stuntkey.fish',
      ),
    )
    .action(async (shell: Shell) => {
      const { placesOf } = await import('./completion/tree.ts');
      const program = await programOf();
      const places = placesOf(program);
      const writers = {
        bash: async () => (await import('./completion/bash.ts')).bashCompletion,
        zsh: async () => (await import('./completion/zsh.ts')).zshCompletion,
        fish: async () => (await import('./completion/fish.ts')).fishCompletion,
      };
      const write = await writers[shell]();
      print(write(program.name(), places).trimEnd());
    });
}
