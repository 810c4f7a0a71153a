// One of the answers to a request: what the token engine is asked for it, and what becomes of its tokens.
import type { Generation } from '../engine/generation.ts';
import type { NativeModel } from '../engine/native-interface.ts';
import { choiceSeed, samplerSettings } from '../engine/sampling.ts';
import type { TokenText } from '../engine/token-text.ts';
import { type AnswerEnd, type AnswerEvent, createAnswer } from './answer.ts';
import type { ChatPlan } from './plan.ts';
import type { SamplingAdvice } from './sampling-advice.ts';
import { createAnswerValidator } from './validate-answer.ts';

export interface Choice {
  readonly generation: Generation;
  /** Tokens of the prompt that needed no evaluation; known once it has begun. */
  readonly cachedTokens: number;
  /** Known once it has finished. */
  readonly spent: Pick<AnswerEnd, 'completionTokens' | 'reasoningTokens'>;
  /** After the last token: emits `finish`. Throws TollgateError `internal_error` if a strict schema was not kept to. */
  finish(): void;
}

export interface ChoiceOptions {
  readonly model: NativeModel;
  readonly tokenText: TokenText;
  readonly advice: SamplingAdvice;
  readonly plan: ChatPlan;
  /** Of the request, the same for all its choices. */
  readonly seed: number;
  readonly index: number;
  readonly signal: AbortSignal;
  emit(event: AnswerEvent): void;
}

export function createChoice(options: ChoiceOptions): Choice {
  const { model, plan, signal } = options;
  const { request, prompt, constraint } = plan;
  const validator = createAnswerValidator(request);
  let cachedTokens = 0;
  let spent = { completionTokens: 0, reasoningTokens: 0 };
  const answer = createAnswer({
    tokenText: options.tokenText,
    isEndOfGeneration: (token) => model.isEndOfGeneration(token),
    tokenize: (text) => model.tokenize(text, false),
    thinking: prompt.thinking,
    thinkingBudget: plan.thinkingBudget,
    tools: request.tools.length > 0,
    parallelToolCalls: plan.parallelToolCalls,
    constraint,
    stop: request.stop,
    maxTokens: plan.maxTokens,
    emit(event) {
      validator?.add(event);
      options.emit(event);
    },
  });
  const sampling = samplerSettings(
    { ...request, bias: request.logitBias },
    options.advice,
    () => options.seed,
  );
  return {
    generation: {
      prompt: prompt.tokens,
      begun: prompt.begun,
      sampling: { ...sampling, seed: choiceSeed(sampling.seed, options.index) },
      grammar: prompt.thinking.kind === 'none' ? constraint.answer : undefined,
      exact: request.seed !== undefined,
      signal,
      onStart(cached) {
        cachedTokens = cached;
      },
      onToken: (sampled) => answer.onToken(sampled),
    },
    get cachedTokens() {
      return cachedTokens;
    },
    get spent() {
      return spent;
    },
    finish() {
      const end = answer.finish();
      spent = end;
      if (end.complete) validator?.check();
      options.emit({ type: 'finish', reason: end.finishReason });
    },
  };
}
