// A conversation that may branch: a turn that is sent again stands beside the one before, with what followed each. Values are
// never changed, so that every state can be drawn, kept and compared. Knows nothing of what a turn is.

export interface ThreadNode<Turn> {
  readonly id: string;
  /** Absent = the first turn. */
  readonly parent: string | undefined;
  readonly turn: Turn;
}

export interface Thread<Turn> {
  readonly nodes: Readonly<Record<string, ThreadNode<Turn>>>;
  /** Ids by parent, in the order in which they were made; `` is the beginning. */
  readonly children: Readonly<Record<string, readonly string[]>>;
  /** Which child is shown, by parent. */
  readonly chosen: Readonly<Record<string, string>>;
}

export function emptyThread<Turn>(): Thread<Turn> {
  return { nodes: {}, children: {}, chosen: {} };
}

/** The turns that are shown, from the first. */
export function pathOf<Turn>(thread: Thread<Turn>): readonly ThreadNode<Turn>[] {
  const path: ThreadNode<Turn>[] = [];
  for (let id = thread.chosen['']; id !== undefined; id = thread.chosen[id]) {
    const node = thread.nodes[id];
    if (!node) break;
    path.push(node);
  }
  return path;
}

/** The turns before `id`, from the first. */
export function pathBefore<Turn>(thread: Thread<Turn>, id: string): readonly ThreadNode<Turn>[] {
  const path: ThreadNode<Turn>[] = [];
  for (let at = thread.nodes[id]?.parent; at !== undefined; at = thread.nodes[at]?.parent) {
    const node = thread.nodes[at];
    if (!node) break;
    path.unshift(node);
  }
  return path;
}

/** A turn after `parent`, and it is the one that is shown. */
export function withTurn<Turn>(
  thread: Thread<Turn>,
  parent: string | undefined,
  id: string,
  turn: Turn,
): Thread<Turn> {
  const place = parent ?? '';
  return {
    nodes: { ...thread.nodes, [id]: { id, parent, turn } },
    children: { ...thread.children, [place]: [...(thread.children[place] ?? []), id] },
    chosen: { ...thread.chosen, [place]: id },
  };
}

export function changeTurn<Turn>(thread: Thread<Turn>, id: string, turn: Turn): Thread<Turn> {
  const node = thread.nodes[id];
  return node ? { ...thread, nodes: { ...thread.nodes, [id]: { ...node, turn } } } : thread;
}

/** Which of the turns in the same place this is, from 0, and how many there are. */
export function versionOf<Turn>(
  thread: Thread<Turn>,
  id: string,
): { readonly at: number; readonly of: number } {
  const siblings = thread.children[thread.nodes[id]?.parent ?? ''] ?? [];
  return { at: siblings.indexOf(id), of: siblings.length };
}

/** Shows the version `by` places after this one. */
export function chooseVersion<Turn>(thread: Thread<Turn>, id: string, by: number): Thread<Turn> {
  const place = thread.nodes[id]?.parent ?? '';
  const siblings = thread.children[place] ?? [];
  const chosen = siblings[siblings.indexOf(id) + by];
  return chosen === undefined ? thread : { ...thread, chosen: { ...thread.chosen, [place]: chosen } };
}

/** Takes a turn out. What followed it follows the turn before, so that nothing else is lost. */
export function withoutTurn<Turn>(thread: Thread<Turn>, id: string): Thread<Turn> {
  const node = thread.nodes[id];
  if (!node) return thread;
  const place = node.parent ?? '';
  const followers = thread.children[id] ?? [];
  const siblings = thread.children[place] ?? [];
  const at = siblings.indexOf(id);
  const left = [...siblings.slice(0, at), ...followers, ...siblings.slice(at + 1)];
  const { [id]: _node, ...nodes } = thread.nodes;
  const { [id]: _children, ...children } = thread.children;
  const { [id]: shownFollower, [place]: shown, ...chosen } = thread.chosen;
  const next = shown === id ? (shownFollower ?? left[Math.max(at - 1, 0)]) : shown;
  return {
    nodes: {
      ...nodes,
      ...Object.fromEntries(
        followers.flatMap((each) => {
          const follower = nodes[each];
          return follower ? [[each, { ...follower, parent: node.parent }]] : [];
        }),
      ),
    },
    children: { ...children, [place]: left },
    chosen: next === undefined ? chosen : { ...chosen, [place]: next },
  };
}
