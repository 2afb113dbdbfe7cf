/** The person: what they do at the next touch or for good, and prompts that wait for a click. */
import { useEffect, useState } from 'preact/hooks';
import type { UserScriptJson } from '../../person/script.ts';
import type { Person as PersonJson } from '../answers.ts';
import { Choice, Facts, Field, Select } from '../view/field.tsx';
import { useCell, useSession, useShell } from '../view/use.ts';

const TOUCH = [
  ['approve', 'Approve'],
  ['decline', 'Decline'],
  ['ignore', 'Ignore'],
  ['ask', 'I answer here'],
] as const;
const VERIFICATION = [...TOUCH, ['fail', 'Fail']] as const;
const DELAYS = [
  ['0', 'at once'],
  ['1000', 'after 1 second'],
  ['5000', 'after 5 seconds'],
  ['20000', 'after 20 seconds'],
  ['60000', 'after a minute'],
] as const;

interface Draft {
  readonly presence: string;
  readonly verification: string;
  readonly delay: string;
  readonly pin: string;
  readonly account: string;
}

const WILLING: Draft = { presence: 'approve', verification: 'approve', delay: '0', pin: '', account: '' };

export function Person() {
  const session = useSession();
  const shell = useShell();
  const person = useCell(session.person);
  const [draft, setDraft] = useState<Draft>(WILLING);
  useEffect(() => {
    if (person !== undefined) setDraft((now) => ({ ...draftOf(person), pin: now.pin }));
  }, [person]);
  const set = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  if (person === undefined)
    return (
      <p class="pad">
        The person of this device is not scripted:{' '}
        <code>new Authenticator(&#123; user: new ScriptedUser() &#125;)</code> can be told what to do.
      </p>
    );
  return (
    <div class="columns">
      <form
        class="card"
        aria-labelledby="person-title"
        onSubmit={(event) => {
          event.preventDefault();
          void shell.act(
            () => session.source.changePerson(scriptOf(draft)),
            'So the person does from now on.',
          );
        }}
      >
        <h2 id="person-title">What the person does</h2>
        <Choice
          legend="At a touch"
          value={draft.presence}
          onValue={(presence) => set({ presence })}
          options={TOUCH}
        />
        <Choice
          legend="At verification"
          value={draft.verification}
          onValue={(verification) => set({ verification })}
          options={VERIFICATION}
        />
        <Select
          label="How slow"
          value={draft.delay}
          onValue={(delay) => set({ delay })}
          options={withOwn(draft.delay)}
        />
        <div class="pair">
          <Field
            label="Which PIN"
            value={draft.pin}
            onValue={(pin) => set({ pin })}
            hint={person.pin ? 'They know one; empty leaves it' : 'They know none; empty leaves it so'}
            input={{ type: 'password' }}
          />
          <Field
            label="Which account"
            value={draft.account}
            onValue={(account) => set({ account })}
            hint="A user’s name, or a place: 0 is the newest"
          />
        </div>
        <div class="buttons start">
          <button type="submit" class="primary">
            From now on
          </button>
          <button
            type="button"
            onClick={() =>
              shell.act(
                () => session.source.nextPerson(onceOf(draft, person)),
                'So the person does the next time.',
              )
            }
          >
            The next time only
          </button>
        </div>
      </form>
      <section class="card" aria-labelledby="now-title">
        <h2 id="now-title">Now</h2>
        <Facts
          of={[
            ['at a touch', wordOf(person.presence)],
            ['at verification', wordOf(person.verification)],
            ['slow', person.delay === 0 ? 'no' : `${person.delay} ms`],
            ['knows a PIN', person.pin ? 'yes' : 'no'],
            ['queued', `${person.waiting} answers for one time`],
          ]}
        />
        <div class="buttons start">
          <button
            type="button"
            onClick={() =>
              shell.act(() => session.source.resetPerson(), 'The person approves everything again.')
            }
          >
            Approve everything again
          </button>
        </div>
      </section>
    </div>
  );
}

function draftOf({ presence, verification, delay, account }: PersonJson): Draft {
  return {
    presence,
    verification,
    delay: String(delay),
    pin: '',
    account: account === undefined || account === 0 ? '' : String(account),
  };
}

function scriptOf({ presence, verification, delay, pin, account }: Draft): UserScriptJson {
  return {
    presence: presence as 'approve',
    verification: verification as 'approve',
    delay: Number(delay),
    ...(pin !== '' && { pin }),
    ...(account !== '' && { account: /^\d{1,4}$/.test(account) ? Number(account) : account }),
  };
}

/** What is to be otherwise once: the rest would wait for prompts that may never come. */
function onceOf(draft: Draft, now: PersonJson): UserScriptJson {
  const { presence, verification, delay, pin, account } = scriptOf(draft);
  const isOther = verification !== undefined && verification !== now.verification;
  return {
    ...((presence !== now.presence || !isOther) && { presence }),
    ...(isOther && { verification }),
    ...(delay !== now.delay && { delay }),
    ...(pin !== undefined && { pin }),
    ...(account !== undefined && { account }),
  } as UserScriptJson;
}

/** The times to choose from, with one that was set elsewhere. */
function withOwn(delay: string): readonly (readonly [string, string])[] {
  return DELAYS.some(([known]) => known === delay) ? DELAYS : [...DELAYS, [delay, `after ${delay} ms`]];
}

function wordOf(word: string): string {
  return VERIFICATION.find(([one]) => one === word)?.[1].toLowerCase() ?? word;
}
