// Whether what reached the upstream is what the client meant: the same JSON value but for the members the gateway sets,
// and no name that decides over money or route twice, under which another reader may see another value.
import type { Json } from '../support/scripted-upstream.ts';
import { parsed } from './judge-answer.ts';

/** Set by the gateway, or translated for the upstream. */
const own = new Set(['model', 'stream_options', 'max_tokens', 'max_completion_tokens']);
const legacy = new Set([
  'parallel_tool_calls',
  'functions',
  'function_call',
  'tools',
  'tool_choice',
  'messages',
]);

/** Members that decide what is booked or how the answer is read. */
const decisive = [
  'model',
  'stream',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'stream_options',
  'messages',
];

export function judgeRelay(sent: Buffer, arrived: string, upstreamModel: string): string[] {
  const theirs = parsed(arrived);
  if (theirs === undefined) return ['what went upstream is not JSON'];
  const meant = parsed(sent.toString());
  if (meant === undefined) return ['something went upstream that the client’s bytes do not say'];
  const wrong: string[] = [];
  if (theirs.model !== upstreamModel) wrong.push(`model ${JSON.stringify(theirs.model)} went upstream`);
  wrong.push(...judgeNames(arrived));
  const translated = usesLegacy(meant);
  for (const name of new Set([...Object.keys(meant), ...Object.keys(theirs)])) {
    if (own.has(name) || (translated && legacy.has(name))) continue;
    if (!same(meant[name], theirs[name])) wrong.push(`${JSON.stringify(name)} changed on its way upstream`);
  }
  const cap = meant.max_completion_tokens ?? meant.max_tokens ?? undefined;
  const theirCaps = [theirs.max_tokens, theirs.max_completion_tokens].filter(
    (value) => value !== undefined && value !== null,
  );
  if (theirCaps.some((value) => value !== cap)) wrong.push(`the cap ${cap} became ${theirCaps}`);
  return wrong;
}

function usesLegacy(request: Json): boolean {
  const text = JSON.stringify(request.messages ?? null);
  return (
    'functions' in request ||
    'function_call' in request ||
    /"function_call"|"role":"(function|developer)"|"reasoning/.test(text)
  );
}

/** Some readers take the first of two members, and Go's takes names in any case: all must read the same value. */
function judgeNames(json: string): string[] {
  const wrong: string[] = [];
  const given = topLevelMembers(json).map(([name, value]) => [foldName(name), value] as const);
  for (const name of decisive) {
    const values = new Set(
      given.filter(([folded]) => folded === name).map(([, value]) => JSON.stringify(JSON.parse(value))),
    );
    if (values.size > 1) wrong.push(`${name} went upstream as ${[...values].join(' and ').slice(0, 300)}`);
  }
  return wrong;
}

/** As Go's encoding/json compares names: by simple case folding. */
export function foldName(name: string): string {
  return name.toLowerCase().replaceAll('\u017f', 's').replaceAll('\u212a', 'k');
}

/** Name and raw value of an object's own members, as often as they stand there. `json` must be a valid object. */
export function topLevelMembers(json: string): [name: string, value: string][] {
  const members: [string, string][] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  let depth = 0;
  let name: string | undefined;
  let valueStart = 0;
  for (const { 0: token, index } of json.matchAll(tokens)) {
    if (token === '{' || token === '[') depth++;
    if (depth === 1 && name === undefined && token.startsWith('"')) name = JSON.parse(token) as string;
    else if (depth === 1 && token === ':') valueStart = index + 1;
    if (token === '}' || token === ']') depth--;
    const ends = (depth === 1 && token === ',') || (depth === 0 && token === '}');
    if (!ends || name === undefined) continue;
    members.push([name, json.slice(valueStart, index)]);
    name = undefined;
  }
  return members;
}

function same(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
