// docs/cli.md: the help of every command, from the program itself.
import { programOf } from '../build/cli/commands.js';

/** @typedef {import('commander').Command} Command */

const WIDTH = 100;

/** What `--help` prints. @param {Command} command @param {boolean} globals whether the program's options are there, too */
function helpOf(command, globals) {
  let text = '';
  command.configureHelp({
    ...command.configureHelp(),
    showGlobalOptions: globals,
    styleTitle: (title) => title,
  });
  command.configureOutput({
    ...command.configureOutput(),
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text.trim();
}

/** @param {Command} command @param {string} name @returns {string[]} */
function sections(command, name) {
  const own = `${'#'.repeat(Math.min(name.split(' ').length, 4))} ${name}\n\n\`\`\`text\n${helpOf(command, false)}\n\`\`\``;
  return [own, ...command.commands.flatMap((child) => sections(child, `${name} ${child.name()}`))];
}

/** The page, as Markdown. */
export async function cliPage() {
  const program = await programOf();
  const [top, ...rest] = sections(program, 'stuntkey');
  return `${top}

The options of the program can be anywhere on the line. A key is a folder, made by \`stuntkey new\`, or by the first command that stores
something in it. On a terminal, the command asks for a touch, the PIN, the account or a passphrase. In scripts, these come from flags, files and
environment variables; without a terminal, touches are approved, and what cannot be undone needs \`--yes\`. A PIN or a
passphrase is never an argument, because all users of a machine can see arguments. [Getting started](getting-started/shell.md) has examples.

\`npm run docs\` makes this page from the program's own help, and the tests check the page.

${rest.join('\n\n')}
`;
}
