// The table of docs/http.md, from the door's own routes; the rest of the page is written by hand.
import { readFileSync } from 'node:fs';
import { routesAt } from '../build/http/routes/all.js';
import { between, table } from './markdown.js';

const page = new URL('../docs/http.md', import.meta.url);

function routes() {
  // What a named authenticator has is what the device has: the page says so once.
  const own = routesAt('').filter(({ named }) => named !== true);
  const rows = own.map(({ method, path, summary, query = {} }) => {
    const names = Object.keys(query);
    const search = names.length === 0 ? '' : `?${names.join('&')}`;
    return [`\`${method} ${path}${search}\``, summary];
  });
  return table([['request', 'what it does'], ...rows]);
}

/** The page as it is, with the table as it ought to be. */
export function httpPage() {
  return between(page, readFileSync(page, 'utf8'), routes());
}
