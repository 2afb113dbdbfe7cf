/** In which order the files run: what takes long and is a short text runs early, so that the workers end together. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The first two have workers of their own, for which one that has loaded much would end; the others take seconds. */
const EARLY = [
  'crypto/elsewhere',
  'interop/jsdom',
  'browser/life',
  'audit/mutation',
  'store/lmdb/damage',
  'load/processes',
  'base/clock',
  'site/examples',
  'http/examples',
  'interop/peers',
].map((path) => `/test/${path}.test.ts`);

export class Sequence extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = EARLY.findIndex((path) => moduleId.endsWith(path));
      return found === -1 ? EARLY.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
