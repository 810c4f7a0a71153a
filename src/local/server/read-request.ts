// A request body -> what the chat layer takes. Checks every field it reads, so that this server is safe to use alone,
// and refuses what it cannot do instead of ignoring it. Ranges: CONTRACT section 1.
import { TollgateError } from '../../core/errors.ts';
import { reasoningEfforts } from '../../wire/openai/chat-request.ts';
import type { FunctionDefinition, LocalChatRequest } from '../chat/request.ts';
import { ignoredParameters } from './ignored-parameters.ts';
import {
  inRange,
  invalidType,
  invalidValue,
  isObject,
  type JsonObject,
  missing,
  readArray,
  readBoolean,
  readChoice,
  readInteger,
  readNumber,
  readObject,
  readRequiredString,
  readString,
} from './read-field.ts';
import { readMessages } from './read-messages.ts';

/** Throws TollgateError with the `param` of the first field that is wrong. */
export function readChatRequest(body: unknown): LocalChatRequest {
  if (!isObject(body)) throw new TollgateError('invalid_json');
  const model = readRequiredString(body, 'model');
  if (model === '') throw invalidValue('model', 'it is empty.');
  const messages = readMessages(body);
  const stream = readBoolean(body, 'stream') ?? false;
  refuseUnsupported(body);
  return {
    model,
    messages,
    stream,
    includeUsage: readIncludeUsage(body, stream),
    maxTokens:
      readInteger(body, 'max_completion_tokens', { minimum: 1 }) ??
      readInteger(body, 'max_tokens', { minimum: 1 }),
    temperature: readNumber(body, 'temperature', { minimum: 0, maximum: 2 }),
    topP: readNumber(body, 'top_p', { minimum: 0, maximum: 1 }),
    frequencyPenalty: readNumber(body, 'frequency_penalty', { minimum: -2, maximum: 2 }),
    presencePenalty: readNumber(body, 'presence_penalty', { minimum: -2, maximum: 2 }),
    stop: readStop(body),
    seed: readInteger(body, 'seed'),
    logitBias: readLogitBias(body),
    tools: readTools(body),
    parallelToolCalls: readBoolean(body, 'parallel_tool_calls') ?? true,
    reasoningEffort: readChoice(body, 'reasoning_effort', reasoningEfforts),
    ignored: ignoredParameters(body),
  };
}

function readIncludeUsage(body: JsonObject, stream: boolean): boolean {
  const options = readObject(body, 'stream_options');
  if (options === undefined) return false;
  if (!stream) throw invalidValue('stream_options', 'it is only allowed when `stream` is true.');
  const value = options.include_usage ?? false;
  if (typeof value !== 'boolean') throw invalidType('stream_options.include_usage', 'a boolean', value);
  return value;
}

function readStop(body: JsonObject): string[] {
  const stop = body.stop ?? undefined;
  if (stop === undefined) return [];
  if (typeof stop === 'string') return [stop];
  if (!Array.isArray(stop)) throw invalidType('stop', 'a string or an array of strings', stop);
  if (stop.length > 4) {
    throw new TollgateError('array_above_max_length', {
      param: 'stop',
      values: { limit: 4, actual: stop.length },
    });
  }
  return stop.map((sequence: unknown, index) => {
    if (typeof sequence !== 'string') throw invalidType(`stop[${index}]`, 'a string', sequence);
    return sequence;
  });
}

function readLogitBias(body: JsonObject): Map<number, number> {
  const biases = new Map<number, number>();
  for (const [id, bias] of Object.entries(readObject(body, 'logit_bias') ?? {})) {
    const param = `logit_bias.${id}`;
    if (!/^\d{1,9}$/.test(id)) throw invalidValue(param, 'keys are token ids.');
    if (typeof bias !== 'number') throw invalidType(param, 'a decimal', bias);
    biases.set(Number(id), inRange('decimal', param, bias, { minimum: -100, maximum: 100 }));
  }
  return biases;
}

function readTools(body: JsonObject): FunctionDefinition[] {
  const tools = readArray(body, 'tools') ?? [];
  if (body.tools && tools.length === 0) {
    throw new TollgateError('empty_array', { param: 'tools', values: { limit: 1 } });
  }
  const definitions = tools.map((tool, index) => readTool(tool, `tools[${index}]`));
  return body.tool_choice === 'none' ? [] : definitions;
}

function readTool(tool: unknown, path: string): FunctionDefinition {
  if (!isObject(tool)) throw invalidType(path, 'an object', tool);
  const type = readRequiredString(tool, 'type', path);
  if (type !== 'function') throw unsupportedValue(`${path}.type`, type, "Only tools of type 'function' are.");
  const definition = readObject(tool, 'function', path);
  if (definition === undefined) throw missing(`${path}.function`);
  const description = readString(definition, 'description', `${path}.function`);
  const parameters = readObject(definition, 'parameters', `${path}.function`);
  return {
    name: readRequiredString(definition, 'name', `${path}.function`),
    ...(description !== undefined && { description }),
    ...(parameters !== undefined && { parameters }),
  };
}

/** What would change the meaning of the answer and cannot be done is refused. */
function refuseUnsupported(body: JsonObject): void {
  const n = readInteger(body, 'n', { minimum: 1, maximum: 128 }) ?? 1;
  if (n > 1) throw unsupportedValue('n', n, 'Only the default (1) value is supported.');
  if (readBoolean(body, 'logprobs')) throw unsupportedParameter('logprobs');
  const format = readObject(body, 'response_format')?.type ?? 'text';
  if (format !== 'text') {
    throw unsupportedValue('response_format.type', format, "Only the default ('text') value is supported.");
  }
  const choice = body.tool_choice ?? 'auto';
  if (choice !== 'auto' && choice !== 'none') {
    const actual = isObject(choice) ? choice.type : choice;
    throw unsupportedValue('tool_choice', actual, "Only 'auto' and 'none' are supported.");
  }
  for (const modality of readArray(body, 'modalities') ?? []) {
    if (modality !== 'text') throw unsupportedValue('modalities', modality, "Only 'text' is supported.");
  }
  for (const param of ['functions', 'audio', 'web_search_options']) {
    if ((body[param] ?? undefined) !== undefined) throw unsupportedParameter(param);
  }
}

function unsupportedParameter(param: string): TollgateError {
  return new TollgateError('unsupported_parameter', {
    param,
    values: { reason: 'The local model does not offer it.' },
  });
}

function unsupportedValue(param: string, actual: unknown, reason: string): TollgateError {
  return new TollgateError('unsupported_value', { param, values: { actual: `'${String(actual)}'`, reason } });
}
