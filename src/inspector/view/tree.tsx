/** A decoded value as a tree that opens and closes: options, client data, getInfo. */
import { useMemo, useState } from 'preact/hooks';
import type { Tree } from '../answers.ts';
import { nodesOf } from '../flat-tree.ts';
import { ROW, TreeList, useTree } from './tree-list.tsx';

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
  const tree = useTree(nodes);
  const [chosen, setChosen] = useState(0);
  return (
    <div class="tree-box" style={{ height: `${Math.min(tree.rows.length, MOST_ROWS) * ROW + 2}px` }}>
      <TreeList id={id} label={label} tree={tree} chosen={chosen} choose={setChosen} />
    </div>
  );
}
