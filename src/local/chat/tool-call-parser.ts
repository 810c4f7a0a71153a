// Finds `<tool_call>{"name": …, "arguments": {…}}</tool_call>` in an answer and lets the arguments out as they are
// written. What is no call stays text, so nothing the model wrote is lost. Pure.
import { createJsonScanner, type JsonScanner } from './json-scanner.ts';
import { partialMatchLength } from './partial-match.ts';
import { callTags } from './tool-notation.ts';

const { open, close } = callTags;

export type ToolCallPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly name: string }
  /** More of the arguments of the last call, as the model writes them. */
  | { readonly kind: 'arguments'; readonly text: string }
  /** The last call has all its arguments. */
  | { readonly kind: 'end' };

export interface ToolCallParser {
  /** A call has been opened, and nothing of it let out. */
  readonly opening: boolean;
  push(text: string): ToolCallPiece[];
  /** Takes back what came after the opening tag. */
  dropOpening(): string;
  flush(): ToolCallPiece[];
}

/** What stands before the arguments of a call, if they are an object. */
const head = /^\s*\{\s*"name"\s*:\s*("(?:[^"\\]|\\.)+")\s*,\s*"(?:arguments|parameters)"\s*:\s*(?=\{)/;

export function createToolCallParser(): ToolCallParser {
  let held = '';
  let place: 'outside' | 'opening' | 'arguments' | 'tail' = 'outside';
  let scanner: JsonScanner | undefined;
  let called = false;
  let afterCall = false;

  const text = (value: string): ToolCallPiece[] => (value.length > 0 ? [{ kind: 'text', text: value }] : []);

  const take = (length: number) => {
    const taken = held.slice(0, length);
    held = held.slice(length);
    return taken;
  };

  /** White space before a call, between calls and after them is layout. */
  const layout = (value: string, trimEnd: boolean): string => {
    const kept = afterCall ? value.trimStart() : value;
    if (kept.length > 0) afterCall = false;
    return trimEnd ? kept.trimEnd() : kept;
  };

  const ended = (next: 'outside' | 'tail') => {
    called = true;
    afterCall = true;
    place = next;
  };

  const steps = {
    outside() {
      const at = held.indexOf(open);
      if (at < 0) return undefined;
      place = 'opening';
      const before = take(at);
      take(open.length);
      return text(layout(before, true));
    },
    opening(): ToolCallPiece[] | undefined {
      const begun = head.exec(held);
      if (begun) {
        take(begun[0].length);
        place = 'arguments';
        scanner = createJsonScanner();
        return [{ kind: 'call', name: JSON.parse(begun[1] ?? '""') }];
      }
      const at = held.indexOf(close);
      if (at < 0) return undefined;
      const whole = take(at);
      take(close.length);
      const pieces = wholeCall(whole);
      if (pieces) ended('outside');
      else {
        place = 'outside';
        afterCall = false;
      }
      return pieces ?? text(open + whole + close);
    },
    arguments(): ToolCallPiece[] | undefined {
      if (held === '') return undefined;
      const length = scanner?.scan(held);
      if (length === undefined) return [{ kind: 'arguments', text: take(held.length) }];
      ended('tail');
      return [{ kind: 'arguments', text: take(length) }, { kind: 'end' }];
    },
    tail() {
      const at = held.indexOf(close);
      if (at < 0) return undefined;
      take(at + close.length);
      place = 'outside';
      return [];
    },
  };

  return {
    get opening() {
      return place === 'opening';
    },
    push(value) {
      held += value;
      const pieces: ToolCallPiece[] = [];
      for (let found = steps[place](); found !== undefined; found = steps[place]()) pieces.push(...found);
      if (place !== 'outside') return pieces;
      const certain = take(held.slice(0, held.length - partialMatchLength(held, [open])).trimEnd().length);
      return [...pieces, ...text(layout(certain, false))];
    },
    dropOpening: () => take(held.length),
    flush() {
      const rest = take(held.length);
      const last = place;
      place = 'outside';
      if (last === 'outside') return text(layout(rest, called));
      // The model ended, or was cut off, without closing its last call.
      if (last === 'opening') return wholeCall(rest) ?? text(open + rest);
      return [];
    },
  };
}

/** `undefined` if it is not an object with a name. */
function wholeCall(json: string): ToolCallPiece[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('name' in value)) return undefined;
  if (typeof value.name !== 'string' || value.name.length === 0) return undefined;
  const given = 'arguments' in value ? value.arguments : 'parameters' in value ? value.parameters : undefined;
  return [
    { kind: 'call', name: value.name },
    { kind: 'arguments', text: argumentsText(given) },
    { kind: 'end' },
  ];
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
