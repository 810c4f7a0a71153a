// The tool calls of a whole message: each with id, type and its arguments as one JSON text, and without the `index` that
// only deltas have. CONTRACT section 6, details 3 and 4.

type Called = { name?: unknown; arguments?: unknown; input?: unknown };
type Call = { index?: unknown; id?: unknown; type?: unknown; function?: Called; custom?: Called };

/** Mends `tool_calls` in place; says whether anything changed. No calls are no member. `answerId` begins ids we give. */
export function mendCalls(message: Record<string, unknown>, answerId: string): boolean {
  const given = Array.isArray(message.tool_calls) ? (message.tool_calls as unknown[]) : [];
  const calls = given.filter(isCall);
  if (calls.length === 0) {
    delete message.tool_calls;
    return true;
  }
  let changed = calls.length < given.length;
  if (changed) message.tool_calls = calls;
  for (const [position, call] of calls.entries()) {
    changed = mendCall(call, `call_${answerId}_${position}`) || changed;
  }
  return changed;
}

function mendCall(call: Call, id: string): boolean {
  let changed = false;
  if (call.function) changed = mendWholeArguments(call.function);
  if ('index' in call) {
    delete call.index;
    changed = true;
  }
  if (typeof call.id !== 'string' || call.id === '') {
    call.id = id;
    changed = true;
  }
  const type = call.function ? 'function' : 'custom';
  if (call.type === type) return changed;
  call.type = type;
  return true;
}

function mendWholeArguments(called: Called): boolean {
  const given = called.arguments;
  const text = typeof given === 'string' ? once(given) : JSON.stringify(given ?? {});
  const mended = text.trim() === '' ? '{}' : text;
  if (mended === given) return false;
  called.arguments = mended;
  return true;
}

/** Arguments are an object; a JSON text that is a text of an object was encoded twice. */
function once(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const inner: unknown = JSON.parse(text);
    if (typeof inner !== 'string') return text;
    const value: unknown = JSON.parse(inner);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? inner : text;
  } catch {
    // What the model wrote is no JSON; that is for the client to see.
    return text;
  }
}

/** Without a name there is nothing a client could call. */
function isCall(value: unknown): value is Call {
  const call = value as Call | null;
  const name = call?.function?.name ?? call?.custom?.name;
  return typeof name === 'string' && name !== '';
}
