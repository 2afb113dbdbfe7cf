/** Fingerprints: enrolled, named, removed. The person enters the PIN that it takes, so none are read before someone asks. */
import { useEffect, useState } from 'preact/hooks';
import type { Fingerprint } from '../answers.ts';
import { Dialog } from '../view/dialog.tsx';
import { Field } from '../view/field.tsx';
import { Id, Text } from '../view/text.tsx';
import { useCell, useSession, useShell } from '../view/use.ts';

export function Fingerprints() {
  const session = useSession();
  const shell = useShell();
  const { source } = session;
  const change = useCell(session.fingerprints);
  const [list, setList] = useState<readonly Fingerprint[] | undefined>(undefined);
  const [renamed, setRenamed] = useState<Fingerprint | undefined>(undefined);
  const [isEnrolling, setEnrolling] = useState(false);
  const [name, setName] = useState('');
  const read = (): Promise<boolean> => shell.act(async () => setList(await source.fingerprints()));
  useEffect(() => {
    if (list !== undefined) void read();
  }, [change]);
  return (
    <section class="card" aria-labelledby="fingerprints-title">
      <h2 id="fingerprints-title">Fingerprints</h2>
      {list === undefined ? (
        <p class="faint">They are behind the PIN, which the person enters.</p>
      ) : list.length === 0 ? (
        <p class="faint">None is enrolled.</p>
      ) : (
        <ul class="plain">
          {list.map((one) => (
            <li key={one.id} class="row">
              <span class="grow">
                <Text value={one.name ?? 'without a name'} /> <Id value={one.id} />
              </span>
              <button
                type="button"
                class="small"
                onClick={() => {
                  setName(one.name ?? '');
                  setRenamed(one);
                }}
              >
                Rename …
              </button>
              <button
                type="button"
                class="small danger"
                onClick={() =>
                  shell.act(() => source.removeFingerprint(one.id), 'The fingerprint is removed.')
                }
              >
                Remove
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="buttons start">
        {list === undefined && (
          <button type="button" onClick={() => void read()}>
            Show
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            setName('');
            setEnrolling(true);
          }}
        >
          Enroll …
        </button>
      </div>
      {isEnrolling && (
        <Dialog
          title="Enroll a fingerprint"
          doIt="Enroll"
          onClose={() => setEnrolling(false)}
          onDo={async () => {
            setEnrolling(false);
            if (await shell.act(() => source.enroll(name), 'The fingerprint is enrolled.')) await read();
          }}
        >
          <Field label="Name" value={name} onValue={setName} hint="Such as left thumb; it can be empty" />
        </Dialog>
      )}
      {renamed !== undefined && (
        <Dialog
          title="Rename the fingerprint"
          doIt="Rename"
          onClose={() => setRenamed(undefined)}
          onDo={async () => {
            setRenamed(undefined);
            await shell.act(() => source.renameFingerprint(renamed.id, name), 'The fingerprint is renamed.');
          }}
        >
          <Field label="Name" value={name} onValue={setName} input={{ required: true, maxLength: 64 }} />
        </Dialog>
      )}
    </section>
  );
}
