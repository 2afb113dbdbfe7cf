/** Credentials as a file in a format, private keys included. */
import { useState } from 'preact/hooks';
import type { Credential, Warning } from '../answers.ts';
import { PORTABLE_FORMATS, type PortableFormat } from '../formats.ts';
import { Dialog } from '../view/dialog.tsx';
import { Select } from '../view/field.tsx';
import { saveFile } from '../view/save.ts';
import { Text } from '../view/text.tsx';
import { useCell, useSession, useShell } from '../view/use.ts';

interface ExportProps {
  /** Default: all of them. */
  readonly credential?: Credential;
  readonly onClose: () => void;
}

export function ExportDialog({ credential, onClose }: ExportProps) {
  const session = useSession();
  const shell = useShell();
  const info = useCell(session.info);
  const [format, setFormat] = useState<PortableFormat>('stuntkey');
  const [warnings, setWarnings] = useState<readonly Warning[] | undefined>(undefined);
  const mayExport = info?.rights.includes('keys') !== false;
  const write = async (): Promise<void> => {
    if (warnings !== undefined || !mayExport) return onClose();
    await shell.act(async () => {
      const { source } = session;
      const result = await (credential === undefined
        ? source.exportCredentials(format)
        : source.exportCredential(credential.id, format));
      const isText = typeof result.value === 'string';
      const text = isText ? (result.value as string) : `${JSON.stringify(result.value, undefined, 2)}\n`;
      const name = `private-key-${fileName(credential?.rpId ?? 'credentials')}.${isText ? 'pem' : 'json'}`;
      saveFile(name, text, isText ? 'application/x-pem-file' : 'application/json');
      if (result.warnings.length === 0) onClose();
      else setWarnings(result.warnings);
    });
  };
  return (
    <Dialog
      title={credential === undefined ? 'Export all credentials' : 'Export the credential'}
      doIt={warnings !== undefined || !mayExport ? 'Close' : 'Save with private key'}
      onClose={onClose}
      onDo={write}
    >
      {mayExport ? (
        <>
          <p class="warning">
            The file has the <strong>private key{credential === undefined ? 's' : ''}</strong>: with it, any
            program can sign in.
          </p>
          <Select
            label="Format"
            value={format}
            onValue={(value) => setFormat(value as PortableFormat)}
            options={PORTABLE_FORMATS}
          />
        </>
      ) : (
        <p>
          The token of this page is not good for private keys. Open the door with{' '}
          <code>--token-rights keys</code>.
        </p>
      )}
      {warnings !== undefined && <Warnings of={warnings} />}
    </Dialog>
  );
}

/** What a format has no place for. */
export function Warnings({ of }: { readonly of: readonly Warning[] }) {
  const shown = of.slice(0, 20);
  return (
    <div role="status">
      <p>Not everything has a place:</p>
      <ul>
        {shown.map(({ message }, index) => (
          <li key={index}>
            <Text value={message} />
          </li>
        ))}
      </ul>
      {of.length > shown.length && <p class="faint">and {of.length - shown.length} more</p>}
    </div>
  );
}

function fileName(text: string): string {
  return text.replace(/[^a-z0-9.-]+/gi, '-').slice(0, 60) || 'credential';
}
