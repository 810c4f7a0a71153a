// How upstreams say that a conversation is too long for the model. Only a few send OpenAI's code for it, by which clients know
// to shorten it and to try again. CONTRACT section 4, "context overflow".

export interface ContextOverflow {
  /** Tokens the model takes; `undefined` where it is not said. */
  readonly limit: number | undefined;
}

/**
 * Sources, 2026-11-22: the servers' own texts as quoted in vllm-project/vllm#20409 and #33418, ggml-org/llama.cpp
 * (server-context.cpp), lmstudio-ai/lmstudio-bug-tracker#546, the providers' pages on errors, and the lists that agents keep for
 * the same purpose (sst/opencode provider-error.ts). A group `limit` is the number of tokens.
 */
const patterns: readonly RegExp[] = [
  // OpenAI, Azure, vLLM, SGLang, DeepSeek, OpenRouter, Fireworks.
  /maximum context length(?: is| of|:)? ?(?<limit>[\d,]+)/i,
  // OpenAI's Responses API.
  /exceeds the context window/i,
  // Anthropic.
  /prompt is too long(?:: \d+ tokens > (?<limit>\d+) maximum)?/i,
  /exceed context limit: \d+ \+ \d+ > (?<limit>\d+)/i,
  // Gemini, then Vertex.
  /input token count.* exceeds the maximum number of tokens allowed \(?(?<limit>\d+)/i,
  /input token count is \d+ but the model only supports up to (?<limit>\d+)/i,
  // vLLM's engine, SGLang.
  /longer than the maximum model length of (?<limit>\d+)/i,
  /longer than the model'?s context length \((?<limit>\d+) tokens\)/i,
  // llama.cpp.
  /exceeds the available context size(?: \((?<limit>\d+) tokens\))?/i,
  // Ollama.
  /exceeded max context length|input length exceeds the context length/i,
  // LM Studio.
  /context length of only (?<limit>\d+) tokens/i,
  /greater than the context length/i,
  // Mistral.
  /too large for model with (?<limit>\d+) maximum context length/i,
  // xAI.
  /maximum prompt length is (?<limit>\d+)/i,
  // Together, TGI.
  /`inputs` tokens \+ `max_new_tokens` must be <= (?<limit>\d+)/i,
  // Moonshot.
  /exceeded model token limit:? ?(?<limit>\d+)?/i,
  // Groq, Cerebras, without a number.
  /reduce the length of the messages/i,
];

/** Groq says of its rate that messages should be shorter: so they should, but not for the model's sake. */
const ofTheRate = /per min|\bTPM\b|rate limit/i;

/** `type`: of the error, by which llama.cpp tells. */
export function overflowOf(message: string, type: string | undefined): ContextOverflow | undefined {
  if (ofTheRate.test(message)) return undefined;
  // One that knows the limit says more than one that does not.
  let known = type === 'exceed_context_size_error';
  for (const pattern of patterns) {
    const found = pattern.exec(message);
    if (!found) continue;
    known = true;
    const digits = found.groups?.limit?.replaceAll(',', '');
    if (digits) return { limit: Number(digits) };
  }
  return known ? { limit: undefined } : undefined;
}

/** The sentence with the limit in the words that clients look for, unless it has them already. */
export function withLimit(message: string, limit: number | undefined): string {
  if (limit === undefined || /maximum context length is [\d,]+ tokens/i.test(message)) return message;
  return `This model's maximum context length is ${limit} tokens. ${message}`;
}
