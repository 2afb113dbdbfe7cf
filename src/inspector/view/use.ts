/** What components share: the session, the shell, and cells that redraw them. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Cell } from '../state/cell.ts';
import type { Session } from '../state/session.ts';
import type { Shell } from '../state/shell.ts';

export const SessionContext = createContext<Session | undefined>(undefined);
export const ShellContext = createContext<Shell | undefined>(undefined);

/** The value of a cell; the component is drawn anew when it changes. */
export function useCell<T>(cell: Cell<T>): T {
  const [value, setValue] = useState(cell.value);
  useEffect(() => {
    const read = (): void => setValue(() => cell.value);
    read();
    return cell.watch(read);
  }, [cell]);
  return value;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new TypeError('expected a session around the component');
  return session;
}

export function useShell(): Shell {
  const shell = useContext(ShellContext);
  if (shell === undefined) throw new TypeError('expected a shell around the component');
  return shell;
}

/** A value that is read once the component is there, and again when `of` changes. */
export function useLoaded<T>(load: () => Promise<T>, of: readonly unknown[]): T | undefined {
  const [value, setValue] = useState<T | undefined>(undefined);
  const shell = useShell();
  useEffect(() => {
    let gone = false;
    load().then(
      (loaded) => {
        if (!gone) setValue(() => loaded);
      },
      (error: unknown) => {
        if (!gone) shell.wrong(error);
      },
    );
    return () => {
      gone = true;
    };
  }, of);
  return value;
}
