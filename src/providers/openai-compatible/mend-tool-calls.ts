// Tool calls in stream deltas, so that they assemble to what the model wrote: every call has its own index, id and name
// come once, arguments are pieces of JSON text. CONTRACT section 3 and section 6, details 1 and 3.
import { joinHalves } from './join-surrogates.ts';

interface Call {
  readonly index: number;
  readonly id: string;
  readonly upstreamIndex: number | undefined;
  /** Whether its name came: some upstreams send it behind the id. */
  named: boolean;
  /** Whether any piece of its arguments came. */
  written: boolean;
  /** Half a character at the end of its arguments so far. */
  half?: string | undefined;
}

type Payload = { name?: unknown; arguments?: unknown; input?: unknown };
type Entry = { index?: unknown; id?: unknown; type?: unknown; function?: Payload; custom?: Payload };

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
    const named = isText(payload?.name);
    const index = indexOf(entry);
    const sameId = isText(entry.id) ? calls.find((call) => call.id === entry.id) : undefined;
    if (sameId) return sameId;
    // Ollama gives parallel calls one index, but each its id; old vLLM a new id with every piece, but no name.
    if (named && (isText(entry.id) || index === undefined) && calls.at(-1)?.named !== false) return undefined;
    return index === undefined ? calls.at(-1) : calls.findLast((call) => call.upstreamIndex === index);
  }

  function goOn(call: Call, entry: Entry, payload: Payload | undefined): boolean {
    let changed = strip(entry, 'id');
    changed = strip(entry, 'type') || changed;
    if ('function' in entry && !objectOr(entry.function)) changed = strip(entry, 'function') || changed;
    if ('custom' in entry && !objectOr(entry.custom)) changed = strip(entry, 'custom') || changed;
    if (payload && call.named) changed = strip(payload, 'name') || changed;
    if (isText(payload?.name)) call.named = true;
    call.written ||= hasInput(payload);
    return setMember(entry, 'index', call.index) || changed;
  }

  /** The first piece of a call has all of its head, and a text of arguments to add to. */
  function begin(entry: Entry, given: Payload | undefined): boolean {
    const isCustom = given !== undefined && given === objectOr(entry.custom);
    const payload: Payload = given ?? {};
    let changed = setMember(entry, isCustom ? 'custom' : 'function', payload);
    const call: Call = {
      index: calls.length,
      id: isText(entry.id) ? entry.id : newId(),
      upstreamIndex: indexOf(entry),
      named: isText(payload.name),
      written: isCustom || hasInput(payload),
    };
    calls.push(call);
    if (typeof payload.name !== 'string') changed = setMember(payload, 'name', '');
    if (!isCustom && payload.arguments === undefined) changed = setMember(payload, 'arguments', '');
    changed = setMember(entry, 'id', call.id) || changed;
    changed = setMember(entry, 'type', isCustom ? 'custom' : 'function') || changed;
    return setMember(entry, 'index', call.index) || changed;
  }

  function mendEntry(entry: Entry): boolean {
    const payload = objectOr(entry.function) ?? objectOr(entry.custom);
    const changed = mendArguments(objectOr(entry.function));
    const call = continued(entry, payload);
    const mended = call ? goOn(call, entry, payload) : begin(entry, payload);
    return joinInput(call ?? (calls.at(-1) as Call), payload) || mended || changed;
  }

  return {
    mend(entries) {
      let changed = false;
      for (let position = entries.length - 1; position >= 0; position--) {
        if (objectOr(entries[position])) continue;
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
function mendArguments(called: Payload | undefined): boolean {
  if (!called || typeof called.arguments === 'string' || !('arguments' in called)) return false;
  called.arguments = called.arguments === null ? '' : JSON.stringify(called.arguments);
  return true;
}

/** Halves of characters, as in texts. */
function joinInput(call: Call, payload: Payload | undefined): boolean {
  const name = isText(payload?.input) ? 'input' : 'arguments';
  const piece = payload?.[name];
  const joined = isText(piece) ? joinHalves(call.half, piece) : undefined;
  if (!payload || !joined) return false;
  call.half = joined.held;
  payload[name] = joined.text;
  return true;
}

function hasInput(payload: Payload | undefined): boolean {
  return isText(payload?.arguments) || isText(payload?.input);
}

function indexOf({ index }: Entry): number | undefined {
  return Number.isInteger(index) ? (index as number) : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function setMember(object: Entry | Payload, name: string, value: unknown): boolean {
  const members = object as Record<string, unknown>;
  if (members[name] === value) return false;
  members[name] = value;
  return true;
}

function strip(object: object, name: string): boolean {
  if (!(name in object)) return false;
  delete (object as Record<string, unknown>)[name];
  return true;
}

function objectOr<T>(value: T): T | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}
