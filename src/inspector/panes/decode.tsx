/** Anything that is pasted or dropped, decoded in the page. */
import { useId, useMemo, useState } from 'preact/hooks';
import { CtapCommand, type CtapCommandName } from '../../ctap/commands.ts';
import type { DecodedKind } from '../../decode/decode.ts';
import { decodedKinds } from '../../decode/kinds.ts';
import { brokenOf, type Shown, shownOf } from '../decoded.ts';
import { Select } from '../view/field.tsx';
import { FileTarget } from '../view/file-target.tsx';
import { Lit } from '../view/lit.tsx';
import { Text } from '../view/text.tsx';
import { DataTree } from '../view/tree.tsx';
import { useShell } from '../view/use.ts';

/** Bytes of the largest file: nothing in WebAuthn is longer. */
const LONGEST = 1024 * 1024;

export function Decode() {
  const shell = useShell();
  const input = useId();
  const [text, setText] = useState('');
  const [bytes, setBytes] = useState<Uint8Array | undefined>(undefined);
  const [as, setAs] = useState('');
  const [command, setCommand] = useState('');
  const result = useMemo(() => resultOf(bytes ?? text, as, command), [bytes, text, as, command]);
  const onFile = (file: File): void =>
    void shell.act(async () => {
      if (file.size > LONGEST)
        throw new RangeError(`expected a file of at most 1 MiB, got ${file.size} bytes`);
      const content = new Uint8Array(await file.arrayBuffer());
      const isText = content.every(
        (byte) => (byte >= 0x20 && byte < 0x7f) || byte === 10 || byte === 13 || byte === 9,
      );
      setText(isText ? new TextDecoder().decode(content) : `(${file.name}: ${content.length} bytes)`);
      setBytes(isText ? undefined : content);
    });
  return (
    <FileTarget what="a file to decode" onFile={onFile}>
      <div class="columns single">
        <section class="card wide" aria-label="What to decode">
          <label for={input}>Base64url, base64, hexadecimal or JSON: paste it, or drop a file</label>
          <textarea
            id={input}
            rows={6}
            spellcheck={false}
            value={text}
            onInput={({ currentTarget }) => {
              setBytes(undefined);
              setText(currentTarget.value);
            }}
          />
          <div class="pair">
            <Select
              label="What it is"
              value={as}
              onValue={setAs}
              options={[['', 'whatever it looks like'], ...decodedKinds.map((kind) => [kind, kind] as const)]}
            />
            <Select
              label="What a response answers"
              value={command}
              onValue={setCommand}
              options={[['', 'not known'], ...Object.keys(CtapCommand).map((name) => [name, name] as const)]}
            />
          </div>
        </section>
        <section class="card wide" aria-label="What is in it" aria-live="polite">
          <ResultView result={result} />
        </section>
      </div>
    </FileTarget>
  );
}

type Result = Shown | { readonly problem: string; readonly placed?: Shown['placed'] } | undefined;

function resultOf(input: string | Uint8Array, as: string, command: string): Result {
  if (typeof input === 'string' && input.trim() === '') return undefined;
  const known = {
    ...(as !== '' && { as: as as DecodedKind }),
    ...(command !== '' && { command: command as CtapCommandName }),
  };
  try {
    return shownOf(input, known);
  } catch (error) {
    return { problem: (error as Error).message, placed: brokenOf(input, known) };
  }
}

function ResultView({ result }: { readonly result: Result }) {
  if (result === undefined) return <p class="faint">It shows here what it is, and what is in it.</p>;
  if ('problem' in result)
    return (
      <>
        <p class="problem">
          <Text value={result.problem} most={2000} />
        </p>
        {result.placed && (
          <Lit
            id="broken"
            label="As far as it can be read"
            place={result.placed.place}
            bytes={result.placed.bytes}
          />
        )}
      </>
    );
  const { kind, value, placed } = result;
  return (
    <>
      <h2>{kind}</h2>
      {placed === undefined ? (
        <DataTree key={kind} id="decoded" label={kind} value={value} />
      ) : (
        <Lit key={placed.bytes.length} id="decoded" label={kind} place={placed.place} bytes={placed.bytes} />
      )}
    </>
  );
}
