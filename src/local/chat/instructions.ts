// What a model is told about tools and formats that its template does not tell it. The wording was chosen by trying
// several on a model of 135 million parameters: it calls only after it has seen a call, and it copies what it reads.
import type { TemplateMessage } from './chat-template.ts';
import type { FunctionDefinition, JsonFormat, LocalChatRequest } from './request.ts';
import { sampleJson, sketchSchema } from './schema-sketch.ts';
import { callTags, writtenCall } from './tool-notation.ts';

type Asked = Pick<LocalChatRequest, 'tools' | 'mustCall' | 'format'>;

/** The last words of the system message, and an example where a model needs one to call of its own accord. */
export function withInstructions(
  messages: readonly TemplateMessage[],
  { tools, mustCall, format }: Asked,
  knowsTools: boolean,
): TemplateMessage[] {
  const toldTools = knowsTools ? [] : tools;
  const told = [
    ...(toldTools.length > 0 ? [toolInstructions(toldTools)] : []),
    ...(format && !mustCall ? [formatInstructions(format)] : []),
  ].join('\n\n');
  if (told === '') return [...messages];
  const called = messages.some(({ content }) => content.includes(callTags.open));
  // A call that is forced needs no example, and would only be filled with its words.
  const example = mustCall || called ? [] : exampleTurns(toldTools);
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return [{ role: 'system', content: told }, ...example, ...messages];
  return [{ role: 'system', content: `${first.content}\n\n${told}` }, ...example, ...rest];
}

function toolInstructions(tools: readonly FunctionDefinition[]): string {
  const list = tools.map(({ name, description, parameters }) => {
    const about = description === undefined ? '' : `: ${description}`;
    return `- ${name} ${sketchSchema(parameters ?? noParameters)}${about}`;
  });
  return `You can use these tools:\n${list.join('\n')}\n\nTo use a tool, answer with ${callTags.open} and nothing else.`;
}

const noParameters = { type: 'object' };

/**
 * As if a user had asked for just what the tools do. With one such call SmolLM2-135M decided 8 times of 14 as a person
 * would have (to call or to answer), with two of them and an ordinary turn between them 14 times.
 */
function exampleTurns(tools: readonly FunctionDefinition[]): TemplateMessage[] {
  const [first, last = first] = [tools[0], tools.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    ...exampleCall(first),
    { role: 'user', content: 'Thanks!' },
    { role: 'assistant', content: 'You are welcome.' },
    ...exampleCall(last),
  ];
}

function exampleCall({ name, description, parameters }: FunctionDefinition): TemplateMessage[] {
  return [
    { role: 'user', content: description ?? `Use ${name}.` },
    { role: 'assistant', content: writtenCall(name, sampleJson(parameters ?? noParameters)) },
  ];
}

function formatInstructions(format: JsonFormat): string {
  if (format.kind === 'object') return 'Answer with a JSON object only.';
  const about = format.description === undefined ? '' : ` ${format.description}`;
  return `Answer with JSON only, in this form:${about}\n${sketchSchema(format.schema)}`;
}
