// Tool calls in stream deltas, so that they assemble to what the model wrote: every call has its own index, id and name
// come once, arguments are pieces of JSON text. CONTRACT section 6, details 1 and 3.

interface Call {
  readonly index: number;
  readonly id: string;
  readonly upstreamIndex: unknown;
  /** Whether any piece of its arguments came. */
  written: boolean;
}

type Payload = { name?: unknown; arguments?: unknown } & Record<string, unknown>;
type Entry = {
  index?: unknown;
  id?: unknown;
  type?: unknown;
  function?: Payload;
  custom?: Payload;
} & Record<string, unknown>;

/** The calls of one choice. */
export interface ToolCallMender {
  /** Makes the entries of one delta regular, in place; says whether anything changed. */
  mend(entries: unknown[]): boolean;
  /** Entries to add at the end: a call without arguments is `{}`, not an empty text that no client can parse. */
  closing(): unknown[];
  count(): number;
}

/** `newId` names a call that its upstream left without an id. */
export function createToolCallMender(newId: () => string): ToolCallMender {
  const calls: Call[] = [];

  /** The call an entry goes on with; `undefined` when it begins one. */
  function continued(entry: Entry, payload: Payload | undefined): Call | undefined {
    const named = typeof payload?.name === 'string' && payload.name !== '';
    const id = typeof entry.id === 'string' && entry.id !== '' ? entry.id : undefined;
    const sameId = id === undefined ? undefined : calls.find((call) => call.id === id);
    if (sameId) return sameId;
    // Ollama gives parallel calls one index, but each its id; old vLLM a new id with every piece, but no name.
    if (named && (id !== undefined || entry.index === undefined)) return undefined;
    return entry.index === undefined
      ? calls.at(-1)
      : calls.findLast((call) => call.upstreamIndex === entry.index);
  }

  function mendEntry(entry: Entry): boolean {
    const payload = objectOr(entry.function) ?? objectOr(entry.custom);
    const call = continued(entry, payload);
    let changed = mendArguments(entry.function);
    if (call) {
      changed = strip(entry, 'id') || changed;
      changed = strip(entry, 'type') || changed;
      if (payload) changed = strip(payload, 'name') || changed;
      call.written ||= hasInput(payload);
      return setIndex(entry, call.index) || changed;
    }
    const begun: Call = {
      index: calls.length,
      id: typeof entry.id === 'string' && entry.id !== '' ? entry.id : newId(),
      upstreamIndex: entry.index,
      written: hasInput(payload),
    };
    calls.push(begun);
    if (entry.id !== begun.id) {
      entry.id = begun.id;
      changed = true;
    }
    if (typeof entry.type !== 'string' || entry.type === '') {
      entry.type = entry.custom ? 'custom' : 'function';
      changed = true;
    }
    return setIndex(entry, begun.index) || changed;
  }

  return {
    mend(entries) {
      let changed = false;
      for (const [position, entry] of [...entries.entries()].reverse()) {
        if (objectOr(entry)) continue;
        entries.splice(position, 1);
        changed = true;
      }
      for (const entry of entries) changed = mendEntry(entry as Entry) || changed;
      return changed;
    },
    closing() {
      const empty = calls.filter((call) => !call.written);
      for (const call of empty) call.written = true;
      return empty.map(({ index }) => ({ index, function: { arguments: '{}' } }));
    },
    count: () => calls.length,
  };
}

/** Arguments are text; an upstream that sends them as the object itself sends them whole. */
export function mendArguments(payload: unknown): boolean {
  const called = objectOr(payload) as Payload | undefined;
  if (!called || typeof called.arguments === 'string' || !('arguments' in called)) return false;
  called.arguments =
    called.arguments === null || called.arguments === undefined ? '' : JSON.stringify(called.arguments);
  return true;
}

function hasInput(payload: Payload | undefined): boolean {
  return (
    payload !== undefined && (('arguments' in payload && payload.arguments !== '') || 'input' in payload)
  );
}

function setIndex(entry: Entry, index: number): boolean {
  if (entry.index === index) return false;
  entry.index = index;
  return true;
}

function strip(object: Record<string, unknown>, name: string): boolean {
  if (!(name in object)) return false;
  delete object[name];
  return true;
}

function objectOr<T>(value: T): T | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
