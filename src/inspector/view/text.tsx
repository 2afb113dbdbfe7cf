/** Texts from outside: harmless, whatever they are. */
import { spelled, UNSAFE } from '../../base/harmless.ts';

/** Longer ones are cut. */
const LONGEST = 400;

/** A text in pieces: every second one is a character that must not be drawn as it is. */
function pieces(text: string): readonly string[] {
  return text.split(new RegExp(`(${UNSAFE.source})`, 'u'));
}

/**
 * A text that came from a page, a server or a file. What turns the direction, cannot be seen or draws elsewhere is spelled out, and what
 * is enormous is cut.
 */
export function Text({ value, most = LONGEST }: { readonly value: string; readonly most?: number }) {
  const cut = value.length > most;
  const shown = cut ? value.slice(0, most).replace(/[\ud800-\udbff]$/, '') : value;
  return (
    <bdi class="text">
      {pieces(shown).map((piece, index) =>
        index % 2 === 1 ? (
          <span class="odd" key={index}>
            {spelled(piece)}
          </span>
        ) : (
          piece
        ),
      )}
      {cut && <span class="odd">… {value.length.toLocaleString('en')} characters</span>}
    </bdi>
  );
}

/** Our own sentences, in which backticks are around what is code. */
export function Prose({ value }: { readonly value: string }) {
  return (
    <>{value.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}</>
  );
}

/** A long text of an ID: its beginning; all of it when pointed at, or copied. */
export function Id({ value }: { readonly value: string }) {
  return (
    <code class="id" title={value.slice(0, 1400)}>
      {value.length > 16 ? `${value.slice(0, 14)}…` : value}
    </code>
  );
}

const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment: the time of day; the date when pointed at. */
export function Time({ at, whole = false }: { readonly at: number | undefined; readonly whole?: boolean }) {
  if (at === undefined || !Number.isFinite(at) || Math.abs(at) > 8.64e15) return <span class="faint">–</span>;
  const date = new Date(at);
  const full = DATE.format(date);
  return (
    <time dateTime={date.toISOString()} title={full}>
      {whole ? full : TIME.format(date)}
    </time>
  );
}
