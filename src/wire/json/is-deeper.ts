// How deep a parsed JSON value is. V8 parses any depth, but whoever walks such a value by recursion, here or upstream,
// runs out of stack.

/** Python's `json` gives up at about this depth, and many upstreams are written in it. */
export const deepestJson = 1000;

/** Whether arrays and objects stand more than `levels` deep in each other. Takes at most that much stack. */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const element of value) if (isDeeper(element, levels - 1)) return true;
    return false;
  }
  for (const name in value) {
    if (isDeeper((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return true;
  }
  return false;
}
