/** The page: its panes, what waits for an answer, and what is said of the last click. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { systemClock } from '../base/clock.ts';
import { Authenticators } from './panes/authenticators.tsx';
import { Ceremonies } from './panes/ceremonies.tsx';
import { Credentials } from './panes/credentials.tsx';
import { Decode } from './panes/decode.tsx';
import { Faults } from './panes/faults.tsx';
import { Person } from './panes/person.tsx';
import { Prompts } from './panes/prompts.tsx';
import { fragmentOf, type Pane, type Place, panes, placeIn } from './route.ts';
import type { Source } from './source.ts';
import { type Connection, Session } from './state/session.ts';
import { Shell } from './state/shell.ts';
import { Icon } from './view/icon.tsx';
import { NoticeBar } from './view/notice.tsx';
import { Text } from './view/text.tsx';
import { SessionContext, ShellContext, useCell, useSession } from './view/use.ts';

const TITLES: Readonly<Record<Pane, string>> = {
  authenticators: 'Authenticators',
  credentials: 'Credentials',
  ceremonies: 'Ceremonies',
  person: 'Person',
  faults: 'Faults',
  decode: 'Decode',
};

interface AppProps {
  readonly source: Source;
  /** Called when the door refuses the token. */
  readonly onDenied: () => void;
}

export function App({ source, onDenied }: AppProps) {
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
        <Page key={device ?? ''} device={device} onDevice={setDevice} onDenied={onDenied} />
      </SessionContext.Provider>
    </ShellContext.Provider>
  );
}

interface PageProps {
  readonly device: string | undefined;
  readonly onDevice: (device: string | undefined) => void;
  readonly onDenied: () => void;
}

function Page({ device, onDevice, onDenied }: PageProps) {
  const session = useSession();
  const connection = useCell(session.connection);
  const [place, go] = usePlace();
  const isNarrow = useMedia('(max-width: 760px)');
  useEffect(() => {
    if (connection === 'denied') onDenied();
  }, [connection]);
  useEffect(() => {
    document.title = `${TITLES[place.pane]} – stuntkey`;
  }, [place.pane]);
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
        {panes.map((pane) => (
          <a key={pane} href={fragmentOf({ pane })} aria-current={pane === place.pane ? 'page' : undefined}>
            <Icon name={pane} />
            <span>{TITLES[pane]}</span>
            <Count pane={pane} />
          </a>
        ))}
      </nav>
      <main id="main" tabIndex={-1} aria-labelledby="pane-title">
        <Prompts />
        <NoticeBar />
        <h1 id="pane-title">{TITLES[place.pane]}</h1>
        <div class="pane">
          {place.pane === 'authenticators' && <Authenticators />}
          {place.pane === 'credentials' && <Credentials isNarrow={isNarrow} />}
          {place.pane === 'ceremonies' && (
            <Ceremonies
              number={place.number}
              open={(number) => go({ pane: 'ceremonies', ...(number !== undefined && { number }) })}
            />
          )}
          {place.pane === 'person' && <Person />}
          {place.pane === 'faults' && <Faults />}
          {place.pane === 'decode' && <Decode />}
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

function Count({ pane }: { readonly pane: Pane }) {
  const session = useSession();
  const credentials = useCell(session.credentials);
  const traces = useCell(session.traces);
  const faults = useCell(session.faultsWaiting);
  const counts: Readonly<Partial<Record<Pane, number>>> = {
    credentials: credentials?.length ?? 0,
    ceremonies: traces.length,
    faults,
  };
  const count = counts[pane] ?? 0;
  return count === 0 ? null : <span class="count">{count.toLocaleString('en')}</span>;
}

/** The place in the URL's fragment, and how to go to another. */
function usePlace(): [Place, (place: Place) => void] {
  const [place, setPlace] = useState(() => placeIn(location.hash));
  useEffect(() => {
    const onChange = (): void => {
      if (location.hash !== '#main') setPlace(placeIn(location.hash));
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
