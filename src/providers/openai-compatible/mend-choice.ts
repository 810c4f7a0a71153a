// One choice of a stream, chunk by chunk, in the order of CONTRACT section 3: a chunk with the role, then text and calls,
// then a chunk with nothing but the finish reason. What an upstream puts into one chunk is put into several.
import type { AnswerForm } from './answer-form.ts';
import { useFunctionCall } from './function-call.ts';
import { createSurrogateJoiner } from './join-surrogates.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { mendContent } from './mend-content.ts';
import { mendLogprobs } from './mend-logprobs.ts';
import { createToolCallMender, type ToolCallMender } from './mend-tool-calls.ts';
import { mendReasoning } from './reasoning-field.ts';
import { createThinkTagSplitter, type ThinkTagSplitter } from './think-tags.ts';

type Delta = Record<string, unknown>;

export interface ChunkChoice {
  index: number;
  delta: Delta;
  logprobs?: unknown;
  finish_reason?: unknown;
}

export interface ChoiceMender {
  /**
   * Mends in place; says whether anything changed. What has to go out before it is added to `ahead`. Throws
   * TollgateError where the upstream gave up.
   */
  mend(choice: Partial<ChunkChoice>, ahead: ChunkChoice[]): boolean;
  /** The chunk that begins this choice, for a choice that its upstream has not begun in its turn. */
  open(): ChunkChoice;
  finished(): boolean;
  /** Whether nothing is held back or still to be said ahead: what it makes of one text, it makes of another. */
  steady(): boolean;
}

/** How some upstreams spell that there is no finish reason yet. */
const unsaid = /^(?:null|none)$/i;

export function createChoiceMender(index: number, form: AnswerForm, newCallId: () => string): ChoiceMender {
  return new Mender(index, form, newCallId);
}

/** One object instead of closures: there is one for each choice of each open stream. */
class Mender implements ChoiceMender {
  readonly #index: number;
  readonly #form: AnswerForm;
  readonly #newCallId: () => string;
  readonly #surrogates = createSurrogateJoiner();
  readonly #thinkTags: ThinkTagSplitter | undefined;
  /** Most answers have none. */
  #toolCalls: ToolCallMender | undefined;
  #begun = false;
  #finished = false;
  #functionCall = false;

  constructor(index: number, form: AnswerForm, newCallId: () => string) {
    this.#index = index;
    this.#form = form;
    this.#newCallId = newCallId;
    this.#thinkTags = form.thinkTags && createThinkTagSplitter(form.thinkTags);
  }

  mend(given: Partial<ChunkChoice>, ahead: ChunkChoice[]): boolean {
    let changed = given.index !== this.#index;
    if (changed) given.index = this.#index;
    if (typeof given.delta !== 'object' || given.delta === null || Array.isArray(given.delta)) {
      given.delta = {};
      changed = true;
    }
    const choice = given as ChunkChoice;
    if (typeof choice.finish_reason === 'string' && unsaid.test(choice.finish_reason)) {
      choice.finish_reason = null;
      changed = true;
    }
    changed = mendContent(choice.delta) || changed;
    changed = withoutStrangeTexts(choice.delta) || changed;
    changed = this.#mendThoughts(choice) || changed;
    changed = mendReasoning(choice.delta, this.#form.alias) || changed;
    changed = withoutNulls(choice.delta) || changed;
    changed = this.#surrogates.join(choice.delta) || changed;
    if (choice.logprobs) changed = mendLogprobs(choice) || changed;
    changed = this.#mendRole(choice, ahead) || changed;
    changed = this.#mendCalls(choice.delta) || changed;
    return this.#mendFinish(choice, ahead) || changed;
  }

  finished(): boolean {
    return this.#finished;
  }

  steady(): boolean {
    const thinking = this.#thinkTags && !this.#thinkTags.done();
    return this.#begun && !this.#finished && !thinking && !this.#surrogates.holding();
  }

  open(): ChunkChoice {
    this.#begun = true;
    return { index: this.#index, delta: opening(), finish_reason: null };
  }

  /** Thoughts out of the text; at the end, what was held back as it might have been a tag. */
  #mendThoughts({ delta, finish_reason: reason }: ChunkChoice): boolean {
    if (!this.#thinkTags || this.#thinkTags.done()) return false;
    const given = typeof delta.content === 'string' ? delta.content : '';
    const ends = typeof reason === 'string' && reason !== '';
    if (given === '' && !ends) return false;
    const parts = [this.#thinkTags.push(given), ...(ends ? [this.#thinkTags.end()] : [])];
    const content = parts.map((part) => part.content).join('');
    const thoughts = parts.map((part) => part.reasoning).join('');
    if (content === given && thoughts === '') return false;
    if (content === '') delete delta.content;
    else delta.content = content;
    if (thoughts !== '') delta.reasoning_content = thoughts;
    return true;
  }

  /** The role goes out once, ahead of all else. */
  #mendRole(choice: ChunkChoice, ahead: ChunkChoice[]): boolean {
    const { delta } = choice;
    if (this.#begun) {
      if (!('role' in delta)) return false;
      withoutNothing(delta);
      return true;
    }
    if (isOpening(delta) && !choice.finish_reason) {
      this.#begun = true;
      return false;
    }
    withoutNothing(delta);
    if (isEmpty(delta) && !choice.finish_reason) {
      this.#begun = true;
      choice.delta = opening();
      return true;
    }
    ahead.push(this.open());
    return true;
  }

  #mendCalls(delta: Delta): boolean {
    if (delta.function_call !== undefined) return this.#mendFunctionCall(delta);
    if (delta.tool_calls === undefined) return false;
    if (Array.isArray(delta.tool_calls) && delta.tool_calls.length > 0) {
      this.#toolCalls ??= createToolCallMender(this.#newCallId);
      const changed = this.#toolCalls.mend(delta.tool_calls);
      // Entries that are none are gone by now.
      if (delta.tool_calls.length > 0) {
        return (this.#form.functionCall && useFunctionCall(delta)) || changed;
      }
    }
    delete delta.tool_calls;
    return true;
  }

  /** From upstreams that answer in the deprecated form themselves. */
  #mendFunctionCall(delta: Delta): boolean {
    if (typeof delta.function_call === 'object' && delta.function_call !== null) {
      this.#functionCall = true;
      return false;
    }
    delete delta.function_call;
    return true;
  }

  #calling() {
    const called = this.#toolCalls !== undefined && this.#toolCalls.count() > 0;
    if (this.#functionCall || (this.#form.functionCall && called)) return 'function_call';
    return called ? 'tool_calls' : 'none';
  }

  /** The finish reason goes out once, and by itself. */
  #mendFinish(choice: ChunkChoice, ahead: ChunkChoice[]): boolean {
    const given = choice.finish_reason;
    if (typeof given !== 'string' || given === '' || this.#finished) {
      if (given === null) return false;
      choice.finish_reason = null;
      return true;
    }
    const reason = mapFinishReason(given, this.#calling());
    this.#finished = true;
    choice.finish_reason = reason;
    const { delta } = choice;
    let changed = withoutNothing(delta);
    const closing: Record<string, unknown> = { tool_calls: this.#toolCalls?.closing() ?? [] };
    if ((closing.tool_calls as unknown[]).length > 0) {
      if (this.#form.functionCall) useFunctionCall(closing);
      if (!isEmpty(delta)) ahead.push(this.#piece(choice, delta));
      ahead.push(this.#piece(choice, closing));
      choice.delta = {};
      changed = true;
    } else if (!isEmpty(delta)) {
      ahead.push(this.#piece(choice, delta));
      choice.delta = {};
      changed = true;
    }
    if (changed && choice.logprobs) choice.logprobs = null;
    return changed || reason !== given;
  }

  #piece({ logprobs }: ChunkChoice, delta: Delta): ChunkChoice {
    return {
      index: this.#index,
      delta,
      ...(logprobs === undefined ? {} : { logprobs }),
      finish_reason: null,
    };
  }
}

/** Clients add these up as text; what is none, they would print as `[object Object]`. */
function withoutStrangeTexts(delta: Delta): boolean {
  let changed = false;
  for (const name of ['refusal', 'reasoning_content'] as const) {
    const value = delta[name];
    if (value === undefined || value === null || typeof value === 'string') continue;
    delete delta[name];
    changed = true;
  }
  return changed;
}

/** DeepSeek sends both texts in every delta, one of them null; clients that keep the last word keep that null. */
function withoutNulls(delta: Delta): boolean {
  let changed = false;
  for (const name of ['content', 'reasoning_content', 'reasoning'] as const) {
    if (delta[name] !== null || 'role' in delta) continue;
    delete delta[name];
    changed = true;
  }
  return changed;
}

function opening(): Record<string, unknown> {
  return { role: 'assistant', content: '', refusal: null };
}

function isOpening(delta: Delta): boolean {
  if (delta.role !== 'assistant' || delta.content !== '' || delta.refusal !== null) return false;
  for (const name in delta) if (name !== 'role' && name !== 'content' && name !== 'refusal') return false;
  return true;
}

/** Takes the role, and members that say nothing, out of a delta; says whether there were any. */
function withoutNothing(delta: Delta): boolean {
  let changed = false;
  for (const name in delta) {
    const value = delta[name];
    const says = value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);
    if (says && name !== 'role') continue;
    delete delta[name];
    changed = true;
  }
  return changed;
}

function isEmpty(delta: Delta): boolean {
  for (const _ in delta) return false;
  return true;
}
