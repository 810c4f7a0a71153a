// `reasoning` (vLLM, Ollama, OpenRouter, Groq) and `reasoning_content` (DeepSeek, llama.cpp, SGLang) are one thing; on
// the way out it is always `reasoning_content`. CONTRACT section 2, "Reasoning field dialects".

/** Renames in place; says whether anything changed. */
export function renameReasoning(message: Record<string, unknown>): boolean {
  if (!('reasoning' in message)) return false;
  if (typeof message.reasoning === 'string' && typeof message.reasoning_content !== 'string') {
    message.reasoning_content = message.reasoning;
  }
  delete message.reasoning;
  return true;
}
