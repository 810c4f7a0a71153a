// The text of a message or delta where it is not a text: Mistral writes parts, thoughts among them.

type Part = { text?: unknown; thinking?: unknown; refusal?: unknown } | string | null;

/** Makes `content` a text or null, in place; says whether anything changed. An absent one stays absent. */
export function mendContent(message: Record<string, unknown>): boolean {
  const { content } = message;
  if (typeof content === 'string' || content === null || content === undefined) return false;
  if (!Array.isArray(content)) {
    message.content = null;
    return true;
  }
  let text = '';
  let thought = '';
  for (const part of content as Part[]) {
    if (typeof part === 'string') text += part;
    else if (typeof part?.text === 'string') text += part.text;
    else if (typeof part?.thinking === 'string') thought += part.thinking;
    else if (Array.isArray(part?.thinking)) thought += textOf(part.thinking);
    else if (typeof part?.refusal === 'string') message.refusal = part.refusal;
  }
  message.content = text;
  if (thought !== '' && message.reasoning_content === undefined) message.reasoning_content = thought;
  return true;
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : (part?.text ?? ''))).join('');
}
