/** One credential: all of it, and what can be changed of it. */
import { useEffect, useState } from 'preact/hooks';
import type { Credential } from '../answers.ts';
import { Check, Facts, Field } from '../view/field.tsx';
import { Icon } from '../view/icon.tsx';
import { Text, Time } from '../view/text.tsx';
import { useSession, useShell } from '../view/use.ts';
import { algorithmName, PROTECTION } from '../words.ts';
import { ExportDialog } from './export.tsx';

interface PartProps {
  readonly credential: Credential;
  readonly onClose: () => void;
}

export function CredentialPart({ credential, onClose }: PartProps) {
  const { source } = useSession();
  const shell = useShell();
  const [isExporting, setExporting] = useState(false);
  const { id, rpId, rpIdHash, rpName, userId, algorithm, publicKey, discoverable, credProtect } = credential;
  const { extensions, credBlob, largeBlob, made, used } = credential;
  const name = credential.userName ?? 'a credential';
  const remove = async (): Promise<void> => {
    if (!(await shell.act(() => source.deleteCredential(id)))) return;
    onClose();
    shell.say(`${name} at ${rpId ?? 'an RP'} is deleted.`, async () => {
      await source.restoreCredential(id);
      shell.say(`${name} at ${rpId ?? 'an RP'} is there again.`);
    });
  };
  return (
    <aside class="part" aria-label="The credential">
      <header class="part-head">
        <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="cross" />
        </button>
        <h2>
          <Text value={rpId ?? 'a credential of U2F'} most={120} />
        </h2>
      </header>
      <Changes credential={credential} />
      <Facts
        of={[
          ['ID', <Long key="i" value={id} />],
          rpName !== undefined && ['RP name', <Text key="n" value={rpName} />],
          ['RP ID hash', <Long key="h" value={rpIdHash} />],
          ['user handle', userId === undefined ? 'none' : <Long key="u" value={userId} />],
          ['algorithm', `${algorithmName(algorithm)} (${algorithm})`],
          ['public key', <Long key="p" value={publicKey} />],
          ['discoverable', discoverable ? 'yes' : 'no'],
          ['credProtect', PROTECTION[credProtect]],
          ['extensions', extensions.length === 0 ? 'none' : <Text key="e" value={extensions.join(', ')} />],
          credBlob !== undefined && ['credBlob', `${credBlob} bytes`],
          largeBlob !== undefined && ['large blob', `${largeBlob} bytes, compressed`],
          ['made', made === undefined ? 'before the door saw it' : <Time key="m" at={made} whole />],
          [
            'last used',
            used === undefined ? 'not since the door was opened' : <Time key="l" at={used} whole />,
          ],
        ]}
      />
      <div class="buttons start">
        <button type="button" onClick={() => setExporting(true)}>
          Export with private key …
        </button>
        <button type="button" class="danger" onClick={() => void remove()}>
          Delete
        </button>
      </div>
      {isExporting && <ExportDialog credential={credential} onClose={() => setExporting(false)} />}
    </aside>
  );
}

function Long({ value }: { readonly value: string }) {
  return (
    <code class="long">
      <Text value={value} most={2000} />
    </code>
  );
}

function Changes({ credential }: { readonly credential: Credential }) {
  const { source } = useSession();
  const shell = useShell();
  const [draft, setDraft] = useState(() => draftOf(credential));
  useEffect(() => setDraft(draftOf(credential)), [credential]);
  const set = (part: Partial<typeof draft>): void => setDraft({ ...draft, ...part });
  const { userName, userDisplayName, signCount, backupEligible, backupState } = draft;
  const now = draftOf(credential);
  const isSame = JSON.stringify(now) === JSON.stringify(draft);
  return (
    <form
      class="changes"
      onSubmit={(event) => {
        event.preventDefault();
        void shell.act(
          () =>
            source.changeCredential(credential.id, {
              ...(userName !== now.userName && { userName }),
              ...(userDisplayName !== now.userDisplayName && { userDisplayName }),
              ...(signCount !== now.signCount && { signCount: Number(signCount) }),
              ...(backupEligible !== now.backupEligible && { backupEligible }),
              ...(backupState !== now.backupState && { backupState }),
            }),
          'The credential is changed.',
        );
      }}
    >
      <div class="pair">
        <Field label="User name" value={userName} onValue={(userName) => set({ userName })} />
        <Field
          label="Display name"
          value={userDisplayName}
          onValue={(userDisplayName) => set({ userDisplayName })}
        />
      </div>
      <div class="pair">
        <Field
          label="Counter"
          value={signCount}
          onValue={(signCount) => set({ signCount })}
          input={{ type: 'number', min: 0, max: 0xffff_ffff, step: 1, required: true }}
        />
        <div>
          <Check
            label="Backup eligible (BE)"
            checked={backupEligible}
            onChecked={(eligible) =>
              set({ backupEligible: eligible, ...(!eligible && { backupState: false }) })
            }
          />
          <Check
            label="Backup state (BS)"
            checked={backupState}
            disabled={!backupEligible}
            onChecked={(backupState) => set({ backupState })}
          />
        </div>
      </div>
      <div class="buttons start">
        <button type="submit" class="primary" disabled={isSame}>
          Save
        </button>
        <button type="button" disabled={isSame} onClick={() => setDraft(now)}>
          Leave as it is
        </button>
      </div>
    </form>
  );
}

function draftOf({
  userName = '',
  userDisplayName = '',
  signCount,
  backupEligible,
  backupState,
}: Credential) {
  return { userName, userDisplayName, signCount: String(signCount), backupEligible, backupState };
}
