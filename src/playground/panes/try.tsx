/** A page, a device and a server: register, sign in, and what goes wrong. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { CeremonyView } from '../../inspector/view/ceremony.tsx';
import { Check, Choice, Field, Select } from '../../inspector/view/field.tsx';
import { Text } from '../../inspector/view/text.tsx';
import { useCell, useShell } from '../../inspector/view/use.ts';
import { modelNames } from '../device.ts';
import type { Ended } from '../playground.ts';
import { situations } from '../situations.ts';
import { Problem, State } from './state.tsx';
import { usePlayground } from './use.ts';

export function Try() {
  return (
    <div class="trial">
      <PageCard />
      <Outcome />
      <SituationsCard />
      <DeviceCard />
    </div>
  );
}

const VERIFICATION = [
  ['discouraged', 'Discouraged'],
  ['preferred', 'Preferred'],
  ['required', 'Required'],
] as const;

function PageCard() {
  const playground = usePlayground();
  const form = useCell(playground.form);
  const signedInAs = useCell(playground.signedInAs);
  const underWay = useCell(playground.underWay);
  return (
    <form
      class="card"
      aria-labelledby="page-title"
      onSubmit={(event) => {
        event.preventDefault();
        void playground.run('create');
      }}
    >
      <h2 id="page-title">A page</h2>
      <Field
        label="User name"
        value={form.userName}
        onValue={(userName) => playground.change({ userName })}
      />
      <div class="pair">
        <Field
          label="Where the page is"
          value={form.origin}
          onValue={(origin) => playground.change({ origin })}
          hint="An origin"
        />
        <Field
          label="RP ID"
          value={form.rpId}
          onValue={(rpId) => playground.change({ rpId })}
          hint="Empty: as the server says"
        />
      </div>
      <Choice
        legend="User verification"
        value={form.userVerification}
        onValue={(userVerification) => playground.change({ userVerification })}
        options={VERIFICATION}
      />
      <Check
        label="A sign-in says whose it is"
        checked={form.isNamed}
        onChecked={(isNamed) => playground.change({ isNamed })}
      />
      <div class="buttons start">
        <button type="submit" class="primary">
          Make a credential
        </button>
        <button type="button" class="primary" onClick={() => void playground.run('get')}>
          Sign in
        </button>
        {underWay !== undefined && (
          <button type="button" onClick={() => underWay.abort()}>
            Abort
          </button>
        )}
      </div>
      <p class="visitor">
        <span class="grow">
          {signedInAs === undefined ? (
            'The visitor is not signed in.'
          ) : (
            <>
              Signed in as{' '}
              <strong>
                <Text value={signedInAs} most={80} />
              </strong>
              .
            </>
          )}
        </span>
        <button type="button" class="small" onClick={() => playground.leave()}>
          Another visitor
        </button>
      </p>
    </form>
  );
}

function SituationsCard() {
  const playground = usePlayground();
  const shell = useShell();
  return (
    <section class="card" aria-labelledby="situations-title">
      <h2 id="situations-title">Break something</h2>
      <ul class="plain situations">
        {situations.map(({ name, title, says, play }) => (
          <li key={name}>
            <button
              type="button"
              aria-describedby={`situation-${name}`}
              onClick={() => void shell.act(() => play(playground))}
            >
              {title}
            </button>
            <span id={`situation-${name}`} class="faint">
              {says}
            </span>
          </li>
        ))}
      </ul>
      <p class="hint">
        More: <a href="#faults">every fault of the audit’s catalogue</a>,{' '}
        <a href="#person">what the person does</a>, <a href="#audit">a server with a mistake</a>.
      </p>
    </section>
  );
}

function DeviceCard() {
  const playground = usePlayground();
  const choice = useCell(playground.choice);
  const input = useId();
  const [draft, setDraft] = useState(choice);
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [said, setSaid] = useState('');
  return (
    <form
      class="card"
      aria-labelledby="model-title"
      onSubmit={(event) => {
        event.preventDefault();
        try {
          playground.plugIn(draft);
          setProblem(undefined);
          setSaid(
            'Another device is plugged in, with nothing on it, and the server has forgotten all accounts.',
          );
        } catch (error) {
          setSaid('');
          setProblem((error as Error).message);
        }
      }}
    >
      <h2 id="model-title">A device</h2>
      <Select
        label="Model"
        value={draft.model}
        onValue={(model) => setDraft({ ...draft, model: model as typeof draft.model })}
        options={[['', 'of no product: it can do everything'], ...modelNames]}
      />
      <p class="field">
        <label for={input}>Policy: what else its maker decided, as JSON</label>
        <textarea
          id={input}
          rows={4}
          spellcheck={false}
          placeholder={'{ "algorithms": [-7], "signCounter": "none" }'}
          value={draft.policy}
          onInput={({ currentTarget }) => setDraft({ ...draft, policy: currentTarget.value })}
        />
      </p>
      <Problem of={problem} />
      <div class="buttons start">
        <button type="submit">Plug it in</button>
      </div>
      <p class="faint" role="status">
        {said}
      </p>
    </form>
  );
}

function Outcome() {
  const playground = usePlayground();
  const last = useCell(playground.last);
  const element = useRef<HTMLHeadingElement>(null);
  // (Where it is below what was clicked.)
  useEffect(() => {
    if (last !== undefined) element.current?.scrollIntoView({ block: 'nearest' });
  }, [last]);
  return (
    <section class="card happened" aria-labelledby="outcome-title">
      <h2 id="outcome-title" ref={element}>
        What happened
      </h2>
      <State isOpen={last === undefined}>
        {last === undefined ? 'Nothing yet: make a credential.' : <OutcomeLine ended={last} />}
      </State>
      {last?.trace !== undefined && (
        <CeremonyView
          key={last.trace.number}
          ceremony={last.trace.ceremony}
          at={last.trace.at}
          id={`tried-${last.trace.number}`}
          verdict={last.server && RESPONSES[last.ceremony]}
        />
      )}
    </section>
  );
}

/** What a device answers with: whether that is a sign-in is for the server to say. */
const RESPONSES = { create: 'An attestation', get: 'An assertion' } as const;

function OutcomeLine({ ended }: { readonly ended: Ended }) {
  const { ceremony, problem, refused, server, trace } = ended;
  if (problem !== undefined)
    return (
      <span class="bad">
        The server gave no options: <Text value={problem} most={500} />
      </span>
    );
  if (refused !== undefined)
    return trace === undefined ? (
      <span class="bad">
        <Text value={refused.name} most={80} />: <Text value={refused.reason} most={500} />
      </span>
    ) : (
      <span class="bad">The page gets no credential, and the server is not asked.</span>
    );
  if (server?.accepts !== true)
    return (
      <span class="bad">
        The device answered, and the server refuses it:{' '}
        <Text value={server?.says ?? 'no reason'} most={500} />
      </span>
    );
  return (
    <>{ceremony === 'create' ? 'The server has a new credential.' : 'The server lets the visitor in.'}</>
  );
}
