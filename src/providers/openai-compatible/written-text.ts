// What the model wrote in a message or in a delta of one: text, refusal, reasoning and tool input, for counting.

export function writtenText(message: Readonly<Record<string, unknown>> | undefined): string {
  if (!message) return '';
  let text = '';
  if (typeof message.reasoning_content === 'string') text += message.reasoning_content;
  if (typeof message.content === 'string') text += message.content;
  if (typeof message.refusal === 'string') text += message.refusal;
  if (Array.isArray(message.tool_calls)) {
    for (const call of message.tool_calls as Record<string, unknown>[]) {
      text += calledText(call?.function) + calledText(call?.custom);
    }
  }
  return text + calledText(message.function_call);
}

function calledText(called: unknown): string {
  if (typeof called !== 'object' || called === null) return '';
  const { name, arguments: written, input } = called as Record<string, unknown>;
  return [name, written, input].filter((piece) => typeof piece === 'string').join('');
}
