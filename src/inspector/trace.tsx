/** The page for one file: ceremonies that are in the page itself, without a door and without a network. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { readTraceFile, type Traces } from './trace-file.ts';
import { CeremonyView } from './view/ceremony.tsx';
import { Icon } from './view/icon.tsx';
import { Text, Time } from './view/text.tsx';
import { VirtualList } from './view/virtual-list.tsx';

const ROW = 60;

function TracePage({ title, traces }: Traces) {
  const [chosen, setChosen] = useState(() => Math.max(0, traces.findLastIndex(isRefused)));
  const trace = traces[chosen];
  return (
    <div class="trace-page">
      <header class="top">
        <p class="brand">stuntkey</p>
        <h1 class="grow">
          <Text value={title === '' ? 'A ceremony' : title} />
        </h1>
      </header>
      <main class={traces.length > 1 ? 'split with-part' : 'split only-part'}>
        {traces.length > 1 && (
          <section class="list-part" aria-label="Ceremonies">
            <VirtualList
              id="ceremonies"
              label="Ceremonies, in order"
              kind="listbox"
              class="timeline"
              count={traces.length}
              rowHeight={ROW}
              chosen={chosen}
              choose={setChosen}
              row={(row) => <Line trace={traces[row] as Traces['traces'][number]} />}
            />
          </section>
        )}
        {trace !== undefined && (
          <section class="part ceremony-part" aria-label="The ceremony">
            <CeremonyView key={chosen} ceremony={trace.ceremony} at={trace.at} id={`ceremony-${chosen}`} />
          </section>
        )}
      </main>
    </div>
  );
}

type Trace = Traces['traces'][number];

function isRefused({ ceremony }: Trace): boolean {
  return ceremony.outcome.refused !== undefined;
}

function Line({ trace }: { readonly trace: Trace }) {
  const { outcome, ceremony, origin } = trace.ceremony;
  const bad = isRefused(trace);
  return (
    <span class={bad ? 'event bad-event' : 'event'}>
      <span class={bad ? 'mark bad' : 'mark'}>
        <Icon name={bad ? 'cross' : 'check'} />
      </span>
      <span class="event-main">
        <span class="event-title">
          {bad ? (
            <Text value={outcome.refused?.split(':', 1)[0] ?? ''} most={80} />
          ) : ceremony === 'create' ? (
            'Registered'
          ) : (
            'Signed in'
          )}
        </span>
        <span class="event-reason faint">
          <Text value={bad ? (outcome.reason ?? '') : origin} most={200} />
        </span>
      </span>
      <span class="event-when faint">
        <Time at={trace.at} />
      </span>
    </span>
  );
}

function Problem({ message }: { readonly message: string }) {
  return (
    <main class="pad">
      <h1>There is nothing to show</h1>
      <p class="problem" role="alert">
        <Text value={message} most={1000} />
      </p>
    </main>
  );
}

/** @param text what is in the page */
export function showTraces(root: Element, text: string): void {
  try {
    if (text.trim() === '')
      throw new Error('the page has no ceremony in it: it is the template of such pages');
    const traces = readTraceFile(text);
    if (traces.title !== '') document.title = `${traces.title.slice(0, 200)} – stuntkey`;
    render(<TracePage {...traces} />, root);
  } catch (error) {
    render(<Problem message={(error as Error).message} />, root);
  }
}
