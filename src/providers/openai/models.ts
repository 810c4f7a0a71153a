// What is known of OpenAI's models, by their ids. Sources: CONTRACT section 1, row `reasoning_effort`; OpenAI's model pages
// ("Endpoints" of each), 2026-11-22. A model that is not known is taken for one without reasoning.
export interface OpenAIModel {
  /** Whether it reasons: it then takes `reasoning`, and gives its reasoning in encrypted form. */
  readonly reasons: boolean;
  /** Whether chat completions has it at all. */
  readonly chatCompletions: boolean;
  /** Whether chat completions takes functions from it unless its reasoning is turned off. */
  readonly toolsWhileReasoning: boolean;
}

/** gpt-5 and later, o1 and later, Codex; neither their `-chat` siblings nor those for search, speech and images. */
const reasoning = /^(?:o\d|gpt-(?:[5-9]|[1-9]\d)(?!\d)|codex-|computer-use)/;
const notReasoning = /-(?:chat|search|audio|realtime|image|transcribe|tts)\b/;
const responsesOnly = /-(?:pro|deep-research)\b|codex|computer-use/;
/** gpt-5.4 and later. */
const noToolsWhileReasoning = /^gpt-(?:5\.(?:[4-9]|[1-9]\d)|(?:[6-9]|[1-9]\d)(?!\d))/;

/** `id`: as the target names it, also of a fine-tuned model (`ft:gpt-5.1:…`). */
export function openaiModel(id: string): OpenAIModel {
  const name = id.replace(/^ft:/, '');
  const reasons = reasoning.test(name) && !notReasoning.test(name);
  return {
    reasons,
    chatCompletions: !responsesOnly.test(name) || !reasons,
    toolsWhileReasoning: !reasons || !noToolsWhileReasoning.test(name),
  };
}
