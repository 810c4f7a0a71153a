// What a model is told about tools and formats that its template does not tell it, in the plainest words: they were
// chosen by trying them on a model of 135 million parameters.
import type { TemplateMessage } from './chat-template.ts';
import type { FunctionDefinition, JsonFormat, LocalChatRequest } from './request.ts';
import { describedTool, writtenCall } from './tool-notation.ts';

type Asked = Pick<LocalChatRequest, 'tools' | 'mustCall' | 'format'>;

/** They are the last words of the system message. */
export function withInstructions(
  messages: readonly TemplateMessage[],
  { tools, mustCall, format }: Asked,
  knowsTools: boolean,
): TemplateMessage[] {
  const told = [
    ...(tools.length > 0 && !knowsTools ? [toolInstructions(tools, mustCall)] : []),
    ...(format && !mustCall ? [formatInstructions(format)] : []),
  ].join('\n\n');
  if (told === '') return [...messages];
  const [first, ...rest] = messages;
  if (first?.role === 'system') return [{ ...first, content: `${first.content}\n\n${told}` }, ...rest];
  return [{ role: 'system', content: told }, ...messages];
}

function toolInstructions(tools: readonly FunctionDefinition[], mustCall: boolean): string {
  const list = tools.map((tool) => JSON.stringify(describedTool(tool))).join('\n');
  const when = mustCall ? 'Call one of these tools now' : 'If one of them helps to answer, call it';
  return `You have these tools:\n${list}\n\n${when}, like this:\n${writtenCall('name', '{"argument": "value"}')}`;
}

function formatInstructions(format: JsonFormat): string {
  if (format.kind === 'object') return 'Answer with a JSON object only.';
  const { description, schema } = format;
  const about = description === undefined ? '' : ` ${description}`;
  return `Answer with JSON only, by this JSON schema:${about}\n${JSON.stringify(schema)}`;
}
