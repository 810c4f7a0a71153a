// A chat request from prompt to last event: plans it, refuses what cannot be served before a token is spent, runs it
// on the token engine. Knows nothing of HTTP.
import { TollgateError } from '../../core/errors.ts';
import type { FinishReason, WireUsage } from '../../wire/openai/chat-response.ts';
import type { TokenEngine } from '../engine/engine.ts';
import type { NativeModel } from '../engine/native.ts';
import { samplerSettings } from '../engine/sampling.ts';
import { createTokenText } from '../engine/token-text.ts';
import { type AnswerEvent, createAnswer } from './answer.ts';
import { profileOf } from './profile.ts';
import { createPrompter, type Prompt } from './prompt.ts';
import type { LocalChatRequest } from './request.ts';
import { samplingAdvice } from './sampling-advice.ts';

/**
 * Tokens of an answer whose length the client left open: a small model that does not find its end would otherwise
 * fill its whole context, for minutes. It is said in `x-tollgate-max-tokens`.
 */
const uncappedAnswer = 1024;

export interface ChatPlan {
  readonly request: LocalChatRequest;
  readonly prompt: Prompt;
  readonly thinkingBudget: number;
  readonly maxTokens: number;
  /** The client set no cap, so `maxTokens` is ours. */
  readonly capIsOurs: boolean;
  /** Parameters the model cannot honour and that were left out. */
  readonly dropped: readonly string[];
}

export interface ChatEnd {
  readonly finishReason: FinishReason;
  readonly usage: WireUsage;
}

export interface ChatModel {
  readonly thinking: boolean;
  readonly tools: boolean;
  /** Throws TollgateError: `context_length_exceeded`, `invalid_value`. */
  plan(request: LocalChatRequest): ChatPlan;
  /** `undefined` if the signal ended it. Rejects with TollgateError: `overloaded`. */
  run(plan: ChatPlan, signal: AbortSignal, emit: (event: AnswerEvent) => void): Promise<ChatEnd | undefined>;
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
  const advice = samplingAdvice(model.metadata.name);
  const { thinking, tools } = prompter.template;

  return {
    thinking: thinking !== 'none',
    tools,
    plan(request) {
      checkTokenIds(request, model.vocabularySize);
      const profile = profileOf(request, thinking !== 'none');
      const prompt = prompter.prompt(request, profile);
      const room = engine.contextSize - prompt.tokens.length;
      return {
        request,
        prompt,
        thinkingBudget: Math.min(profile.thinkingBudget, Math.ceil(room / 2)),
        maxTokens: Math.min(request.maxTokens ?? profile.thinkingBudget + uncappedAnswer, room),
        capIsOurs: request.maxTokens === undefined,
        dropped: [...(request.tools.length > 0 && !tools ? ['tools'] : []), ...request.ignored],
      };
    },
    async run(plan, signal, emit) {
      const { request, prompt } = plan;
      const answer = createAnswer({
        tokenText,
        isEndOfGeneration: (token) => model.isEndOfGeneration(token),
        thinking: prompt.thinking,
        thinkingBudget: plan.thinkingBudget,
        tools: prompt.tools,
        parallelToolCalls: request.parallelToolCalls,
        stop: request.stop,
        maxTokens: plan.maxTokens,
        emit,
      });
      let cachedTokens = 0;
      const generation = engine.generate({
        prompt: prompt.tokens,
        sampling: samplerSettings({ ...request, bias: request.logitBias }, advice, randomSeed),
        exact: request.seed !== undefined,
        signal,
        onStart: (cached) => {
          cachedTokens = cached;
        },
        onToken: (token) => answer.onToken(token),
      });
      if (generation === undefined) throw overloaded(engine);
      if ((await generation) === 'aborted') return undefined;
      const { finishReason, completionTokens, reasoningTokens } = answer.finish();
      return {
        finishReason,
        usage: wireUsage(prompt.tokens.length, cachedTokens, completionTokens, reasoningTokens),
      };
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

function wireUsage(prompt: number, cached: number, completion: number, reasoning: number): WireUsage {
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
