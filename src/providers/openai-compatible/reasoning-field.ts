// `reasoning` (vLLM, Ollama, OpenRouter, Groq), `reasoning_content` (DeepSeek, llama.cpp, SGLang) and the texts of
// `reasoning_details` (OpenRouter) are one thing; on the way out it is always `reasoning_content`, and under the alias
// `reasoning` too where the operator wants that. CONTRACT section 2, "Reasoning field dialects".

/** Mends a message or delta in place; says whether anything changed. `reasoning_details` stay: some want them back. */
export function mendReasoning(message: Record<string, unknown>, alias: boolean): boolean {
  const { reasoning, reasoning_content: given, reasoning_details: details } = message;
  if (reasoning === undefined && details === undefined && !alias) return false;
  let changed = false;
  if (typeof given !== 'string' || given === '') {
    const text = typeof reasoning === 'string' ? reasoning : textOfDetails(details);
    if (text !== undefined && text !== given) {
      message.reasoning_content = text;
      changed = true;
    }
  }
  const wanted =
    alias && typeof message.reasoning_content === 'string' ? message.reasoning_content : undefined;
  if (reasoning === wanted) return changed;
  if (wanted === undefined) delete message.reasoning;
  else message.reasoning = wanted;
  return true;
}

/** What is readable in OpenRouter's details; `undefined` where all of it is encrypted. */
export function textOfDetails(details: unknown): string | undefined {
  if (!Array.isArray(details)) return undefined;
  const texts = (details as ({ text?: unknown; summary?: unknown } | null)[])
    .map((detail) => detail?.text ?? detail?.summary)
    .filter((text) => typeof text === 'string');
  return texts.length > 0 ? texts.join('') : undefined;
}
