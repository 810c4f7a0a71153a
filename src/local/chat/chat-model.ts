// A chat request from prompt to last event: plans it, refuses what cannot be served before a token is spent, runs it
// on the token engine. Knows nothing of HTTP.
import { TollgateError } from '../../core/errors.ts';
import type { WireUsage } from '../../wire/openai/chat-response.ts';
import type { TokenEngine } from '../engine/engine.ts';
import type { NativeModel } from '../engine/native-interface.ts';
import { createTokenText } from '../engine/token-text.ts';
import type { AnswerEvent } from './answer.ts';
import { type Choice, createChoice } from './choice.ts';
import { createConstraints } from './constraint.ts';
import type { ChatPlan } from './plan.ts';
import { profileOf } from './profile.ts';
import { createPrompter } from './prompt.ts';
import type { LocalChatRequest } from './request.ts';
import { samplingAdvice } from './sampling-advice.ts';

/**
 * Tokens of an answer whose length the client left open: a small model that does not find its end would otherwise
 * fill its whole context, for minutes. It is said in `x-tollgate-max-tokens`.
 */
const uncappedAnswer = 1024;

export interface ChatEnd {
  /** Of all choices; the prompt counts once. */
  readonly usage: WireUsage;
}

export interface ChatModel {
  readonly thinking: boolean;
  /** The model's own template knows tools; any other is told of them in the prompt. */
  readonly tools: boolean;
  /** Throws TollgateError: `context_length_exceeded`, `invalid_value`, `unsupported_value`. */
  plan(request: LocalChatRequest): ChatPlan;
  /**
   * `emit` gets the index of the choice with each event; the last event of each is `finish`. Resolves to `undefined` if
   * the signal ended it. Rejects with TollgateError: `overloaded`.
   */
  run(
    plan: ChatPlan,
    signal: AbortSignal,
    emit: (choice: number, event: AnswerEvent) => void,
  ): Promise<ChatEnd | undefined>;
}

export interface ChatModelOptions {
  readonly model: NativeModel;
  readonly engine: TokenEngine;
  /** An unsigned 32-bit number, for requests without a seed. */
  randomSeed(): number;
}

export function createChatModel({ model, engine, randomSeed }: ChatModelOptions): ChatModel {
  const prompter = createPrompter(model, engine.contextSize);
  const tokenText = createTokenText(model);
  const constraintOf = createConstraints();
  const advice = samplingAdvice(model.metadata.name);
  const { thinking, tools } = prompter.template;

  return {
    thinking: thinking !== 'none',
    tools,
    plan(request) {
      checkTokenIds(request, model.vocabularySize);
      // A model that does not know tools does not know when to end, either: left to itself it repeats its call.
      const parallelToolCalls = request.parallelToolCalls ?? tools;
      const constraint = constraintOf({ ...request, parallelToolCalls });
      const wanted = profileOf(request, thinking !== 'none');
      // Whoever has begun to answer has done thinking.
      const profile = request.goesOn ? { ...wanted, thinkingBudget: 0 } : wanted;
      const prompt = prompter.prompt(request, profile);
      const room = engine.contextSize - prompt.tokens.length;
      return {
        request,
        prompt,
        constraint,
        parallelToolCalls,
        thinkingBudget: Math.min(profile.thinkingBudget, Math.ceil(room / 2)),
        maxTokens: Math.min(request.maxTokens ?? profile.thinkingBudget + uncappedAnswer, room),
        capIsOurs: request.maxTokens === undefined,
        dropped: request.ignored,
      };
    },
    async run(plan, signal, emit) {
      const { choices: count, seed = randomSeed() } = plan.request;
      const failed = new AbortController();
      const together = count === 1 ? signal : AbortSignal.any([signal, failed.signal]);
      const choices = Array.from({ length: count }, (_, index) =>
        createChoice({
          model,
          tokenText,
          advice,
          plan,
          seed,
          index,
          signal: together,
          emit: (event) => emit(index, event),
        }),
      );
      const ends = engine.generateAll(choices.map(({ generation }) => generation));
      if (ends === undefined) throw overloaded(engine);
      try {
        const aborted = await Promise.all(
          ends.map(async (end, index) => (await end) === 'aborted' || choices[index]?.finish()),
        );
        if (aborted.includes(true)) return undefined;
      } catch (error) {
        // One without the others is no answer.
        failed.abort();
        await Promise.allSettled(ends);
        throw error;
      }
      return { usage: wireUsage(plan.prompt.tokens.length, choices) };
    },
  };
}

function checkTokenIds(request: LocalChatRequest, vocabularySize: number): void {
  for (const token of request.logitBias.keys()) {
    if (token < vocabularySize) continue;
    throw new TollgateError('invalid_value', {
      param: `logit_bias.${token}`,
      values: { reason: `token ids of this model are 0 to ${vocabularySize - 1}.` },
    });
  }
}

/** Says when the first of the waiting requests should be through. */
function overloaded(engine: TokenEngine): TollgateError {
  const { queueDepth, slots, generationMs } = engine.stats();
  const seconds = Math.min(60, Math.max(1, Math.ceil((generationMs * queueDepth) / slots / 1000)));
  return new TollgateError('overloaded', {
    values: {
      reason: `the local model answers ${slots} requests at a time and ${queueDepth} are waiting`,
      retry: ` in ${seconds} s`,
    },
    retryAfterMs: seconds * 1000,
  });
}

function wireUsage(prompt: number, choices: readonly Choice[]): WireUsage {
  const completion = choices.reduce((sum, { spent }) => sum + spent.completionTokens, 0);
  const reasoning = choices.reduce((sum, { spent }) => sum + spent.reasoningTokens, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: choices[0]?.cachedTokens ?? 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
