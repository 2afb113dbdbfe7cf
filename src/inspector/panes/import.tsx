/** Credentials out of a file: in any format, whose name is guessed. */
import { useEffect, useId, useState } from 'preact/hooks';
import type { Warning } from '../answers.ts';
import { PORTABLE_FORMATS, type PortableFormat } from '../formats.ts';
import { guessFormat } from '../guess-format.ts';
import { Dialog } from '../view/dialog.tsx';
import { Choice, Field, Select } from '../view/field.tsx';
import { Text } from '../view/text.tsx';
import { useSession, useShell } from '../view/use.ts';
import { Warnings } from './export.tsx';

/** Bytes of the largest import that the door takes. */
const LONGEST = 16 * 1024 * 1024;
const IN_A_SHELL = 'import it in a shell: stuntkey credentials import FILE';

interface ImportProps {
  /** A file that was dropped; undefined to choose one. */
  readonly file: File | undefined;
  readonly onClose: () => void;
}

export function ImportDialog({ file: dropped, onClose }: ImportProps) {
  const { source } = useSession();
  const shell = useShell();
  const input = useId();
  const [file, setFile] = useState(dropped);
  const [value, setValue] = useState<unknown>(undefined);
  const [format, setFormat] = useState<PortableFormat | ''>('');
  const [existing, setExisting] = useState('refuse');
  const [missing, setMissing] = useState({ rpId: '', userId: '', userName: '', id: '' });
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [done, setDone] = useState<
    { readonly count: number; readonly warnings: readonly Warning[] } | undefined
  >(undefined);
  useEffect(() => {
    if (file === undefined) return;
    setProblem(undefined);
    if (file.size > LONGEST) {
      setValue(undefined);
      setProblem(
        `expected a file of at most 16 MiB, got ${(file.size / 1024 / 1024).toFixed(1)} MiB: ${IN_A_SHELL}`,
      );
      return;
    }
    file
      .text()
      .then((text) => {
        const guess = guessFormat(text);
        setValue(guess.value);
        setFormat(guess.format ?? '');
      })
      .catch((error: unknown) => setProblem(`expected JSON or PEM: ${(error as Error).message}`));
  }, [file]);
  const isKeyAlone = format === 'pem' || format === 'jwk';
  const read = async (): Promise<void> => {
    if (done !== undefined) return onClose();
    if (format === '' || value === undefined) return;
    const said = Object.fromEntries(Object.entries(missing).filter(([, text]) => text !== ''));
    try {
      const result = await source.importCredentials(format, value, {
        existing: existing as 'refuse',
        ...(isKeyAlone && said),
      });
      setProblem(undefined);
      if (result.warnings.length > 0)
        return setDone({ count: result.credentials.length, warnings: result.warnings });
      onClose();
      shell.say(`${result.credentials.length} imported.`);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <Dialog
      title="Import credentials"
      doIt={done === undefined ? 'Import' : 'Close'}
      onClose={onClose}
      onDo={read}
    >
      <p class="field">
        <label for={input}>File with private keys</label>
        <input
          id={input}
          type="file"
          onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])}
          aria-describedby={`${input}-name`}
        />
        <small id={`${input}-name`} class="hint">
          {file === undefined ? 'JSON, a value a line, or PEM' : <Text value={file.name} most={120} />}
        </small>
      </p>
      {value !== undefined && (
        <>
          <Select
            label="Format"
            value={format}
            onValue={(value) => setFormat(value as PortableFormat)}
            options={
              format === ''
                ? [['', 'choose: it could not be guessed'], ...PORTABLE_FORMATS]
                : PORTABLE_FORMATS
            }
          />
          {isKeyAlone && (
            <>
              <p class="hint">A key alone does not say whose it is.</p>
              <div class="pair">
                <Field
                  label="RP ID"
                  value={missing.rpId}
                  onValue={(rpId) => setMissing({ ...missing, rpId })}
                  input={{ required: true }}
                />
                <Field
                  label="User name"
                  value={missing.userName}
                  onValue={(userName) => setMissing({ ...missing, userName })}
                />
                <Field
                  label="User handle"
                  value={missing.userId}
                  onValue={(userId) => setMissing({ ...missing, userId })}
                  hint="base64url; makes it discoverable"
                />
                <Field
                  label="Credential ID"
                  value={missing.id}
                  onValue={(id) => setMissing({ ...missing, id })}
                  hint="base64url"
                />
              </div>
            </>
          )}
          <Choice
            legend="Those that are there already"
            value={existing}
            onValue={setExisting}
            options={[
              ['refuse', 'Refuse the file'],
              ['replace', 'Replace'],
              ['keep', 'Keep'],
            ]}
          />
        </>
      )}
      {problem !== undefined && (
        <p class="problem" role="alert">
          <Text value={problem} most={2000} />
        </p>
      )}
      {done !== undefined && (
        <>
          <p role="status">{done.count} imported.</p>
          <Warnings of={done.warnings} />
        </>
      )}
    </Dialog>
  );
}
