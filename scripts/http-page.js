// The table of docs/http.md, from the door's own routes; the rest of the page is written by hand.
import { readFileSync } from 'node:fs';
import { routesAt } from '../dist/http/routes/all.js';

const page = new URL('../docs/http.md', import.meta.url);
const [BEGIN, END] = ['<!-- made by `npm run docs` -->', '<!-- to here -->'];

function table() {
  const rows = routesAt('').map(({ method, path, summary, query = {} }) => {
    const names = Object.keys(query);
    const search = names.length === 0 ? '' : `?${names.join('&')}`;
    return `| \`${method} ${path}${search}\` | ${summary} |`;
  });
  return ['| request | what it does |', '| --- | --- |', ...rows].join('\n');
}

/** The page as it is, with the table as it ought to be. */
export function httpPage() {
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`expected ${BEGIN} and ${END} in docs/http.md`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table()}\n\n${text.slice(end)}`;
}
