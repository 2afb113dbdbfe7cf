/** Faults: one of the catalogue for the next ceremony. */
import { useId, useMemo, useState } from 'preact/hooks';
import type { Fault } from '../answers.ts';
import { Choice, Facts, Field } from '../view/field.tsx';
import { Icon } from '../view/icon.tsx';
import { Prose } from '../view/text.tsx';
import { useCell, useLoaded, useSession, useShell } from '../view/use.ts';
import { VirtualList } from '../view/virtual-list.tsx';

const ROW = 44;

export function Faults() {
  const session = useSession();
  const shell = useShell();
  const { source } = session;
  const all = useLoaded(() => source.faults(), [source]);
  const waiting = useCell(session.faultsWaiting);
  const searchId = useId();
  const [search, setSearch] = useState('');
  const [kind, setKind] = useState('both');
  const [chosen, setChosen] = useState<Fault | undefined>(undefined);
  const list = useMemo(() => found(all ?? [], search, kind), [all, search, kind]);
  return (
    <div class={chosen === undefined ? 'split even' : 'split even with-part'}>
      <section class="list-part" aria-label="Catalogue of faults">
        <div class="toolbar">
          <label class="sr" for={searchId}>
            Search faults
          </label>
          <input
            id={searchId}
            type="search"
            placeholder="Search faults"
            value={search}
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
          <Choice
            legend="Ceremony"
            value={kind}
            onValue={setKind}
            options={[
              ['both', 'Both'],
              ['registration', 'Registration'],
              ['authentication', 'Sign-in'],
            ]}
          />
        </div>
        <p class="waiting" role="status">
          {waiting === 0
            ? 'The next ceremony is honest.'
            : `${waiting} of the next ceremonies ${waiting === 1 ? 'is' : 'are'} wrong.`}
          {waiting > 0 && (
            <button
              type="button"
              class="small"
              onClick={() => shell.act(() => source.forgetFaults(), 'The next ceremony is honest.')}
            >
              Forget
            </button>
          )}
        </p>
        {all === undefined && <p class="faint pad">Reading the catalogue …</p>}
        <VirtualList
          id="faults"
          label="Faults"
          kind="listbox"
          count={list.length}
          rowHeight={ROW}
          chosen={chosen === undefined ? -1 : list.indexOf(chosen)}
          choose={(row) => setChosen(list[row])}
          row={(row) => {
            const fault = list[row];
            return (
              fault && (
                <span class="fault">
                  <span class="fault-title">{fault.title}</span>
                  <span class="faint">
                    {fault.ceremony === 'registration' ? 'registration' : 'sign-in'}, {fault.subject}
                  </span>
                  <span class="tag">{fault.kind === 'attack' ? fault.severity : fault.kind}</span>
                </span>
              )
            );
          }}
        />
      </section>
      {chosen !== undefined && (
        <FaultPart key={chosen.id} fault={chosen} onClose={() => setChosen(undefined)} />
      )}
    </div>
  );
}

function found(faults: readonly Fault[], search: string, kind: string): readonly Fault[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return faults.filter(({ id, title, subject, ceremony, severity, gain }) => {
    if (kind !== 'both' && kind !== ceremony) return false;
    const text = [id, title, subject, severity, gain].join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function FaultPart({ fault, onClose }: { readonly fault: Fault; readonly onClose: () => void }) {
  const { source } = useSession();
  const shell = useShell();
  const [more, setMore] = useState({ challenge: '', userName: '', signCount: '' });
  const { id, title, ceremony, kind, severity, step, gain, check, needs } = fault;
  const { challenge, userName, signCount } = more;
  return (
    <aside class="part" aria-label="The fault">
      <header class="part-head">
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="cross" />
        </button>
        <h2>{title}</h2>
      </header>
      <Facts
        of={[
          ['ID', <code key="i">{id}</code>],
          ['ceremony', ceremony === 'registration' ? 'registration' : 'sign-in'],
          [
            'a right server',
            kind === 'attack'
              ? `refuses it (${severity})`
              : kind === 'control'
                ? 'accepts it'
                : 'may do either',
          ],
          [
            'step',
            <a key="s" href={step.url} target="_blank" rel="noreferrer noopener">
              {step.section}
              {step.number !== undefined && `, step ${step.number}`}: {step.name}
            </a>,
          ],
          ['what it gains', <Prose key="g" value={gain} />],
          ['what to check', <Prose key="c" value={check} />],
          needs.length > 0 && ['needs', needs.join(', ')],
        ]}
      />
      <details class="more">
        <summary>What some faults need</summary>
        <Field
          label="Challenge of another ceremony"
          value={challenge}
          onValue={(challenge) => setMore({ ...more, challenge })}
          hint="base64url"
        />
        <Field
          label="Another user’s name"
          value={userName}
          onValue={(userName) => setMore({ ...more, userName })}
        />
        <Field
          label="Counter of the last sign-in"
          value={signCount}
          onValue={(signCount) => setMore({ ...more, signCount })}
          input={{ type: 'number', min: 0, max: 0xffff_ffff }}
        />
      </details>
      <div class="buttons start">
        <button
          type="button"
          class="primary"
          onClick={() =>
            shell.act(
              () =>
                source.nextFault({
                  fault: id,
                  ...(challenge !== '' && { challenge }),
                  ...(userName !== '' && { userName }),
                  ...(signCount !== '' && { signCount: Number(signCount) }),
                }),
              `The next ${ceremony === 'registration' ? 'registration' : 'sign-in'} has it.`,
            )
          }
        >
          The next {ceremony === 'registration' ? 'registration' : 'sign-in'} has it
        </button>
      </div>
    </aside>
  );
}
