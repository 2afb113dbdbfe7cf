// docs/demo.svg: what `npm run demo` prints, as a terminal in which the lines appear one after the other. No script, no font and no
// picture is loaded, so that it moves in an <img>; who asks for less motion, or cannot animate, sees all lines at once.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COLUMNS = 64;
const [CHARACTER, LINE, MARGIN, BAR] = [8.45, 20, 16, 34];

/** What escape sequences of the demo mean. @type {Record<string, string>} */
const CLASSES = { 1: 'b', 2: 'd', 31: 'r', 32: 'g', 36: 'c', 22: '', 39: '', 0: '' };

/** Runs the demo. @param {NodeJS.ProcessEnv} [env] @returns {string} what it printed */
export function demoOutput(env = { FORCE_COLOR: '1' }) {
  const file = fileURLToPath(new URL('../examples/demo.js', import.meta.url));
  const { FORCE_COLOR: _, NO_COLOR: __, NODE_DISABLE_COLORS: ___, ...rest } = process.env;
  return execFileSync(process.execPath, [file], { encoding: 'utf8', env: { ...rest, ...env } });
}

/** @param {string} output what the demo printed, in color @returns {string} SVG */
export function demoPicture(output) {
  const rows = [
    [
      { text: '$ ', style: 'd' },
      { text: 'npm run demo', style: 'b' },
    ],
    [],
  ];
  for (const line of output.trimEnd().split('\n')) rows.push(...wrapped(pieces(line)));

  const [width, height] = [COLUMNS * CHARACTER + 2 * MARGIN, rows.length * LINE + BAR + MARGIN];
  let seconds = 0;
  const texts = rows.map((row, index) => {
    if (row.length === 0) return '';
    // A heading waits until the step before it has been read.
    seconds += index > 0 && row[0]?.style === 'b' ? 1.1 : 0.12;
    const parts = row.map(({ text, style }) =>
      style === '' ? escaped(text) : `<tspan class="${style}">${escaped(text)}</tspan>`,
    );
    const at = `x="${MARGIN}" y="${BAR + (index + 0.7) * LINE}" style="animation-delay:${seconds.toFixed(2)}s"`;
    return `<text ${at}>${parts.join('')}</text>\n`;
  });

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${height}" width="${Math.ceil(width)}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">npm run demo</title>
<desc id="d">A terminal. A login server registers a passkey; the passkey signs in twice, and its counter goes from 0 to 2. The first assertion, sent again, is refused because its challenge is an old one.</desc>
<style>
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #e6edf3; white-space: pre; animation: appear .2s both }
.b { font-weight: bold; fill: #fff } .d { fill: #9da7b3 } .r { fill: #ff7b72; font-weight: bold } .g { fill: #56d364 } .c { fill: #79c0ff }
@keyframes appear { from { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { text { animation: none } }
</style>
<rect x=".5" y=".5" width="${Math.ceil(width) - 1}" height="${height - 1}" rx="8" fill="#0d1117" stroke="#484f58"/>
<circle cx="20" cy="17" r="5" fill="#ff5f57"/><circle cx="38" cy="17" r="5" fill="#febc2e"/><circle cx="56" cy="17" r="5" fill="#28c840"/>
${texts.join('')}</svg>
`;
}

/**
 * A picture as it would be of any other run: keys, IDs, challenges and ports are as long every time, and other letters.
 *
 * @param {string} svg
 */
export function demoLayout(svg) {
  return svg.replace(/>[^<]+</g, (text) => text.replace(/[\w-]/g, 'x'));
}

/** What a picture shows, without what differs in every run. @param {string} svg */
export function demoWords(svg) {
  const shown = [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, row = '']) =>
    row.replace(/<[^>]*>/g, ''),
  );
  return shown
    .join('')
    .replace(/\s+/g, '')
    .replace(/localhost:\d+/g, 'localhost')
    .replace(/"[\w-]{43}"|[\w-]{16,}/g, 'x');
}

/** Where a line changes its color. @param {string} line @returns {{ text: string, style: string }[]} */
function pieces(line) {
  const [first = '', ...rest] = line.split('\u001b[');
  const styled = rest.map((part) => {
    const end = part.indexOf('m');
    return { text: part.slice(end + 1), style: CLASSES[part.slice(0, end)] ?? '' };
  });
  return [{ text: first, style: '' }, ...styled].filter(({ text }) => text !== '');
}

/** Turns a line where a terminal would. @param {{ text: string, style: string }[]} line @returns {{ text: string, style: string }[][]} */
function wrapped(line) {
  /** @type {{ text: string, style: string }[][]} */
  const rows = [[]];
  let room = COLUMNS;
  for (let { text, style } of line) {
    while (text.length > room) {
      rows.at(-1)?.push({ text: text.slice(0, room), style });
      text = text.slice(room);
      rows.push([]);
      room = COLUMNS;
    }
    rows.at(-1)?.push({ text, style });
    room -= text.length;
  }
  return rows;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
