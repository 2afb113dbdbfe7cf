/** The page that the door serves: takes the token out of the URL, and shows the device. */
import { render } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { App } from './app.tsx';
import { tokenIn } from './route.ts';
import { Source } from './source.ts';
import { Dialog } from './view/dialog.tsx';
import { Field } from './view/field.tsx';
import { httpWire } from './wire/http.ts';

/** Where the token is kept for a reload of this tab, and nowhere else. */
const KEPT = 'stuntkey-token';

function tokenAtStart(): string {
  const given = tokenIn(location.hash);
  if (given === undefined) return sessionStorage.getItem(KEPT) ?? '';
  // A URL is copied, kept and sent on: the token is in it no longer than this.
  history.replaceState(null, '', `${location.pathname}${location.search}#${given.pane || 'ceremonies'}`);
  sessionStorage.setItem(KEPT, given.token);
  return given.token;
}

function Root() {
  const [token, setToken] = useState(tokenAtStart);
  const [isWrong, setWrong] = useState(false);
  const source = useMemo(() => new Source(httpWire({ url: location.origin, token })), [token]);
  if (token === '')
    return (
      <AskToken
        isWrong={isWrong}
        onToken={(given) => {
          sessionStorage.setItem(KEPT, given);
          setToken(given);
        }}
      />
    );
  return (
    <App
      key={token}
      source={source}
      onDenied={() => {
        sessionStorage.removeItem(KEPT);
        setWrong(true);
        setToken('');
      }}
    />
  );
}

function AskToken({
  isWrong,
  onToken,
}: {
  readonly isWrong: boolean;
  readonly onToken: (token: string) => void;
}) {
  const [token, setToken] = useState('');
  return (
    <Dialog
      title="The door’s token"
      doIt="Open"
      isFirm
      onClose={() => {}}
      onDo={() => {
        if (token !== '') onToken(token.trim());
      }}
    >
      <p>
        {isWrong
          ? 'The door does not know that token: it was opened with another.'
          : 'It was printed when the door was opened, with the address of this page.'}
      </p>
      <Field label="Token" value={token} onValue={setToken} input={{ type: 'password', required: true }} />
    </Dialog>
  );
}

export function showDoor(root: Element): void {
  render(<Root />, root);
}
