/** This program's version. (Every file that it is put together into lies as deep as this one.) In a page there is none. */
const files = globalThis.process?.getBuiltinModule?.('node:fs');

export const version: string =
  files === undefined
    ? 'in a page'
    : JSON.parse(files.readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
