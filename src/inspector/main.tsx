/** The inspector's script, one for both of its pages: the one that the door serves, and the one for a file, which has ceremonies in it. */
import { showDoor } from './door.tsx';
import './style.css';
import { showTraces } from './trace.tsx';

const root = document.getElementById('root');
const traces = document.getElementById('stuntkey-traces');
if (root !== null) {
  if (traces === null) showDoor(root);
  else showTraces(root, traces.textContent ?? '');
}
