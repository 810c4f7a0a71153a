// What every event stream of the gateway must be: CONTRACT section 3, read by a decoder of our own and by the official
// client's, which must agree.
import OpenAI from 'openai';
import { Stream } from 'openai/streaming';
import { type Events, parseEvents } from '../support/read-events.ts';
import type { Json } from '../support/scripted-upstream.ts';
import {
  finishReasons,
  fitsCalls,
  isLogprobs,
  isTextOrNull,
  isUsage,
  judgeErrorBody,
} from './judge-answer.ts';

export interface StreamExpectation {
  readonly model: unknown;
  readonly includeUsage: boolean;
}

export function judgeStream(body: Buffer, expected: StreamExpectation): string[] {
  let events: Events;
  try {
    events = parseEvents(body.toString());
  } catch (error) {
    return [String(error)];
  }
  const wrong: string[] = [];
  const errors = events.data.filter(isError);
  const chunks = events.data.slice(0, events.data.length - errors.length);
  if (errors.length > 1) wrong.push(`${errors.length} error frames`);
  if (errors.length > 0 && events.data.at(-1) !== errors.at(-1)) wrong.push('chunks behind the error frame');
  for (const frame of errors) wrong.push(...judgeErrorBody(frame));
  if (events.done === errors.length > 0)
    wrong.push(events.done ? '[DONE] behind an error' : 'no end: neither [DONE] nor an error');
  if (wrong.length > 0) return wrong;
  return judgeChunks(chunks, events.done, expected);
}

interface Choice {
  finished: boolean;
  calls: number;
  /** Calls whose name may still come: some upstreams send it behind the id. */
  nameless: Set<number>;
}

/** As the official client sees it: a chunk whose `error` is null is a chunk. */
const isError = (value: Json): boolean => Boolean(value?.error);

function judgeChunks(chunks: readonly Json[], done: boolean, expected: StreamExpectation): string[] {
  const wrong: string[] = [];
  const must = (fits: boolean, what: string, value: unknown) => {
    if (!fits) wrong.push(`${what}: ${JSON.stringify(value)?.slice(0, 160)}`);
  };
  const choices = new Map<number, Choice>();
  const [first] = chunks;
  for (const [position, chunk] of chunks.entries()) {
    must(chunk?.object === 'chat.completion.chunk', 'object', chunk);
    must(typeof chunk?.id === 'string' && chunk.id !== '' && chunk.id === first?.id, 'id', chunk?.id);
    must(Number.isSafeInteger(chunk?.created) && chunk.created === first?.created, 'created', chunk?.created);
    must(chunk?.model === expected.model, 'model', chunk?.model);
    must(Array.isArray(chunk?.choices), 'choices', chunk);
    if (wrong.length > 0) return wrong;
    const closing = done && expected.includeUsage && position === chunks.length - 1;
    if (closing) must(chunk.choices.length === 0 && isUsage(chunk.usage), 'the usage chunk', chunk);
    else if (expected.includeUsage) must(chunk.usage === null, 'usage before the end', chunk.usage);
    else must(!('usage' in chunk), 'usage nobody asked for', chunk.usage);
    must(closing || chunk.choices.length > 0, 'a chunk of nothing', chunk);
    for (const choice of chunk.choices) wrong.push(...judgeChoice(choice, choices));
    if (wrong.length > 0) return wrong;
  }
  if (!done) return wrong;
  must(choices.size > 0, 'an answer without choices', chunks);
  must(
    [...choices.keys()].every((index) => index < choices.size),
    'indexes',
    [...choices.keys()],
  );
  must(
    [...choices.values()].every(({ finished }) => finished),
    'a choice without finish_reason',
    [...choices],
  );
  return wrong;
}

function judgeChoice(choice: Json, choices: Map<number, Choice>): string[] {
  const wrong: string[] = [];
  const must = (fits: boolean, what: string) => {
    if (!fits) wrong.push(`${what}: ${JSON.stringify(choice)?.slice(0, 160)}`);
  };
  const index = choice?.index;
  must(Number.isSafeInteger(index) && index >= 0 && index < 128, 'index');
  must(typeof choice?.delta === 'object' && choice.delta !== null && !Array.isArray(choice.delta), 'delta');
  if (wrong.length > 0) return wrong;
  const { delta } = choice;
  const known = choices.get(index);
  must(known ? !('role' in delta) : delta.role === 'assistant', 'role once');
  must(index === 0 || choices.has(0), 'choice 0 first');
  const state = known ?? { finished: false, calls: 0, nameless: new Set<number>() };
  choices.set(index, state);
  must(!state.finished, 'something behind the finish_reason');
  must(delta.content === undefined || isTextOrNull(delta.content), 'content');
  must(delta.refusal === undefined || isTextOrNull(delta.refusal), 'refusal');
  // DeepSeek has it on every delta, null where there is none.
  must(isTextOrNull(delta.reasoning_content ?? null), 'reasoning_content');
  must(choice.logprobs === undefined || isLogprobs(choice.logprobs), 'logprobs');
  must(choice.finish_reason === null || finishReasons.includes(choice.finish_reason), 'finish_reason');
  if (delta.tool_calls !== undefined) {
    must(Array.isArray(delta.tool_calls) && delta.tool_calls.length > 0, 'tool_calls');
    if (wrong.length > 0) return wrong;
    for (const call of delta.tool_calls) must(isCallPiece(call, state), 'a piece of a tool call');
  }
  if (choice.finish_reason !== null) {
    state.finished = true;
    must(fitsCalls(choice.finish_reason, state.calls > 0), 'finish_reason beside calls');
  }
  return wrong;
}

function isCallPiece(call: Json, state: Choice): boolean {
  if (!Number.isSafeInteger(call?.index) || call.index < 0 || call.index > state.calls) return false;
  const called = call.custom ?? call.function;
  const input = call.custom ? called?.input : called?.arguments;
  if (called !== undefined && (typeof called !== 'object' || called === null)) return false;
  if (call.index < state.calls) {
    const named = called?.name === undefined || state.nameless.delete(call.index);
    return !('id' in call) && named && ['string', 'undefined'].includes(typeof input);
  }
  if (called?.name === '') state.nameless.add(call.index);
  state.calls++;
  return (
    typeof call.id === 'string' &&
    call.id !== '' &&
    typeof call.type === 'string' &&
    typeof called?.name === 'string' &&
    typeof input === 'string'
  );
}

/** What the official client makes of the same bytes: the same chunks, and an APIError where we see an error frame. */
export async function judgeWithOfficialClient(body: Buffer): Promise<string[]> {
  const ours = parseEvents(body.toString());
  const failed = ours.data.some(isError);
  const theirs: unknown[] = [];
  try {
    const response = new Response(new Uint8Array(body), { headers: { 'content-type': 'text/event-stream' } });
    for await (const chunk of Stream.fromSSEResponse(response, new AbortController())) theirs.push(chunk);
    if (failed) return ['the official client sees no error'];
  } catch (error) {
    if (!failed || !(error instanceof OpenAI.APIError)) return [`the official client: ${error}`];
  }
  const chunks = failed ? ours.data.slice(0, -1) : ours.data;
  return sameJson(theirs, chunks) ? [] : ['the official client reads other chunks'];
}

function sameJson(left: unknown, right: unknown): boolean {
  try {
    return JSON.stringify(left) === JSON.stringify(right);
  } catch {
    // Parsers go deeper than writers: what is too deep to write was the same text for both.
    return true;
  }
}

/** The official client's helper, which puts an answer together, must take every stream that ends well. */
export async function judgeWithOfficialHelper(body: Buffer): Promise<string[]> {
  const client = new OpenAI({
    apiKey: 'none',
    baseURL: 'http://127.0.0.1/v1',
    maxRetries: 0,
    fetch: async () =>
      new Response(new Uint8Array(body), { headers: { 'content-type': 'text/event-stream' } }),
  });
  try {
    const stream = client.chat.completions.stream({ model: 'x', messages: [{ role: 'user', content: 'x' }] });
    await stream.finalChatCompletion();
    return [];
  } catch (error) {
    // A call that its upstream never named stays nameless.
    if (/missing (function_call\.name|choices\[\d+\]\.tool_calls)/.test(String(error))) return [];
    return [`the official client's helper: ${error}`];
  }
}
