// The answers of POST /v1/chat/completions: one object, or chunks. Shapes: CONTRACT sections 2 and 3.

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/** Token counts as on the wire: `completion_tokens` includes reasoning, `prompt_tokens` includes cached. */
export interface WireUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details: { cached_tokens: number; audio_tokens: number; cache_write_tokens?: number };
  completion_tokens_details: {
    reasoning_tokens: number;
    audio_tokens: number;
    accepted_prediction_tokens: number;
    rejected_prediction_tokens: number;
  };
}

export interface WireToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

export interface ChatCompletionMessage {
  role: 'assistant';
  /** `null` when the answer is only tool calls. */
  content: string | null;
  refusal: string | null;
  annotations: unknown[];
  reasoning_content?: string;
  /** Absent when there are none, never `[]`. */
  tool_calls?: WireToolCall[];
}

export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Unix time in seconds. */
  created: number;
  model: string;
  service_tier?: string;
  system_fingerprint: string | null;
  choices: {
    index: number;
    message: ChatCompletionMessage;
    logprobs: unknown;
    finish_reason: FinishReason;
  }[];
  usage: WireUsage;
}

export interface ChunkDelta {
  role?: 'assistant';
  content?: string | null;
  refusal?: string | null;
  reasoning_content?: string;
  tool_calls?: {
    index: number;
    id?: string;
    type?: 'function';
    function?: { name?: string; arguments?: string };
  }[];
}

export interface ChatCompletionChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  system_fingerprint?: string | null;
  choices: { index: number; delta: ChunkDelta; logprobs?: unknown; finish_reason: FinishReason | null }[];
  /** Only with `stream_options.include_usage`: `null` on all chunks but the last. */
  usage?: WireUsage | null;
}
