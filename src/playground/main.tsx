/** The playground: the inspector around a device in this very page, a page to use it in, and a server to audit. */
import { render } from 'preact';
import { systemClock } from '../base/clock.ts';
import { App, type Pane } from '../inspector/app.tsx';
import '../inspector/style.css';
import { useCell } from '../inspector/view/use.ts';
import { Auditing } from './auditing.ts';
import { Audit } from './panes/audit.tsx';
import { Try } from './panes/try.tsx';
import { PlaygroundContext } from './panes/use.ts';
import { Playground } from './playground.ts';
import { servers } from './servers/servers.ts';
import './style.css';

const playground = new Playground(servers[0]?.text ?? '', systemClock);
const auditing = new Auditing(systemClock);

const OWN: readonly Pane[] = [
  { name: 'try', title: 'Try', icon: 'try', view: () => <Try /> },
  { name: 'audit', title: 'Audit', icon: 'audit', view: () => <Audit auditing={auditing} /> },
];

function Root() {
  const { source } = useCell(playground.device);
  return (
    <PlaygroundContext.Provider value={playground}>
      <App source={source} own={OWN} onDenied={() => {}} />
    </PlaygroundContext.Provider>
  );
}

const root = document.getElementById('root');
if (root !== null) render(<Root />, root);
