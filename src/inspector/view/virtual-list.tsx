/**
 * A list of any length, of which the page has only the rows that are seen. The list has the focus, and says which of its rows is meant
 * (aria-activedescendant): a row that is scrolled away could not keep it.
 */
import type { ComponentChildren, HTMLAttributes } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rowByKey, scrollTo, windowOf } from '../virtual.ts';

export interface VirtualListProps {
  /** Unique in the page: the beginning of the rows' IDs. */
  readonly id: string;
  readonly label: string;
  readonly count: number;
  /** In pixels. */
  readonly rowHeight: number;
  /** What the rows are: options to choose from, rows of a grid, items of a tree. */
  readonly kind: 'listbox' | 'grid' | 'tree';
  /** The row that is chosen; -1 for none. */
  readonly chosen: number;
  /** Called when a row is chosen, by click, Enter or, in a listbox or tree, by going there. */
  readonly choose: (row: number) => void;
  readonly row: (row: number) => ComponentChildren;
  /** Attributes of a row, such as aria-level. */
  readonly attributes?: (row: number) => HTMLAttributes<HTMLDivElement>;
  /** Above the rows of a grid: its heads. */
  readonly head?: ComponentChildren;
  /** Called with keys that lead to no other row. @returns whether that was of use */
  readonly onKey?: (key: string, row: number) => boolean;
  readonly onPoint?: (row: number | undefined) => void;
  readonly class?: string;
}

const ROLES = { listbox: 'option', grid: 'row', tree: 'treeitem' } as const;

export function VirtualList(props: VirtualListProps) {
  const { id, label, count, rowHeight, kind, chosen, choose, row, attributes, head, onKey, onPoint } = props;
  const element = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(400);
  const [active, setActive] = useState(Math.max(0, chosen));
  const at = Math.min(active, count - 1);

  useLayoutEffect(() => {
    const box = element.current;
    if (box === null) return;
    const measure = new ResizeObserver(() => setHeight(box.clientHeight));
    measure.observe(box);
    setHeight(box.clientHeight);
    return () => measure.disconnect();
  }, []);

  const show = (target: number): void => {
    const box = element.current;
    if (box === null) return;
    const to = scrollTo(target, rowHeight, box.scrollTop, box.clientHeight - headHeight(box));
    if (to !== box.scrollTop) box.scrollTop = to;
    setTop(box.scrollTop);
  };
  useEffect(() => {
    if (chosen < 0) return;
    setActive(chosen);
    show(chosen);
  }, [chosen]);

  const go = (target: number): void => {
    setActive(target);
    show(target);
    if (kind !== 'grid') choose(target);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== element.current || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = rowByKey(event.key, at, count, Math.floor(height / rowHeight));
    if (target !== undefined) go(target);
    else if ((event.key === 'Enter' || event.key === ' ') && at >= 0 && onKey?.(event.key, at) !== true)
      choose(at);
    else if (onKey?.(event.key, at) !== true) return;
    event.preventDefault();
  };

  const { first, end } = windowOf(count, rowHeight, top, height);
  const rows = Array.from({ length: end - first }, (_, index) => first + index);
  const isGrid = kind === 'grid';
  return (
    <div
      ref={element}
      class={`virtual ${props.class ?? ''}`}
      role={kind}
      aria-label={label}
      aria-rowcount={isGrid ? count + 1 : undefined}
      tabIndex={0}
      aria-activedescendant={at >= first && at < end ? `${id}-${at}` : undefined}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      onMouseLeave={onPoint && (() => onPoint(undefined))}
    >
      {head}
      <div class="virtual-all" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {rows.map((place) => (
          <div
            key={place}
            id={`${id}-${place}`}
            role={ROLES[kind]}
            class={place === at ? 'virtual-row active' : 'virtual-row'}
            style={{ top: `${place * rowHeight}px`, height: `${rowHeight}px` }}
            aria-selected={place === chosen}
            aria-rowindex={isGrid ? place + 2 : undefined}
            aria-posinset={isGrid ? undefined : place + 1}
            aria-setsize={isGrid ? undefined : count}
            onClick={() => {
              setActive(place);
              choose(place);
            }}
            onMouseEnter={onPoint && (() => onPoint(place))}
            {...attributes?.(place)}
          >
            {row(place)}
          </div>
        ))}
      </div>
    </div>
  );
}

/** A head that stays covers so much of the rows. */
function headHeight(box: HTMLElement): number {
  return box.querySelector<HTMLElement>('.virtual-head')?.offsetHeight ?? 0;
}
