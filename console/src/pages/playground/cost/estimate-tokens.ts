// About how many tokens a text has, for the figures that run while an answer does. A real count needs the model's vocabulary,
// which is megabytes; this costs nothing and is replaced by the reported count as soon as there is one.

/** English has about four letters to a token; other scripts come close to one character each. */
const asciiPerToken = 4;
const perMessage = 4;

export function estimateTokens(text: string): number {
  let plain = 0;
  let other = 0;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) < 0x80) plain++;
    else other++;
  }
  return Math.ceil(plain / asciiPerToken + other * 0.75);
}

/** Of a request's messages; images are not in it, since each model counts them its own way. */
export function estimatePrompt(messages: readonly Readonly<Record<string, unknown>>[]): number {
  let tokens = 0;
  for (const { content, tool_calls: calls } of messages) {
    tokens += perMessage;
    if (typeof content === 'string') tokens += estimateTokens(content);
    else if (Array.isArray(content)) {
      for (const part of content) {
        const { text } = part as { text?: unknown };
        if (typeof text === 'string') tokens += estimateTokens(text);
      }
    }
    if (calls !== undefined) tokens += estimateTokens(JSON.stringify(calls));
  }
  return tokens;
}
