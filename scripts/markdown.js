/** A table. @param {string[][]} rows the first one the heads */
export function table([head, ...rows]) {
  const lines = [head, head?.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells?.join(' | ')} |`).join('\n');
}
