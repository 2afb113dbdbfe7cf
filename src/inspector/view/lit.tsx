/** Tree and bytes side by side: what is pointed at in one is lit in the other. */
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { hex } from '../../base/bytes.ts';
import type { Place } from '../../decode/places.ts';
import { bytesPerLine, lineOf } from '../hex-lines.ts';
import { ROW, TreeList, useTree } from './tree-list.tsx';
import { VirtualList } from './virtual-list.tsx';

const MOST_ROWS = 16;

interface LitProps {
  /** Unique in the page. */
  readonly id: string;
  readonly label: string;
  readonly place: Place;
  readonly bytes: Uint8Array;
}

export function Lit({ id, label, place, bytes }: LitProps) {
  const nodes = useMemo(() => [place], [place]);
  const tree = useTree(nodes);
  const { rows } = tree;
  const [chosen, setChosen] = useState(0);
  const [pointed, setPointed] = useState<Place | undefined>(undefined);
  const lit = pointed ?? rows[chosen]?.node ?? place;
  const element = useRef<HTMLDivElement>(null);
  const perLine = bytesPerLine(useWidth(element));
  const lines = Math.ceil(bytes.length / perLine);
  // (Bytes that someone points at do not scroll away under the pointer.)
  const [isFromBytes, setFromBytes] = useState(false);
  const point = (offset: number): void => {
    const row = rows.findLastIndex(({ node }) => offset >= node.start && offset < node.end);
    if (row < 0) return;
    setFromBytes(true);
    setPointed(undefined);
    setChosen(row);
  };
  const height = `${Math.min(Math.max(rows.length, lines), MOST_ROWS) * ROW + 2}px`;
  return (
    <div class="lit-box">
      <div ref={element} class="lit" style={{ '--lit-height': height }}>
        <TreeList
          id={`${id}-tree`}
          label={`${label}, decoded`}
          tree={tree}
          chosen={chosen}
          choose={(row) => {
            setFromBytes(false);
            setChosen(row);
            setPointed(undefined);
          }}
          onPoint={(row) => {
            setFromBytes(false);
            setPointed(row === undefined ? undefined : rows[row]?.node);
          }}
          more={(node) => node === lit && node !== place && { 'data-lit': '' }}
        />
        <VirtualList
          id={`${id}-bytes`}
          label={`${label}, ${bytes.length} bytes`}
          kind="listbox"
          class="bytes"
          count={lines}
          rowHeight={ROW}
          chosen={isFromBytes ? -1 : lineOf(lit.start, bytes.length, perLine)}
          choose={() => {}}
          row={(line) => (
            <Line
              start={line * perLine}
              some={bytes.subarray(line * perLine, (line + 1) * perLine)}
              lit={lit === place ? undefined : lit}
              point={point}
            />
          )}
        />
      </div>
    </div>
  );
}

interface LineProps {
  /** The offset of its first byte. */
  readonly start: number;
  readonly some: Uint8Array;
  readonly lit: Place | undefined;
  readonly point: (offset: number) => void;
}

function Line({ start, some, lit, point }: LineProps) {
  return (
    <span class="line">
      <span class="offset">{start.toString(16).padStart(4, '0')}</span>
      {[...some].map((value, index) => {
        const offset = start + index;
        const isLit = lit !== undefined && offset >= lit.start && offset < lit.end;
        return (
          <span key={offset} class={isLit ? 'byte lit-byte' : 'byte'} onMouseEnter={() => point(offset)}>
            {hex(Uint8Array.of(value))}
          </span>
        );
      })}
    </span>
  );
}

/** How wide an element is, in pixels; 0 before it is drawn. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = new ResizeObserver(() => setWidth(box.clientWidth));
    measure.observe(box);
    setWidth(box.clientWidth);
    return () => measure.disconnect();
  }, []);
  return width;
}
