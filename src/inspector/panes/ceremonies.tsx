/** The ceremonies, the newest first, as they happen; one of them in layers beside the list. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Trace, TraceLine } from '../answers.ts';
import { readTraceFile } from '../trace-file.ts';
import { CeremonyView } from '../view/ceremony.tsx';
import { FileTarget } from '../view/file-target.tsx';
import { Icon } from '../view/icon.tsx';
import { saveFile } from '../view/save.ts';
import { Text, Time } from '../view/text.tsx';
import { useCell, useSession, useShell } from '../view/use.ts';
import { VirtualList } from '../view/virtual-list.tsx';

const ROW = 60;

interface CeremoniesProps {
  /** The number of the one that is open. */
  readonly number: number | undefined;
  readonly open: (number: number | undefined) => void;
}

export function Ceremonies({ number, open }: CeremoniesProps) {
  const session = useSession();
  const shell = useShell();
  const all = useCell(session.traces);
  const fileInput = useRef<HTMLInputElement>(null);
  const checkbox = useId();
  const [isRefusedOnly, setRefusedOnly] = useState(false);
  const lines = isRefusedOnly ? all.filter(({ refused }) => refused !== undefined) : all;
  const load = async (file: File): Promise<void> => {
    await shell.act(async () => {
      const { traces } = readTraceFile(await file.text());
      const { source } = session;
      let last: TraceLine | undefined;
      for (const trace of traces) last = await source.loadTrace(trace);
      open(last?.number);
      shell.say(traces.length === 1 ? 'The ceremony is opened.' : `${traces.length} ceremonies are opened.`);
    });
  };
  return (
    <FileTarget what="a saved ceremony" onFile={(file) => void load(file)}>
      <div class={number === undefined ? 'split even' : 'split even with-part'}>
        <section class="list-part" aria-label="Timeline">
          <div class="toolbar">
            <label class="check" for={checkbox}>
              <input
                id={checkbox}
                type="checkbox"
                checked={isRefusedOnly}
                onChange={({ currentTarget }) => setRefusedOnly(currentTarget.checked)}
              />
              <span>Refused only</span>
            </label>
            <span class="faint grow" role="status">
              {lines.length.toLocaleString('en')}
              <span class="sr"> {lines.length === 1 ? 'ceremony' : 'ceremonies'}</span>
            </span>
            <input
              ref={fileInput}
              type="file"
              class="sr"
              tabIndex={-1}
              aria-hidden="true"
              accept=".json,.html"
              onChange={({ currentTarget }) => {
                const file = currentTarget.files?.[0];
                if (file !== undefined) void load(file);
                currentTarget.value = '';
              }}
            />
            <button type="button" onClick={() => fileInput.current?.click()}>
              Open …
            </button>
            <button
              type="button"
              disabled={all.length === 0}
              onClick={() => shell.act(() => session.source.forgetTraces(), 'The ceremonies are forgotten.')}
            >
              Clear
            </button>
          </div>
          {lines.length === 0 ? (
            <p class="faint pad">
              {isRefusedOnly
                ? 'None was refused.'
                : 'Nothing has happened yet. Register or sign in, and it shows here.'}
            </p>
          ) : (
            <VirtualList
              id="ceremonies"
              label="Ceremonies, the newest first"
              kind="listbox"
              class="timeline"
              count={lines.length}
              rowHeight={ROW}
              chosen={number === undefined ? -1 : lines.findIndex((line) => line.number === number)}
              choose={(row) => open(lines[row]?.number)}
              row={(row) => {
                const line = lines[row];
                return line && <Line line={line} />;
              }}
            />
          )}
        </section>
        {number !== undefined && <Opened key={number} number={number} onClose={() => open(undefined)} />}
      </div>
    </FileTarget>
  );
}

function Line({ line }: { readonly line: TraceLine }) {
  const { at, ceremony, origin, rpId = '', source, refused, reason, loaded } = line;
  const isRefused = refused !== undefined;
  return (
    <span class={isRefused ? 'event bad-event' : 'event'}>
      <span class={isRefused ? 'mark bad' : 'mark'}>
        <Icon name={isRefused ? 'cross' : 'check'} />
      </span>
      <span class="event-main">
        <span class="event-title">
          {isRefused ? (
            <Text value={refused.split(':', 1)[0] ?? ''} most={80} />
          ) : ceremony === 'create' ? (
            'Registered'
          ) : (
            'Signed in'
          )}
          <span class="faint">
            {' '}
            <Text value={origin === '' ? rpId : hostOf(origin)} most={80} />
          </span>
        </span>
        <span class="event-reason faint">
          <Text value={isRefused ? (reason ?? '') : `${ceremony}()`} most={200} />
        </span>
      </span>
      <span class="event-when faint">
        <Time at={at} />
        {loaded ? <span class="tag">opened</span> : source !== undefined && <span class="tag">{source}</span>}
      </span>
    </span>
  );
}

function Opened({ number, onClose }: { readonly number: number; readonly onClose: () => void }) {
  const session = useSession();
  const shell = useShell();
  const [trace, setTrace] = useState<Trace | undefined>(undefined);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    session.source.trace(number).then(
      (loaded) => !gone && setTrace(loaded),
      (error: Error) => !gone && setProblem(error.message),
    );
    return () => {
      gone = true;
    };
  }, [number]);
  return (
    <section class="part ceremony-part" aria-label="The ceremony">
      <div class="part-tools">
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="cross" />
        </button>
        <span class="faint grow">Ceremony {number}</span>
        <button
          type="button"
          disabled={trace === undefined}
          onClick={() =>
            trace &&
            saveFile(`ceremony-${number}.json`, JSON.stringify(trace, undefined, 2), 'application/json')
          }
        >
          Save
        </button>
        <button
          type="button"
          disabled={trace?.text === undefined}
          onClick={() =>
            shell.act(
              () => navigator.clipboard.writeText(trace?.text ?? ''),
              'The ceremony is copied, as text.',
            )
          }
        >
          Copy as text
        </button>
      </div>
      {problem !== undefined && (
        <p class="problem pad" role="alert">
          {problem}
        </p>
      )}
      {trace !== undefined && (
        <CeremonyView ceremony={trace.ceremony} at={trace.at} id={`ceremony-${number}`} />
      )}
    </section>
  );
}

function hostOf(origin: string): string {
  return URL.canParse(origin) && new URL(origin).host !== '' ? new URL(origin).host : origin;
}
