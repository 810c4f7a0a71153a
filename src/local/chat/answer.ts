// Turns sampled tokens into the events of an answer: bytes to text, thinking from content, calls from text, up to the
// first stop sequence or the last token allowed. One per request; knows neither HTTP nor the engine.

import type { FinishReason } from '../../wire/openai/chat-response.ts';
import type { Redirection, Verdict } from '../engine/generation.ts';
import type { SampledToken } from '../engine/native-interface.ts';
import type { TokenText } from '../engine/token-text.ts';
import { createLogprobQueue, type TokenLogprob } from './answer-logprobs.ts';
import type { Constraint } from './constraint.ts';
import type { Thinking } from './prompt.ts';
import { createStopMatcher } from './stop-sequences.ts';
import { createThinkParser, type ThinkPiece, thinkTags } from './think-parser.ts';
import { createToolCallParser, type ToolCallPiece } from './tool-call-parser.ts';
import { callTags } from './tool-notation.ts';
import { createUtf8Assembler } from './utf8-assembler.ts';

export type AnswerEvent =
  | { readonly type: 'reasoning-delta'; readonly text: string }
  /** `logprobs`: of the tokens that the text consists of, and only if they were asked for. */
  | { readonly type: 'text-delta'; readonly text: string; readonly logprobs: readonly TokenLogprob[] }
  | { readonly type: 'tool-input-start'; readonly index: number; readonly name: string }
  | { readonly type: 'tool-input-delta'; readonly index: number; readonly text: string }
  | { readonly type: 'finish'; readonly reason: FinishReason };

export interface AnswerOptions {
  readonly tokenText: TokenText;
  isEndOfGeneration(token: number): boolean;
  readonly thinking: Thinking;
  readonly thinkingBudget: number;
  /** Whether `<tool_call>` means a call. */
  readonly tools: boolean;
  readonly parallelToolCalls: boolean;
  /** `answer` holds from the first token after the thinking; without thinking the engine has been told. */
  readonly constraint: Constraint;
  tokenize(text: string): Uint32Array;
  readonly stop: readonly string[];
  /** Sampled tokens in all, thinking included; at least 1. */
  readonly maxTokens: number;
  emit(event: AnswerEvent): void;
}

export interface AnswerEnd {
  readonly finishReason: FinishReason;
  /** The model came to its own end: nothing cut it off. */
  readonly complete: boolean;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
}

export interface Answer {
  onToken(sampled: SampledToken): Verdict;
  /** Lets out what was held back. Once, after the last token. */
  finish(): AnswerEnd;
}

/** Control tokens that some vocabularies have for what others write as text. */
const markup = new Set<string>([thinkTags.open, thinkTags.close, callTags.open, callTags.close]);
const encoder = new TextEncoder();

export function createAnswer(options: AnswerOptions): Answer {
  const { thinking, tokenText, constraint, emit } = options;
  let characters = createUtf8Assembler();
  const think = thinking.kind === 'native' ? createThinkParser(thinking.startInside) : undefined;
  let calls = options.tools ? createToolCallParser() : undefined;
  const logprobs = createLogprobQueue(tokenText);
  const stops = createStopMatcher(options.stop);
  let reasoning = thinking.kind === 'prompted';
  let reasoningBegun = false;
  let contentBegun = thinking.kind === 'none';
  let completionTokens = 0;
  let reasoningTokens = 0;
  let undecidedTokens = 0;
  let callCount = 0;
  let answerBegun = false;
  /** A grammar is at work. */
  let constrained = thinking.kind === 'none' && constraint.answer !== undefined;
  /** Set by what came: a stop sequence, or the only call allowed. Nothing after it is let out. */
  let cut: FinishReason | undefined;
  /** Set by the model's own end. */
  let ended = false;

  const emitText = (text: string) => {
    if (text.length > 0) emit({ type: 'text-delta', text, logprobs: logprobs.take() });
  };

  const content = (text: string) => {
    // White space between a prompted reasoning and its answer is layout.
    const kept = contentBegun ? text : text.trimStart();
    if (kept.length === 0 && text.length > 0) logprobs.drop();
    if (kept.length === 0 || cut !== undefined) return;
    contentBegun = true;
    const matched = stops.push(kept);
    emitText(matched.text);
    if (!matched.stopped) return;
    cut = 'stop';
    logprobs.drop();
  };

  const callPiece = (piece: ToolCallPiece) => {
    if (cut !== undefined) return;
    if (piece.kind === 'text') return content(piece.text);
    if (piece.kind === 'end') {
      if (!options.parallelToolCalls) cut = 'tool_calls';
      return;
    }
    if (piece.kind === 'call') {
      emitText(stops.flush());
      emit({ type: 'tool-input-start', index: callCount++, name: piece.name });
    } else emit({ type: 'tool-input-delta', index: callCount - 1, text: piece.text });
    logprobs.drop();
  };

  const reasoningText = (text: string) => {
    const kept = reasoningBegun ? text : text.trimStart();
    if (kept.length === 0) return;
    reasoningBegun = true;
    logprobs.drop();
    emit({ type: 'reasoning-delta', text: kept });
  };

  const thinkPieces = (pieces: readonly ThinkPiece[]) => {
    for (const piece of pieces) {
      if (piece.kind === 'reasoning') reasoningText(piece.text);
      else answerText(piece.text);
    }
  };

  const answerText = (text: string) => {
    // The model ran ahead of the grammar by a part of a token; it will say that again.
    if (constraint.answer !== undefined && !constrained) return;
    const first = answerBegun ? undefined : text.trimStart()[0];
    if (first !== undefined) {
      answerBegun = true;
      // It is JSON, and what looks like a call in there is part of a string.
      if (constrained && !callTags.open.startsWith(first)) calls = undefined;
    }
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

  const thinkingState = () => think?.state ?? (reasoning ? 'thinking' : 'answering');

  /** `feed` in the place of what was drawn; from there on only what `grammar` allows. */
  const redirect = (feed: Uint32Array, grammar: string | undefined): Redirection => {
    if (grammar === undefined) return { feed };
    constrained = true;
    return { feed, grammar };
  };

  /** The model has opened a call: what it wrote beyond that is taken back, so that the grammar begins right there. */
  const openCall = (token: number): Verdict => {
    if (constrained || constraint.call === undefined || !calls?.opening) return 'continue';
    const beyond = calls.dropOpening();
    if (beyond === '') return redirect(Uint32Array.of(token), constraint.call);
    forgetHalfCharacter();
    const text = new TextDecoder().decode(bytesOf(token));
    return redirect(options.tokenize(text.slice(0, -beyond.length)), constraint.call);
  };

  return {
    onToken(sampled) {
      const { token } = sampled;
      const before = thinkingState();
      const end = options.isEndOfGeneration(token);
      if (!end) {
        logprobs.add(sampled);
        const text = characters.push(bytesOf(token));
        write(text);
        // A closing tag, and the white space after it.
        if (text !== '' && !contentBegun && thinkingState() === 'answering') logprobs.drop();
      }
      count(before);
      if (cut !== undefined) return 'stop';
      const stillThinking = thinkingState() === 'thinking';
      if (end && !stillThinking) {
        ended = true;
        return 'stop';
      }
      if (completionTokens >= options.maxTokens) return 'stop';
      if (stillThinking && !end && reasoningTokens < options.thinkingBudget) return 'continue';
      if (stillThinking) {
        const close = closeThinking();
        // The token itself stays in the context unless it would have ended the answer.
        return redirect(end ? close : Uint32Array.of(token, ...close), constraint.answer);
      }
      if (constraint.answer === undefined || constrained) return openCall(token);
      const gap = thinking.kind === 'native' ? thinking.gap : [];
      return redirect(Uint32Array.of(token, ...gap), constraint.answer);
    },
    finish() {
      forgetHalfCharacter();
      if (think) thinkPieces(think.flush());
      // Under a grammar that demands calls, the beginning of one that was cut off is neither a call nor text.
      for (const piece of calls?.flush() ?? []) if (!constrained || piece.kind !== 'text') callPiece(piece);
      if (cut === undefined) emitText(stops.flush());
      const rest = logprobs.take();
      if (rest.length > 0) emit({ type: 'text-delta', text: '', logprobs: rest });
      const complete = ended || cut === 'tool_calls';
      return { finishReason: finishReason(), complete, completionTokens, reasoningTokens };
    },
  };

  function finishReason(): FinishReason {
    const reason = cut ?? (ended ? 'stop' : 'length');
    return reason === 'stop' && callCount > 0 ? 'tool_calls' : reason;
  }
}
