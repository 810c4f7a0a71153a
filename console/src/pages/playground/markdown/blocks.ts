// A growing Markdown text in blocks that are finished and one that is not, so that a long answer is not read again for each word
// that comes. A block ends where nothing that follows can change how it is shown. Knows no renderer.

export interface Blocks {
  /** How far the text was looked through: what came before is in `finished`. */
  readonly upTo: number;
  readonly finished: readonly string[];
}

export const noBlocks: Blocks = { upTo: 0, finished: [] };

/** The finished blocks of a text that begins with the one that gave `before`. Looks only at what is new. */
export function advanceBlocks(before: Blocks, text: string): Blocks {
  let { upTo } = before;
  const finished: string[] = [];
  for (let cut = nextCut(text, upTo); cut !== undefined; cut = nextCut(text, upTo)) {
    finished.push(text.slice(upTo, cut));
    upTo = cut;
  }
  return finished.length === 0 ? before : { upTo, finished: [...before.finished, ...finished] };
}

const fenceLine = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/**
 * Where the block that begins at `from` ends: before a line that begins a block of its own after an empty line, outside of a code
 * fence. Lists, quotes, tables, HTML and what is indented may go on after an empty line, so they never begin one.
 */
function nextCut(text: string, from: number): number | undefined {
  let fence: string | undefined;
  let blank = false;
  let content = false;
  for (let at = from; at < text.length; ) {
    const end = text.indexOf('\n', at);
    // A line that is still being written could become anything.
    if (end < 0) return undefined;
    const line = text.slice(at, end);
    if (fence !== undefined) {
      const [, mark = '', rest = ''] = fenceLine.exec(line) ?? [];
      if (mark[0] === fence[0] && mark.length >= fence.length && rest.trim() === '') {
        // Nothing can be added to a fence that is closed, unless it lies in a list, which began the block.
        fence = undefined;
        blank = true;
      }
    } else if (line.trim() === '') {
      blank = content;
    } else {
      if (blank && startsBlock(line)) return at;
      fence = fenceLine.exec(line)?.[1];
      content = true;
      blank = false;
    }
    at = end + 1;
  }
  return undefined;
}

/** Text, a heading or a fence at the left edge: none of them belongs to a list, a quote or a table before it. */
function startsBlock(line: string): boolean {
  return /^(?:#{1,6} |[^\s>|+*\-<[\]\d`~#:]|`{3}|~{3})/.test(line);
}
