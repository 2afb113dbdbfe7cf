/** A decoded value as a tree that opens and closes: options, client data, getInfo. */
import { useMemo, useState } from 'preact/hooks';
import type { Tree } from '../answers.ts';
import { closedAtFirst, flattened, type Node, nodesOf } from '../flat-tree.ts';
import { Text } from './text.tsx';
import { VirtualList } from './virtual-list.tsx';

const ROW = 24;
/** Rows of the highest tree; a higher one scrolls. */
const MOST_ROWS = 18;

export function DataTree({
  id,
  label,
  value,
}: {
  readonly id: string;
  readonly label: string;
  readonly value: Tree;
}) {
  const nodes = useMemo(() => nodesOf(value), [value]);
  const [closed, setClosed] = useState<ReadonlySet<Node>>(() => closedAtFirst(nodes));
  const [chosen, setChosen] = useState(0);
  const rows = useMemo(() => flattened(nodes, closed), [nodes, closed]);
  const toggle = (node: Node | undefined, open: boolean): boolean => {
    if (node === undefined || node.members.length === 0 || closed.has(node) !== open) return false;
    const next = new Set(closed);
    if (open) next.delete(node);
    else next.add(node);
    setClosed(next);
    return true;
  };
  return (
    <div class="tree-box" style={{ height: `${Math.min(rows.length, MOST_ROWS) * ROW + 2}px` }}>
      <VirtualList
        id={id}
        label={label}
        kind="tree"
        class="tree"
        count={rows.length}
        rowHeight={ROW}
        chosen={chosen}
        choose={setChosen}
        onKey={(key, row) => {
          const node = rows[row]?.node;
          if (key === 'ArrowRight') return toggle(node, true);
          if (key === 'ArrowLeft') return toggle(node, false);
          return (key === 'Enter' || key === ' ') && node !== undefined && toggle(node, closed.has(node));
        }}
        attributes={(row) => {
          const { node, level } = rows[row] as { node: Node; level: number };
          return {
            'aria-level': level + 1,
            'aria-expanded': node.members.length === 0 ? undefined : !closed.has(node),
          };
        }}
        row={(row) => {
          const { node, level } = rows[row] as { node: Node; level: number };
          const isOpen = !closed.has(node);
          return (
            <span class="node" style={{ paddingLeft: `${level * 16}px` }}>
              <span class="twist" aria-hidden="true" onClick={() => toggle(node, !isOpen)}>
                {node.members.length === 0 ? '' : isOpen ? '▾' : '▸'}
              </span>
              <span class="name">
                <Text value={node.name} most={120} />
              </span>{' '}
              <span class={node.members.length > 0 ? 'faint' : 'value'}>
                <Text value={node.text} />
              </span>
            </span>
          );
        }}
      />
    </div>
  );
}
