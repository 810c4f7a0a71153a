// Reads a CPU profile of V8: self time by function, and by the folder or package it is in.

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
}

/** Two lists as text, shares of the time that was not idle. */
export function summarise({ nodes, samples, timeDeltas }: Profile, lines: number): string {
  const self = new Map<number, number>();
  for (const [index, id] of samples.entries()) self.set(id, (self.get(id) ?? 0) + (timeDeltas[index] ?? 0));
  const byFunction = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let busy = 0;
  for (const { id, callFrame } of nodes) {
    const micros = self.get(id) ?? 0;
    if (callFrame.functionName === '(idle)') continue;
    busy += micros;
    const place = placeOf(callFrame.url);
    const name = `${callFrame.functionName || '(anonymous)'} ${place}${callFrame.url === '' ? '' : `:${callFrame.lineNumber + 1}`}`;
    add(byFunction, name, micros);
    add(byPlace, groupOf(place, callFrame.functionName), micros);
  }
  const list = (of: Map<string, number>) =>
    [...of]
      .sort((a, b) => b[1] - a[1])
      .slice(0, lines)
      .map(([name, micros]) => `${((100 * micros) / busy).toFixed(1).padStart(5)} %  ${name}`)
      .join('\n');
  return `busy for ${(busy / 1e6).toFixed(2)} s\n\nby place\n${list(byPlace)}\n\nby function, self time\n${list(byFunction)}`;
}

function add(to: Map<string, number>, name: string, micros: number): void {
  to.set(name, (to.get(name) ?? 0) + micros);
}

/** `src/pipeline/hold.ts`, `undici/lib/core/…`, `node:net`, or nothing. */
function placeOf(url: string): string {
  const inModules = url.lastIndexOf('node_modules/');
  if (inModules >= 0) return url.slice(inModules + 'node_modules/'.length);
  const inSource = url.lastIndexOf('/src/');
  return inSource >= 0 ? url.slice(inSource + 1) : url;
}

function groupOf(place: string, name: string): string {
  if (place === '') return name.startsWith('(') ? name : '(native)';
  if (place.startsWith('node:')) return place.startsWith('node:internal') ? 'node:internal' : place;
  return place
    .split('/')
    .slice(0, place.startsWith('src/') ? 3 : 1)
    .join('/');
}
