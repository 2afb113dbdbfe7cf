// The licenses of the packages that are inside of a bundled file: they ask to be kept with every copy.
import { readdirSync, readFileSync } from 'node:fs';

/**
 * One comment with all of them; empty without any.
 *
 * @param {readonly string[]} modules the paths of all modules that are inside
 */
export function noticesOf(modules) {
  const folders = modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  const notices = [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((file) => /^licen[cs]e(\.\w+)?$/i.test(file));
    if (file === undefined) throw new Error(`expected a license in ${folder}, got none`);
    const text = readFileSync(`${folder}/${file}`, 'utf8').trim().replaceAll('*/', '* /');
    return `${name} ${version} (${license})\n\n${text}`;
  });
  return notices.length === 0 ? '' : `/*! Inside of this file:\n\n${notices.join('\n\n')}\n*/\n`;
}
