// What the gateway knows without a tollgate.yaml: provider presets and the default models, as data with its date and
// sources. Prices are USD per million tokens as their list states them.

/** When the facts below were last compared with their sources. */
export const seedDate = '2026-11-22';

/** What OpenAI's models refuse while they reason. Source: its guide to reasoning, "Limitations"; vercel/ai#10932. */
const samplingParams = ['temperature', 'top_p', 'frequency_penalty', 'presence_penalty'];

/** Source: the providers' API references (base URL; field that carries the output cap; roles). */
export const providerPresets = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    // GPT-5 models refuse `max_tokens` with 400 unsupported_parameter.
    capabilities: {
      maxTokensField: 'max_completion_tokens',
      usageInStream: true,
      developerRole: true,
      // It answers 400 to members of messages that it does not know.
      reasoningField: 'none',
      dropParamsWhileReasoning: samplingParams,
    },
  },
} as const;

/**
 * Claude up to 4.5; from 4.6 on a conversation that ends with the assistant is refused. Source: Anthropic's "What's new
 * in Claude 4.6", "Prefill removal"; langchain-ai/deepagents#1585, QwenLM/qwen-code#8039.
 */
const prefilledClaude =
  '^claude-(?:[23]\\b|instant|(?:opus|sonnet|haiku)-4(?:-[015])?(?:@|:|$|-latest|-20\\d{6}))';

/** The same models by the ids they have at Bedrock. */
const prefilledClaudeAtBedrock =
  '(?:^|[./])anthropic\\.claude-(?:[23]\\b|instant|(?:opus|sonnet|haiku)-4(?:-[015])?(?:-v|:|$|-20\\d{6}))';

/** Providers with a wire of their own. Capabilities: CONTRACT sections 5a and 5b. */
export const dialectPresets = {
  anthropic: {
    baseUrl: 'https://api.anthropic.com/v1',
    capabilities: {
      maxTokensField: 'max_completion_tokens',
      usageInStream: true,
      developerRole: true,
      audio: false,
      logprobs: false,
      choices: false,
      prefill: 'message',
      prefillModels: prefilledClaude,
    },
  },
  // Where it is follows from its region.
  bedrock: {
    baseUrl: undefined,
    capabilities: {
      maxTokensField: 'max_completion_tokens',
      usageInStream: true,
      developerRole: true,
      audio: false,
      logprobs: false,
      choices: false,
      prefill: 'message',
      prefillModels: prefilledClaudeAtBedrock,
    },
  },
  gemini: {
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    capabilities: {
      maxTokensField: 'max_completion_tokens',
      usageInStream: true,
      developerRole: true,
      logprobs: false,
    },
  },
} as const;

/** What a server that only claims to be OpenAI-compatible is taken to understand. */
export const compatibleCapabilities = {
  maxTokensField: 'max_tokens',
  usageInStream: true,
  developerRole: false,
} as const;

/** Source: https://platform.openai.com/docs/pricing, GPT-5.1 family, standard tier. */
const gpt51Price = { input: '1.25', cached_input: '0.125', output: '10.00' } as const;
/** Source: https://platform.openai.com/docs/models, gpt-5.1 and gpt-5.1-chat-latest. */
const gpt51Limits = { contextWindow: 400_000, maxOutputTokens: 128_000 } as const;
const gpt51ChatLimits = { contextWindow: 128_000, maxOutputTokens: 16_384 } as const;
/** 2025-11-13, the day of the snapshot gpt-5.1-2025-11-13, in Unix seconds. */
const gpt51Created = 1_762_992_000;

/** Always served; a model of the same name in tollgate.yaml replaces its row. */
export const defaultModels = [
  { name: 'gpt-5.1', openai: 'gpt-5.1', price: gpt51Price, ...gpt51Limits, created: gpt51Created },
  {
    name: 'gpt-5.1-chat',
    openai: 'gpt-5.1-chat-latest',
    price: gpt51Price,
    ...gpt51ChatLimits,
    created: gpt51Created,
  },
  // OpenAI has no such id: it is gpt-5.1 whose reasoning the client sees, by the Responses API.
  { name: 'gpt-5.1-thinking', openai: 'gpt-5.1', price: gpt51Price, ...gpt51Limits, created: gpt51Created },
] as const;

/**
 * A first token may take minutes: a reasoning model sends nothing while it thinks, and a plain (not streamed) answer
 * has its headers at the very end. 10 minutes is what the OpenAI SDKs wait before they give up themselves.
 */
export const defaultTimeouts = {
  connectMs: 10_000,
  firstTokenMs: 600_000,
  idleMs: 120_000,
  totalMs: 1_800_000,
} as const;

/**
 * Each target is asked once: the OpenAI SDKs retry twice themselves, and are told when by `retry-after`. Where an
 * operator wants the gateway to retry, it begins soon or not at all.
 */
export const defaultRetry = { attempts: 1, deadlineMs: 5_000 } as const;

export const defaultServer = {
  heartbeatMs: 15_000,
  bodyLimitBytes: 32 * 1024 * 1024,
  shutdownGraceMs: 30_000,
  slowReaderMs: 60_000,
  /** As OpenAI; other hosts answer 402. CONTRACT decision 3. */
  quotaStatus: 429,
  idempotencyMs: 86_400_000,
  idempotencyGraceMs: 30_000,
  timeZone: 'UTC',
} as const;
