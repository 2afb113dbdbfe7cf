/** This program's version. (Every file that it is put together into lies as deep as this one.) */
import { readFileSync } from 'node:fs';

export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;
