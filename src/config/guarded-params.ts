// Fields beyond OpenAI's API by which a client could get round the operator: name another model, be given more than was
// reserved, reach another host, or disturb other clients. Data with its date; compared with the sources on 2026-11-22.
// What only steers sampling, or shortens (`min_tokens`, `truncate_prompt_tokens`, `regex`), is not here: the cap holds it.
import type { PresetName } from './presets.ts';

/** Names, in small letters, by what they would do. docs/providers.md lists them. */
export interface GuardedParams {
  /** Another model answers, at another price, or one that the key may not use. */
  readonly model?: readonly string[];
  /** More tokens, choices or media than the hold counts. */
  readonly amount?: readonly string[];
  /** A fee beside the tokens, or a dearer host of the same model. */
  readonly money?: readonly string[];
  /** Another host is called, code is run, or what other clients do is touched. */
  readonly reach?: readonly string[];
}

export const guardedByPreset = {
  // openrouter.ai/docs: "Model Fallbacks", "Presets", "Provider Routing", "Plugins", "Image Generation".
  openrouter: {
    model: ['models', 'route', 'preset', 'plugins'],
    amount: ['image_config'],
    money: ['provider'],
  },
  // console.groq.com/docs/api-reference, chat: models and tools of Compound.
  groq: { model: ['compound_custom'] },
  // docs.x.ai: Live Search is paid by the source; a deferred answer is fetched elsewhere, so nobody sees what it used.
  xai: { money: ['search_parameters', 'deferred'] },
  // docs.together.ai, chat completions: a model that is asked beside the other.
  together: { model: ['safety_model'] },
  // vllm/entrypoints/openai/chat_completion/protocol.py; `best_of`: until 0.10. A template of the client may write the
  // prompt as often as it likes, and the settings of processors make more tokens of an image.
  vllm: {
    amount: ['best_of', 'use_beam_search', 'chat_template', 'mm_processor_kwargs', 'media_io_kwargs'],
    reach: ['priority', 'request_id', 'kv_transfer_params', 'ec_transfer_params'],
  },
  // sglang/srt/entrypoints/openai/protocol.py.
  sglang: {
    model: ['lora_path'],
    amount: ['max_dynamic_patch', 'images_config'],
    reach: [
      'priority',
      'rid',
      'session_id',
      'session_params',
      'bootstrap_host',
      'bootstrap_port',
      'bootstrap_room',
      'routed_dp_rank',
      'disagg_prefill_dp_rank',
      'data_parallel_rank',
      'custom_logit_processor',
    ],
  },
  // Its OpenAI routes do not read them today (docs.ollama.com/api/openai-compatibility), its own do.
  ollama: { amount: ['options'], reach: ['keep_alive'] },
  // tools/server of ggml-org/llama.cpp: `n_predict` wins over `max_tokens`, and `n_cmpl` over `n`.
  'llama.cpp': { model: ['lora'], amount: ['n_predict', 'n_cmpl'] },
  // lmstudio.ai/docs: speculative decoding, idle TTL.
  'lm-studio': { model: ['draft_model'], reach: ['ttl'] },
} as const satisfies Partial<Record<PresetName, GuardedParams>>;

/** Azure: "On Your Data" sends the prompt to a search service that the request names, "Vision enhancements" are paid. */
export const guardedAtAzure: GuardedParams = { money: ['enhancements'], reach: ['data_sources'] };

/**
 * What other gateways in front of models obey, beside the above. docs.litellm.ai: "Client-Side Fallbacks", "Clientside LLM
 * Credentials"; vercel.com/docs/ai-gateway: provider options; AssemblyAI, orq.ai and ngrok: fallbacks. `max_new_tokens`,
 * `max_output_tokens`, `num_predict`: how servers call the cap in APIs of their own.
 */
const guardedOfGateways: GuardedParams = {
  model: [
    'fallbacks',
    'fallback_config',
    'context_window_fallbacks',
    'custom_llm_provider',
    'user_config',
    'model_list',
    'provideroptions',
  ],
  amount: ['max_new_tokens', 'max_output_tokens', 'num_predict'],
  reach: ['api_base', 'base_url', 'api_key', 'extra_headers'],
};

const own: Partial<Record<PresetName, GuardedParams>> = guardedByPreset;
/** They take requests to providers of many kinds, with fields that nobody lists. */
const gateways: ReadonlySet<PresetName> = new Set<PresetName>(['evolink']);

/** Of a server that says nothing of itself, all of them: what stands behind it is not known. */
export const guardedAnywhere: readonly string[] = [
  ...new Set([...Object.values(own).flatMap(namesOf), ...namesOf(guardedOfGateways)]),
];

/** Names in small letters; none where all that the provider takes is known, and harmless. */
export function guardedParamsOf(preset: PresetName | undefined): readonly string[] {
  if (preset === undefined || gateways.has(preset)) return guardedAnywhere;
  return namesOf(own[preset] ?? {});
}

export function namesOf({ model = [], amount = [], money = [], reach = [] }: GuardedParams): string[] {
  return [...model, ...amount, ...money, ...reach];
}
