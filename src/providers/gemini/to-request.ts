// A chat request -> POST …/models/{model}:generateContent. The mapping is CONTRACT section 5b.
import type { ChatCall } from '../../core/ports.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import type { DialectRequest } from '../dialect/adapter.ts';
import { type Conversation, conversationOf } from '../dialect/conversation.ts';
import type { ReasoningMemory } from '../dialect/reasoning-memory.ts';
import { outputCapOf } from '../openai-compatible/to-request.ts';
import { thinkingConfig } from './thinking.ts';
import { toContents } from './to-contents.ts';

/** As many as it takes; OpenAI allows four, so none is lost. */
const mostStops = 5;

/** Before Gemini 3 no call has to be signed. */
const older = /gemini-[12]|gemma/;

export function toRequest(call: ChatCall, memory: ReasoningMemory): DialectRequest {
  const conversation = conversationOf(call.request);
  const method = call.streaming ? 'streamGenerateContent?alt=sse' : 'generateContent';
  // Google: "Function calling with a response mime type: 'application/json' is unsupported" (googleapis/python-genai#867).
  const inWords = conversation.tools.length > 0 && older.test(call.target.model);
  const body = {
    contents: toContents(conversation, memory, !older.test(call.target.model)),
    ...systemOf(conversation, inWords ? formInWords(call.request) : undefined),
    ...toolsOf(conversation),
    generationConfig: generationConfig(call, inWords),
  };
  return { path: `/models/${encodeURIComponent(call.target.model)}:${method}`, body };
}

/** What the client wants the answer to look like; `undefined` where it is free. */
function formInWords({ response_format: format }: ChatRequest): string | undefined {
  if (!format || format.type === 'text') return undefined;
  const only = 'When you answer without calling a function, answer with one JSON object and nothing else';
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined;
  return schema
    ? `${only}. It must be valid against this JSON Schema: ${JSON.stringify(schema)}`
    : `${only}.`;
}

function systemOf({ system }: Conversation, form: string | undefined): object {
  const texts = [...system, form ?? ''].filter((text) => text !== '');
  return texts.length === 0 ? {} : { systemInstruction: { parts: texts.map((text) => ({ text })) } };
}

function toolsOf({ tools, choice }: Conversation): object {
  if (tools.length === 0) return {};
  const functionDeclarations = tools.map(({ name, description, parameters }) => ({
    name,
    ...(description ? { description } : {}),
    ...(parameters ? { parametersJsonSchema: parameters } : {}),
  }));
  const strict = tools.some((tool) => tool.strict);
  const mode =
    choice === 'none'
      ? { mode: 'NONE' }
      : choice === 'required'
        ? { mode: 'ANY' }
        : typeof choice === 'object'
          ? { mode: 'ANY', allowedFunctionNames: [choice.name] }
          : // Calls that keep to the schema, and text still allowed.
            { mode: strict ? 'VALIDATED' : 'AUTO' };
  return { tools: [{ functionDeclarations }], toolConfig: { functionCallingConfig: mode } };
}

/** `inWords`: the form of the answer is asked for elsewhere. */
function generationConfig(call: ChatCall, inWords: boolean): object {
  const { request, target } = call;
  const stops = typeof request.stop === 'string' ? [request.stop] : (request.stop ?? []);
  const format = inWords ? undefined : request.response_format;
  const schema = format?.type === 'json_schema' ? format.json_schema.schema : undefined;
  return withoutAbsent({
    maxOutputTokens: outputCapOf(call),
    temperature: request.temperature,
    topP: request.top_p,
    candidateCount: (request.n ?? 1) > 1 ? request.n : undefined,
    stopSequences: stops.length > 0 ? stops.slice(0, mostStops) : undefined,
    seed: request.seed,
    presencePenalty: request.presence_penalty,
    frequencyPenalty: request.frequency_penalty,
    responseMimeType: format && format.type !== 'text' ? 'application/json' : undefined,
    responseJsonSchema: schema,
    thinkingConfig: thinkingConfig(request, target.model),
  });
}

function withoutAbsent(config: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== null && value !== undefined),
  );
}
