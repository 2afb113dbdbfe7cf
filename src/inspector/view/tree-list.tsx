/** A tree as a list of rows that open and close, by keys and by clicks. */
import { useMemo, useState } from 'preact/hooks';
import { closedAtFirst, flattened, type Row } from '../flat-tree.ts';
import { Text } from './text.tsx';
import { VirtualList, type VirtualListProps } from './virtual-list.tsx';

/** The height of a row, in pixels. */
export const ROW = 24;

interface TreeNode<N> {
  readonly name: string;
  readonly text: string;
  /** What is wrong with it, in words. */
  readonly problem?: string | undefined;
  readonly members: readonly N[];
}

interface OpenTree<N> {
  /** Those that are open, in order. */
  readonly rows: readonly Row<N>[];
  readonly isOpen: (node: N) => boolean;
  /** @returns whether that changed anything */
  readonly toggle: (node: N, open: boolean) => boolean;
}

export function useTree<N extends TreeNode<N>>(nodes: readonly N[]): OpenTree<N> {
  const [closed, setClosed] = useState<ReadonlySet<N>>(() => closedAtFirst(nodes));
  const rows = useMemo(() => flattened(nodes, closed), [nodes, closed]);
  const toggle = (node: N, open: boolean): boolean => {
    if (node.members.length === 0 || closed.has(node) !== open) return false;
    const next = new Set(closed);
    if (open) next.delete(node);
    else next.add(node);
    setClosed(next);
    return true;
  };
  return { rows, isOpen: (node) => !closed.has(node), toggle };
}

interface TreeListProps<N> extends Pick<VirtualListProps, 'id' | 'label' | 'chosen' | 'choose' | 'onPoint'> {
  readonly tree: OpenTree<N>;
  /** Further attributes of a node's row. */
  readonly more?: (node: N) => Readonly<Record<`data-${string}`, string>> | false;
}

export function TreeList<N extends TreeNode<N>>({ tree, more, ...list }: TreeListProps<N>) {
  const { rows, isOpen, toggle } = tree;
  return (
    <VirtualList
      {...list}
      kind="tree"
      class="tree"
      count={rows.length}
      rowHeight={ROW}
      onKey={(key, row) => {
        const node = rows[row]?.node;
        if (node === undefined) return false;
        if (key === 'ArrowRight') return toggle(node, true);
        if (key === 'ArrowLeft') return toggle(node, false);
        return (key === 'Enter' || key === ' ') && toggle(node, !isOpen(node));
      }}
      attributes={(row) => {
        const { node, level } = rows[row] as Row<N>;
        return {
          'aria-level': level + 1,
          'aria-expanded': node.members.length === 0 ? undefined : isOpen(node),
          ...more?.(node),
        };
      }}
      row={(row) => {
        const { node, level } = rows[row] as Row<N>;
        const { name, text, problem, members } = node;
        return (
          <span class="node" style={{ paddingLeft: `${level * 16}px` }}>
            <span class="twist" aria-hidden="true" onClick={() => toggle(node, !isOpen(node))}>
              {members.length === 0 ? '' : isOpen(node) ? '▾' : '▸'}
            </span>
            <span class="name">
              <Text value={name} most={120} />
            </span>{' '}
            <span class={members.length > 0 ? 'faint' : 'value'}>
              <Text value={text} />
            </span>
            {problem !== undefined && <span class="problem">{problem}</span>}
          </span>
        );
      }}
    />
  );
}
