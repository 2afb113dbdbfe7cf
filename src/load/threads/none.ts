/** Where there are no threads: all of it is said, nothing done. */
import { StuntkeyError } from '../../base/stuntkey-error.ts';
import type { OnThreads, OpenCrew } from './types.ts';

// biome-ignore lint/correctness/useYield: it has the form of one that does
export const onThreads: OnThreads = async function* () {
  throw new StuntkeyError('no-threads', 'expected Node, whose worker threads do this work');
};

export const openCrew: OpenCrew = () => ({
  async ask() {
    throw new StuntkeyError('no-threads', 'expected Node, whose worker threads do this work');
  },
  async close() {},
});
