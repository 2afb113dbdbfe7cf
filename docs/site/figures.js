// The figures of the front page: counted where they are, or taken from a page that a test holds current.
import { catalogue } from '../../build/entries/audit.js';
import { models } from '../../build/entries/index.js';
import { textOf } from './stage.js';

/** @returns {Promise<Readonly<Record<string, string>>>} */
export async function figures() {
  const [, bench = ''] = /<!-- bench -->\n([\s\S]*?)<!-- end of bench -->/.exec(textOf('README.md')) ?? [];
  const [, peers = ''] = /<!-- peers -->\n([\s\S]*?)<!-- end -->/.exec(textOf('README.md')) ?? [];
  const [, calls = ''] = /make (\d+) calls of a page/.exec(textOf('docs/differences.md')) ?? [];
  if (bench === '' || peers === '' || calls === '')
    throw new Error('docs/site/figures.js: README.md or docs/differences.md has other words now');
  return {
    faults: String(catalogue.length),
    models: String(Object.keys(models).length),
    calls,
    bench,
    peers,
  };
}
