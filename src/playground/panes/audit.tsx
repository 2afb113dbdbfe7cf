/** A server that is a function in the page: changed, and audited. */
import { useId, useState } from 'preact/hooks';
import type { Cause } from '../../audit/reports/causes.ts';
import { place } from '../../audit/reports/findings.ts';
import { Facts, Select } from '../../inspector/view/field.tsx';
import { Prose, Text } from '../../inspector/view/text.tsx';
import { useCell, useShell } from '../../inspector/view/use.ts';
import { type Auditing, type Verdict, worstOf } from '../auditing.ts';
import { servers } from '../servers/servers.ts';
import { Problem, State } from './state.tsx';
import { usePlayground } from './use.ts';

export function Audit({ auditing }: { readonly auditing: Auditing }) {
  return (
    <div class="columns">
      <ServerCard auditing={auditing} />
      <VerdictCard auditing={auditing} />
    </div>
  );
}

function ServerCard({ auditing }: { readonly auditing: Auditing }) {
  const playground = usePlayground();
  const text = useCell(playground.text);
  const progress = useCell(auditing.progress);
  const [chosen, setChosen] = useState(() => servers.find((one) => one.text === text)?.name ?? '');
  const input = useId();
  const isChanged = servers.find(({ name }) => name === chosen)?.text !== text;
  return (
    <form
      class="card"
      aria-labelledby="server-title"
      onSubmit={(event) => {
        event.preventDefault();
        void auditing.run(text);
      }}
    >
      <h2 id="server-title">A server</h2>
      <Select
        label="Begin with"
        value={chosen}
        onValue={(name) => {
          setChosen(name);
          playground.text.set(servers.find((one) => one.name === name)?.text ?? text);
        }}
        options={[
          ...(chosen === '' ? [['', 'my own'] as const] : []),
          ...servers.map(({ name, title }) => [name, title] as const),
        ]}
      />
      <p class="field">
        <label for={input}>
          Its text, which you can change{isChanged && chosen !== '' ? ' (changed)' : ''}
        </label>
        <textarea
          id={input}
          class="program"
          rows={26}
          spellcheck={false}
          autocomplete="off"
          value={text}
          onInput={({ currentTarget }) => playground.text.set(currentTarget.value)}
        />
        <small class="hint">
          It runs in a worker of this page, without a network. The pane Try signs in to the same server.
        </small>
      </p>
      <div class="buttons start">
        <button type="submit" class="primary">
          Audit it
        </button>
        {progress !== undefined && (
          <button type="button" onClick={() => auditing.stop()}>
            Stop
          </button>
        )}
      </div>
    </form>
  );
}

function VerdictCard({ auditing }: { readonly auditing: Auditing }) {
  const progress = useCell(auditing.progress);
  const verdict = useCell(auditing.verdict);
  const problem = useCell(auditing.problem);
  return (
    <section class="card" aria-labelledby="verdict-title">
      <h2 id="verdict-title">The verdict</h2>
      {progress !== undefined && (
        <>
          <progress aria-label="Faults that were tried" max={progress.total || 1} value={progress.done} />
          <p class="faint">
            {progress.total === 0
              ? 'Two honest ceremonies first …'
              : `${progress.done} of ${progress.total} faults`}
          </p>
        </>
      )}
      <Problem of={problem} />
      <State isBad={verdict?.isGood === false} isOpen={verdict === undefined}>
        {verdict !== undefined ? (
          <Text value={sentence(verdict.conclusion)} most={500} />
        ) : (
          progress === undefined &&
          problem === undefined &&
          'The audit registers and signs in as people do, and then tries every way of the catalogue in which a passkey can be wrong.'
        )}
      </State>
      {verdict !== undefined && <VerdictView verdict={verdict} />}
    </section>
  );
}

function VerdictView({ verdict: { causes, report } }: { readonly verdict: Verdict }) {
  const shell = useShell();
  return (
    <>
      {causes.length > 0 && (
        <ul class="plain causes">
          {causes.map((cause) => (
            <CauseItem key={cause.id} cause={cause} />
          ))}
        </ul>
      )}
      <details class="more">
        <summary>The report, as a terminal shows it</summary>
        <textarea
          class="report"
          aria-label="The report"
          readOnly
          rows={Math.min(40, report.split('\n').length)}
          value={report}
        />
        <div class="buttons start">
          <button
            type="button"
            class="small"
            onClick={() => shell.act(() => navigator.clipboard.writeText(report), 'The report is copied.')}
          >
            Copy
          </button>
        </div>
      </details>
    </>
  );
}

function CauseItem({ cause }: { readonly cause: Cause }) {
  const worst = worstOf(cause);
  const { fault } = worst;
  const more = cause.results.length - 1;
  return (
    <li>
      <h3>
        <span class={`tag severity ${cause.severity}`}>{cause.severity}</span> {sentence(cause.statement)}
      </h3>
      <Facts
        of={[
          [
            'fault',
            <a key="f" href={fault.step.url} target="_blank" rel="noreferrer noopener">
              {fault.id}, {place(worst)}
            </a>,
          ],
          worst.seen !== undefined && ['seen', <Text key="s" value={worst.seen} />],
          ['gain', <Prose key="g" value={fault.gain} />],
          ['check', <Prose key="c" value={fault.check} />],
          more > 0 && ['and', `${more} ${more === 1 ? 'fault' : 'faults'} more of this kind`],
        ]}
      />
    </li>
  );
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
