// Turns sampled tokens into the events of an answer: bytes to text, thinking from content, calls from text, up to the
// first stop sequence or the last token allowed. One per request; knows neither HTTP nor the engine.

import type { FinishReason } from '../../wire/openai/chat-response.ts';
import type { Verdict } from '../engine/generation.ts';
import type { TokenText } from '../engine/token-text.ts';
import type { Thinking } from './prompt.ts';
import { createStopMatcher } from './stop-sequences.ts';
import { createThinkParser, type ThinkPiece, thinkTags } from './think-parser.ts';
import { createToolCallParser, type ParsedToolCall, type ToolCallPiece } from './tool-call-parser.ts';
import { createUtf8Assembler } from './utf8-assembler.ts';

export type AnswerEvent =
  | { readonly type: 'reasoning-delta'; readonly text: string }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'tool-call'; readonly index: number; readonly call: ParsedToolCall };

export interface AnswerOptions {
  readonly tokenText: TokenText;
  isEndOfGeneration(token: number): boolean;
  readonly thinking: Thinking;
  readonly thinkingBudget: number;
  /** Whether `<tool_call>` means a call. */
  readonly tools: boolean;
  readonly parallelToolCalls: boolean;
  readonly stop: readonly string[];
  /** Sampled tokens in all, thinking included; at least 1. */
  readonly maxTokens: number;
  emit(event: AnswerEvent): void;
}

export interface AnswerEnd {
  readonly finishReason: FinishReason;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
}

export interface Answer {
  onToken(token: number): Verdict;
  /** Lets out what was held back. Once, after the last token. */
  finish(): AnswerEnd;
}

/** Control tokens that some vocabularies have for what others write as text. */
const markup = new Set<string>([thinkTags.open, thinkTags.close, '<tool_call>', '</tool_call>']);
const encoder = new TextEncoder();

export function createAnswer(options: AnswerOptions): Answer {
  const { thinking, tokenText, emit } = options;
  let characters = createUtf8Assembler();
  const think = thinking.kind === 'native' ? createThinkParser(thinking.startInside) : undefined;
  const calls = options.tools ? createToolCallParser() : undefined;
  const stops = createStopMatcher(options.stop);
  let reasoning = thinking.kind === 'prompted';
  let reasoningBegun = false;
  let contentBegun = thinking.kind === 'none';
  let completionTokens = 0;
  let reasoningTokens = 0;
  let undecidedTokens = 0;
  let callCount = 0;
  /** Set by what came: a stop sequence, or the only call allowed. Nothing after it is let out. */
  let cut: FinishReason | undefined;
  /** Set by the model's own end. */
  let ended = false;

  const content = (text: string) => {
    // White space between a prompted reasoning and its answer is layout.
    const kept = contentBegun ? text : text.trimStart();
    if (kept.length === 0 || cut !== undefined) return;
    contentBegun = true;
    const matched = stops.push(kept);
    if (matched.text.length > 0) emit({ type: 'text-delta', text: matched.text });
    if (matched.stopped) cut = 'stop';
  };

  const callPiece = (piece: ToolCallPiece) => {
    if (cut !== undefined) return;
    if (piece.kind === 'text') return content(piece.text);
    const held = stops.flush();
    if (held.length > 0) emit({ type: 'text-delta', text: held });
    emit({ type: 'tool-call', index: callCount++, call: piece.call });
    if (!options.parallelToolCalls) cut = 'tool_calls';
  };

  const reasoningText = (text: string) => {
    const kept = reasoningBegun ? text : text.trimStart();
    if (kept.length === 0) return;
    reasoningBegun = true;
    emit({ type: 'reasoning-delta', text: kept });
  };

  const thinkPieces = (pieces: readonly ThinkPiece[]) => {
    for (const piece of pieces) {
      if (piece.kind === 'reasoning') reasoningText(piece.text);
      else answerText(piece.text);
    }
  };

  const answerText = (text: string) => {
    if (calls === undefined) return content(text);
    for (const piece of calls.push(text)) callPiece(piece);
  };

  const write = (text: string) => {
    if (text.length === 0) return;
    if (reasoning) reasoningText(text);
    else if (think) thinkPieces(think.push(text));
    else answerText(text);
  };

  const bytesOf = (token: number) => {
    const special = tokenText.special(token);
    return special !== undefined && markup.has(special) ? encoder.encode(special) : tokenText.bytes(token);
  };

  /** Which tokens were spent on thinking, tags included. */
  const count = (before: string) => {
    completionTokens++;
    const after = think?.state ?? (reasoning ? 'thinking' : 'answering');
    if (after === 'undecided') undecidedTokens++;
    else if (before === 'thinking' || after === 'thinking') {
      reasoningTokens += 1 + undecidedTokens;
      undecidedTokens = 0;
    }
  };

  const forgetHalfCharacter = () => {
    characters = createUtf8Assembler();
  };

  /** Ends the thinking here; what must be put into the context so that the model answers. */
  const closeThinking = (): Uint32Array => {
    forgetHalfCharacter();
    reasoning = false;
    if (think) thinkPieces(think.close());
    if (thinking.kind === 'none') return new Uint32Array();
    return thinking.kind === 'native' ? thinking.close : thinking.turn;
  };

  return {
    onToken(token) {
      const before = think?.state ?? (reasoning ? 'thinking' : 'answering');
      const end = options.isEndOfGeneration(token);
      if (!end) write(characters.push(bytesOf(token)));
      count(before);
      if (cut !== undefined) return 'stop';
      const stillThinking = reasoning || think?.state === 'thinking';
      if (end && !stillThinking) {
        ended = true;
        return 'stop';
      }
      if (completionTokens >= options.maxTokens) return 'stop';
      if (!stillThinking || (!end && reasoningTokens < options.thinkingBudget)) return 'continue';
      const close = closeThinking();
      // The token itself stays in the context unless it would have ended the answer.
      return { feed: end ? close : Uint32Array.of(token, ...close) };
    },
    finish() {
      forgetHalfCharacter();
      if (think) thinkPieces(think.flush());
      for (const piece of calls?.flush() ?? []) callPiece(piece);
      const held = cut === undefined ? stops.flush() : '';
      if (held.length > 0) emit({ type: 'text-delta', text: held });
      return { finishReason: finishReason(), completionTokens, reasoningTokens };
    },
  };

  function finishReason(): FinishReason {
    const reason = cut ?? (ended ? 'stop' : 'length');
    return reason === 'stop' && callCount > 0 ? 'tool_calls' : reason;
  }
}
