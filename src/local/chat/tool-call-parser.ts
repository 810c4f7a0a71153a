// Finds `<tool_call>{"name": …, "arguments": …}</tool_call>` (Hermes, Qwen) in an answer. What does not parse stays
// text, so nothing the model wrote is lost. Pure.
import { partialMatchLength } from './partial-match.ts';

const open = '<tool_call>';
const close = '</tool_call>';

export interface ParsedToolCall {
  readonly name: string;
  /** JSON as the model wrote it. */
  readonly arguments: string;
}

export type ToolCallPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly call: ParsedToolCall };

export interface ToolCallParser {
  push(text: string): ToolCallPiece[];
  flush(): ToolCallPiece[];
}

export function createToolCallParser(): ToolCallParser {
  let held = '';
  let inside = false;
  let called = false;
  let afterCall = false;

  const text = (value: string): ToolCallPiece[] => (value.length > 0 ? [{ kind: 'text', text: value }] : []);

  /** White space before a call, between calls and after them is layout. */
  const outside = (value: string, trimEnd: boolean): string => {
    const kept = afterCall ? value.trimStart() : value;
    if (kept.length > 0) afterCall = false;
    return trimEnd ? kept.trimEnd() : kept;
  };

  const step = (): ToolCallPiece[] | undefined => {
    const tag = inside ? close : open;
    const at = held.indexOf(tag);
    if (at < 0) return undefined;
    const before = held.slice(0, at);
    held = held.slice(at + tag.length);
    inside = !inside;
    if (inside) return text(outside(before, true));
    const call = parseToolCall(before);
    if (call === undefined) {
      afterCall = false;
      return text(open + before + close);
    }
    called = true;
    afterCall = true;
    return [{ kind: 'call', call }];
  };

  return {
    push(value) {
      held += value;
      const pieces: ToolCallPiece[] = [];
      for (let found = step(); found !== undefined; found = step()) pieces.push(...found);
      if (inside) return pieces;
      const certain = held.slice(0, held.length - partialMatchLength(held, [open])).trimEnd();
      held = held.slice(certain.length);
      return [...pieces, ...text(outside(certain, false))];
    },
    flush() {
      const rest = held;
      held = '';
      if (!inside) return text(outside(rest, called));
      inside = false;
      // The model ended, or was cut off, without closing its last call.
      const call = parseToolCall(rest);
      if (call === undefined) return text(open + rest);
      return [{ kind: 'call', call }];
    },
  };
}

/** `undefined` if it is not an object with a name. */
export function parseToolCall(json: string): ParsedToolCall | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined;
  if (typeof value.name !== 'string' || value.name.length === 0) return undefined;
  const given = 'arguments' in value ? value.arguments : 'parameters' in value ? value.parameters : undefined;
  return { name: value.name, arguments: argumentsText(given) };
}

/** Some models write the arguments as a string of JSON; a call without any has `{}`. */
function argumentsText(given: unknown): string {
  if (given === undefined || given === null || given === '') return '{}';
  if (typeof given !== 'string') return JSON.stringify(given);
  try {
    JSON.parse(given);
    return given;
  } catch {
    return JSON.stringify(given);
  }
}
