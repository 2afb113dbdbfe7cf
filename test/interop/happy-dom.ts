/** happy-dom: installed by the slow tests that furnish its windows. */
import { importFrom, whyNoJudge } from '../judges/install.ts';
import { withoutTime } from '../slow.ts';

/** Why there is none. */
export const withoutHappyDom: string | undefined = withoutTime ?? whyNoJudge('happy-dom');

/** As much of a window as is used here. */
interface Window {
  readonly happyDOM: { abort(): Promise<void> };
  close(): void;
}

type Constructor = new (options?: object) => Window;

/** Its classes of windows; `GlobalWindow` takes the place of a global. */
export const happyDom = () =>
  importFrom('happy-dom', 'happy-dom/lib/index.js') as Promise<unknown> as Promise<{
    readonly Window: Constructor;
    readonly GlobalWindow: Constructor;
  }>;
