/** A ceremony in layers: a refusal first, then what was asked, checked, sent and answered. */
import type { CeremonyJson, Tree } from '../answers.ts';
import { checksOf } from '../checks.ts';
import { causesOf, exchangeOf, linkOf, partsOf } from '../refusal.ts';
import { ExchangeView, headlineOf } from './exchange.tsx';
import { Facts } from './field.tsx';
import { Icon } from './icon.tsx';
import { Layer } from './layer.tsx';
import { Text, Time } from './text.tsx';
import { DataTree } from './tree.tsx';

interface CeremonyProps {
  readonly ceremony: CeremonyJson;
  readonly at?: number | undefined;
  /** Unique in the page. */
  readonly id: string;
  /** What it came to, where there is more to say than the client knows. */
  readonly verdict?: string | undefined;
}

export function CeremonyView({ ceremony, at, id, verdict = verdictOf(ceremony) }: CeremonyProps) {
  const { origin, outcome, options, exchanges, clientData } = ceremony;
  const isRefused = outcome.refused !== undefined;
  const refusedAt = isRefused ? exchangeOf(outcome.step ?? '') : undefined;
  return (
    <article class="ceremony" aria-labelledby={`${id}-title`}>
      <header class="ceremony-head">
        <h2 id={`${id}-title`}>
          <span class={isRefused ? 'outcome bad' : 'outcome good'}>
            <Icon name={isRefused ? 'cross' : 'check'} />
            {verdict}
          </span>
        </h2>
        <p class="faint">
          <code>{ceremony.ceremony}()</code>
          {origin !== '' && (
            <>
              {' at '}
              <Text value={origin} most={200} />
            </>
          )}
          {at !== undefined && (
            <>
              , <Time at={at} whole />
            </>
          )}
        </p>
      </header>
      {isRefused && <RefusalView ceremony={ceremony} />}
      {/* (Over a carrier the client is another program, of which nothing is known.) */}
      {origin !== '' && (
        <Layer
          title="What the client checked"
          word={checkedWord(ceremony)}
          isOpen={isRefused && refusedAt === undefined}
        >
          <ol class="checks">
            {checksOf(ceremony).map(({ title, state, facts }) => (
              <li key={title} class={`check-${state.replace(' ', '-')}`}>
                <strong>{title}</strong> <span class="state">{state}</span>
                <Facts of={facts.map(([name, value]) => [name, <Text key={name} value={value} />])} />
              </li>
            ))}
          </ol>
        </Layer>
      )}
      <Layer
        title="Messages"
        word={`${exchanges.length}`}
        isOpen={exchanges.length > 0}
        isWrong={refusedAt !== undefined}
      >
        {exchanges.map((exchange, place) => (
          <ExchangeView
            key={place}
            exchange={exchange}
            id={`${id}-message-${place}`}
            isOpen={place === (refusedAt ?? defaultOpen(ceremony))}
            isWrong={place === refusedAt}
          />
        ))}
        {exchanges.length === 0 && <p class="faint">No device was asked.</p>}
      </Layer>
      {options != null && (
        <Layer title="Options" word={wordOf(options)}>
          <DataTree id={`${id}-options`} label="Options" value={options} />
        </Layer>
      )}
      {clientData !== undefined && (
        <Layer title="Client data" word={typeIn(clientData)}>
          <DataTree id={`${id}-client-data`} label="Client data" value={parsed(clientData)} />
        </Layer>
      )}
      <Layer title="Outcome" word={isRefused ? undefined : 'a credential'}>
        {isRefused ? (
          <p>
            The page gets <Text value={outcome.refused ?? ''} />, and learns nothing of the reason.
          </p>
        ) : (
          <DataTree id={`${id}-credential`} label="Credential" value={outcome.credential ?? null} />
        )}
      </Layer>
    </article>
  );
}

function RefusalView({ ceremony: { outcome } }: { readonly ceremony: CeremonyJson }) {
  const { step = '', reason = '', wayOut } = outcome;
  const parts = partsOf(reason);
  const causes = causesOf(parts, outcome.causes);
  const link = linkOf(step);
  return (
    <section class="refusal" aria-label="Why it was refused">
      <p class="reason">
        <Text value={parts === undefined || parts.subject === '' ? reason : parts.subject} most={1000} />
      </p>
      <Facts
        of={[
          parts && ['expected', <Text key="e" value={parts.expected} most={1000} />],
          parts && ['got', <Text key="g" value={parts.got} most={1000} />],
          [
            'step',
            link === undefined ? (
              <Text key="s" value={step} />
            ) : (
              <a key="s" href={link} target="_blank" rel="noreferrer noopener">
                <Text value={step} />
              </a>
            ),
          ],
          wayOut !== undefined && ['what to do', <Text key="w" value={wayOut} most={1000} />],
        ]}
      />
      {causes.length > 0 && (
        <ul class="led-to-it" aria-label="What led to it">
          {causes.map((cause, place) => (
            <li key={place}>
              <Text value={cause} most={1000} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Without a refusal, the message that did it: the last. */
function defaultOpen({ exchanges, outcome }: CeremonyJson): number {
  const isPlain = outcome.refused === undefined;
  return isPlain ? exchanges.findLastIndex((exchange) => !headlineOf(exchange).includes('GetInfo')) : -1;
}

function verdictOf({ ceremony, outcome }: CeremonyJson): string {
  if (outcome.refused !== undefined) return outcome.refused.split(':', 1)[0] ?? 'refused';
  if (outcome.credential === null) return 'No credential, and no device asked';
  return ceremony === 'create' ? 'Registered' : 'Signed in';
}

function checkedWord(ceremony: CeremonyJson): string {
  const checks = checksOf(ceremony);
  const passed = checks.filter(({ state }) => state === 'passed').length;
  return passed === checks.length ? 'all passed' : `${passed} of ${checks.length} passed`;
}

function wordOf(options: Tree): string | undefined {
  const { rp, rpId } = (options ?? {}) as { readonly rp?: { readonly id?: Tree }; readonly rpId?: Tree };
  const id = rp?.id ?? rpId;
  return typeof id === 'string' ? id.slice(0, 80) : undefined;
}

function typeIn(clientData: string): string | undefined {
  const { type } = (parsed(clientData) ?? {}) as { readonly type?: Tree };
  return typeof type === 'string' ? type.slice(0, 80) : undefined;
}

function parsed(text: string): Tree {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return text;
  }
}
