const [BEGIN, END] = ['<!-- made by `npm run docs` -->', '<!-- to here -->'];

/** A page as it is, with what is made from the code as it ought to be. @param {URL} file @param {string} text @param {string} made */
export function between(file, text, made) {
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`expected ${BEGIN} and ${END} in ${file.pathname}`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${made}\n\n${text.slice(end)}`;
}

/** A table. @param {string[][]} rows the first one the heads */
export function table([head, ...rows]) {
  const lines = [head, head?.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells?.join(' | ')} |`).join('\n');
}
