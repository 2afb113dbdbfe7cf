/** The page: its panes, what waits for an answer, and what is said of the last click. */
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { systemClock } from '../base/clock.ts';
import { Authenticators } from './panes/authenticators.tsx';
import { Ceremonies } from './panes/ceremonies.tsx';
import { Credentials } from './panes/credentials.tsx';
import { Decode } from './panes/decode.tsx';
import { Faults } from './panes/faults.tsx';
import { Person } from './panes/person.tsx';
import { Prompts } from './panes/prompts.tsx';
import { fragmentOf, type Place, placeIn } from './route.ts';
import type { Source } from './source.ts';
import { type Connection, Session } from './state/session.ts';
import { Shell } from './state/shell.ts';
import { Icon, type IconName } from './view/icon.tsx';
import { NoticeBar } from './view/notice.tsx';
import { Text } from './view/text.tsx';
import { SessionContext, ShellContext, useCell, useSession } from './view/use.ts';

/** A part of the page that is shown by itself, named in the URL's fragment. */
export interface Pane {
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
  readonly view: (at: At) => ComponentChildren;
  /** How many there are of what it shows. */
  readonly count?: (session: Session) => number;
}

/** Where in a pane someone is, and on what. */
interface At {
  /** Of the ceremony that is open. */
  readonly number: number | undefined;
  readonly open: (number: number | undefined) => void;
  readonly isNarrow: boolean;
}

const PANES: readonly Pane[] = [
  {
    name: 'authenticators',
    title: 'Authenticators',
    icon: 'authenticators',
    view: () => <Authenticators />,
  },
  {
    name: 'credentials',
    title: 'Credentials',
    icon: 'credentials',
    view: ({ isNarrow }) => <Credentials isNarrow={isNarrow} />,
    count: ({ credentials }) => useCell(credentials)?.length ?? 0,
  },
  {
    name: 'ceremonies',
    title: 'Ceremonies',
    icon: 'ceremonies',
    view: ({ number, open }) => <Ceremonies number={number} open={open} />,
    count: ({ traces }) => useCell(traces).length,
  },
  { name: 'person', title: 'Person', icon: 'person', view: () => <Person /> },
  {
    name: 'faults',
    title: 'Faults',
    icon: 'faults',
    view: () => <Faults />,
    count: ({ faultsWaiting }) => useCell(faultsWaiting),
  },
  { name: 'decode', title: 'Decode', icon: 'decode', view: () => <Decode /> },
];

interface AppProps {
  readonly source: Source;
  /** Called when the door refuses the token. */
  readonly onDenied: () => void;
  /** Panes of this page alone, before the others. */
  readonly own?: readonly Pane[];
}

const NONE: readonly Pane[] = [];

export function App({ source, onDenied, own = NONE }: AppProps) {
  const [device, setDevice] = useState<string | undefined>(undefined);
  const shell = useMemo(() => new Shell(), []);
  const session = useMemo(
    () => new Session(source.of(device), systemClock, (error) => shell.wrong(error)),
    [source, device],
  );
  useEffect(() => {
    void session.follow();
    return () => session.stop();
  }, [session]);
  return (
    <ShellContext.Provider value={shell}>
      <SessionContext.Provider value={session}>
        <Page key={device ?? ''} own={own} device={device} onDevice={setDevice} onDenied={onDenied} />
      </SessionContext.Provider>
    </ShellContext.Provider>
  );
}

interface PageProps {
  readonly own: readonly Pane[];
  readonly device: string | undefined;
  readonly onDevice: (device: string | undefined) => void;
  readonly onDenied: () => void;
}

function Page({ own, device, onDevice, onDenied }: PageProps) {
  const session = useSession();
  const connection = useCell(session.connection);
  const [place, go] = usePlace(own);
  const panes = [...own, ...PANES];
  const { title, view } = panes.find(({ name }) => name === place.pane) as Pane;
  const isNarrow = useMedia('(max-width: 760px)');
  useEffect(() => {
    if (connection === 'denied') onDenied();
  }, [connection]);
  useEffect(() => {
    document.title = `${title} – stuntkey`;
  }, [title]);
  return (
    <div class="page">
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to the content
      </a>
      <header class="top">
        <p class="brand">stuntkey</p>
        <DeviceChoice device={device} onDevice={onDevice} />
        <ConnectionWord connection={connection} />
      </header>
      <nav aria-label="Panes" class="panes">
        {panes.map(({ name, title, icon, count }) => (
          <a
            key={name}
            href={fragmentOf({ pane: name })}
            aria-current={name === place.pane ? 'page' : undefined}
          >
            <Icon name={icon} />
            <span>{title}</span>
            {count && <Count of={count} />}
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1} aria-labelledby="pane-title">
        <Prompts />
        <NoticeBar />
        <h1 id="pane-title">{title}</h1>
        <div class="pane">
          {view({
            number: place.number,
            open: (number) => go({ pane: place.pane, ...(number !== undefined && { number }) }),
            isNarrow,
          })}
        </div>
      </main>
    </div>
  );
}

function DeviceChoice({
  device,
  onDevice,
}: {
  readonly device: string | undefined;
  readonly onDevice: (device: string | undefined) => void;
}) {
  const session = useSession();
  const devices = useCell(session.devices);
  const info = useCell(session.info);
  const own = info?.device.model ?? 'the device';
  if (devices.length === 0)
    return (
      <p class="device">
        <Text value={own} most={60} />
      </p>
    );
  return (
    <label class="device">
      <span class="sr">Authenticator</span>
      <select
        value={device ?? ''}
        onChange={({ currentTarget }) =>
          onDevice(currentTarget.value === '' ? undefined : currentTarget.value)
        }
      >
        <option value="">{device === undefined ? own : 'the default device'}</option>
        {devices.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

const WORDS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting …',
  live: 'live',
  lost: 'The door does not answer; trying again …',
  denied: 'not let in',
};

function ConnectionWord({ connection }: { readonly connection: Connection }) {
  return (
    <p class={`connection ${connection}`} role="status">
      {WORDS[connection]}
    </p>
  );
}

function Count({ of }: { readonly of: (session: Session) => number }) {
  const count = of(useSession());
  return count === 0 ? null : <span class="count">{count.toLocaleString('en')}</span>;
}

/** The place in the URL's fragment, and how to go to another. */
function usePlace(own: readonly Pane[]): [Place, (place: Place) => void] {
  const read = (): Place =>
    placeIn(
      location.hash,
      own.map(({ name }) => name),
    );
  const [place, setPlace] = useState(read);
  useEffect(() => {
    const onChange = (): void => {
      if (location.hash !== '#main') setPlace(read());
    };
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const go = (next: Place): void => {
    history.replaceState(null, '', fragmentOf(next));
    setPlace(next);
  };
  return [place, go];
}

function focusMain(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const onChange = (): void => setMatches(media.matches);
    media.addEventListener('change', onChange);
    return () => media.removeEventListener('change', onChange);
  }, [query]);
  return matches;
}
