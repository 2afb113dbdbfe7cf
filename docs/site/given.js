// What the site's command is asked for. What is wrong about it is said before anything is done.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { site } from './stage.js';

const own = join(site, 'dist');
const OPTIONS = '--out FOLDER, --base PATH, --serve, --port PORT, --check FOLDER, --reference FILE';

/**
 * @param {readonly string[]} args
 * @throws Error that says what is wrong
 */
export function given(args) {
  const { out: folder, port: digits, ...values } = parsed(args);
  const { base, check } = values;
  const out = resolve(check ?? folder ?? own);
  const port = Number(digits);
  if (!/^\/(?:(?!\.{1,2}\/)[\w.~-]+\/)*$/.test(base))
    throw new Error(
      `--base: expected a path that begins and ends with a slash, such as /stuntkey/, got ${base}`,
    );
  if (!/^\d{1,5}$/.test(digits) || port > 65_535)
    throw new Error(`--port: expected a number from 0 to 65535, got ${digits}; 0 is a free one`);
  if (check !== undefined && folder !== undefined)
    throw new Error('--check and --out: expected one of them: what is checked is not built');
  if (check !== undefined && !isSite(out))
    throw new Error(`--check: expected a site that this command has built, got ${out}`);
  // (Building empties the folder.)
  if (check === undefined && out !== own && existsSync(out) && !isSite(out) && !isEmpty(out))
    throw new Error(`--out: expected no such folder, an empty one, or a site, got other files in ${out}`);
  return { ...values, out, port };
}

/** @param {readonly string[]} args */
function parsed(args) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        out: { type: 'string' },
        base: { type: 'string', default: '/' },
        serve: { type: 'boolean', default: false },
        port: { type: 'string', default: '4173' },
        check: { type: 'string' },
        reference: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new Error(`${/** @type {Error} */ (error).message}; there are ${OPTIONS}`);
  }
}

/** @param {string} folder */
const isSite = (folder) => existsSync(join(folder, 'reference.json'));

/** @param {string} path */
const isEmpty = (path) => statSync(path).isDirectory() && readdirSync(path).length === 0;
