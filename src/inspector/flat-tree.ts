/** Trees as rows: those that are open, in order. */
import type { Tree } from './answers.ts';

export interface Node {
  readonly name: string;
  readonly text: string;
  readonly members: readonly Node[];
}

export interface Row<N> {
  readonly node: N;
  /** 0 at the top. */
  readonly level: number;
}

/** Nodes of the largest tree that is shown. */
const MOST_NODES = 50_000;
/** A tree of so many nodes begins with its branches closed. */
const MANY = 400;

export function nodesOf(value: Tree): readonly Node[] {
  let left = MOST_NODES;
  const walk = (name: string, value: Tree): Node => {
    if (typeof value !== 'object' || value === null) return { name, text: String(value), members: [] };
    const entries = Array.isArray(value)
      ? value.map((one: Tree, index): [string, Tree] => [String(index), one])
      : Object.entries(value as Readonly<Record<string, Tree>>);
    // A short list is one line.
    const isScalar =
      Array.isArray(value) && value.every((one: Tree) => typeof one !== 'object' || one === null);
    const line = isScalar ? (value as readonly Tree[]).join(', ') : '';
    if (isScalar && line.length < 120) return { name, text: line === '' ? 'empty' : line, members: [] };
    const members: Node[] = [];
    for (const [key, member] of entries) {
      if (--left < 0) break;
      members.push(walk(key, member));
    }
    const count = entries.length;
    const unit = Array.isArray(value) ? 'element' : 'member';
    return { name, text: count === 0 ? 'empty' : `${count} ${unit}${count === 1 ? '' : 's'}`, members };
  };
  const whole = walk('', value);
  return whole.members.length > 0 ? whole.members : [whole];
}

/** What is closed before someone opens it: nothing, or in a large tree every branch. */
export function closedAtFirst<N extends { readonly members: readonly N[] }>(
  nodes: readonly N[],
): ReadonlySet<N> {
  const branches: N[] = [];
  let count = 0;
  const walk = (some: readonly N[]): void => {
    for (const node of some) {
      count++;
      if (node.members.length > 0) branches.push(node);
      walk(node.members);
    }
  };
  walk(nodes);
  return new Set(count > MANY ? branches : []);
}

/** The rows of what is open. */
export function flattened<N extends { readonly members: readonly N[] }>(
  nodes: readonly N[],
  closed: ReadonlySet<N>,
): readonly Row<N>[] {
  const rows: Row<N>[] = [];
  const walk = (some: readonly N[], level: number): void => {
    for (const node of some) {
      rows.push({ node, level });
      if (!closed.has(node)) walk(node.members, level + 1);
    }
  };
  walk(nodes, 0);
  return rows;
}
