// Decides whether a parsed body is a chat completion request, and if not, names the one field that is wrong the way
// OpenAI does. Knows the wire only: what a model or an upstream supports is decided elsewhere.
import { Ajv, type ErrorObject } from 'ajv';
import { type ChatRequest, ChatRequestSchema } from './chat-request.ts';

/** What is wrong with a request; the codes are those of CONTRACT section 4. */
export interface RequestProblem {
  readonly code:
    | 'missing_required_parameter'
    | 'invalid_type'
    | 'invalid_value'
    | 'integer_above_max_value'
    | 'integer_below_min_value'
    | 'decimal_above_max_value'
    | 'decimal_below_min_value'
    | 'string_above_max_length'
    | 'empty_array'
    | 'array_above_max_length';
  /** `messages[2].content[0].image_url.url` */
  readonly param: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** Overrides the code in the body: some of OpenAI's refusals carry `null`. */
  readonly wireCode?: null;
}

export type ChatRequestChecker = (body: unknown) => RequestProblem | undefined;

/** Compiles the schema (tens of ms); the checker it returns costs microseconds. */
export function createChatRequestChecker(): ChatRequestChecker {
  const ajv = new Ajv({ discriminator: true, allowUnionTypes: true, strict: false, verbose: true });
  const validate = ajv.compile<ChatRequest>(ChatRequestSchema);
  return function checkChatRequest(body) {
    if (!validate(body)) return describe(mostTelling(validate.errors ?? []));
    return checkRules(body);
  };
}

/** Rules between fields, which a schema cannot say. */
function checkRules(request: ChatRequest): RequestProblem | undefined {
  if (request.stream_options && !request.stream) {
    return {
      code: 'invalid_value',
      param: 'stream_options',
      values: { reason: "The 'stream_options' parameter is only allowed when 'stream' is enabled." },
      wireCode: null,
    };
  }
  if (typeof request.top_logprobs === 'number' && !request.logprobs) {
    return invalid('top_logprobs', "'top_logprobs' needs 'logprobs' to be true.");
  }
  return checkMessageOrder(request.messages);
}

/** Every tool call is answered before the next other message, and nothing answers a call that was not made. */
function checkMessageOrder(messages: ChatRequest['messages']): RequestProblem | undefined {
  // Made when the first call is met: most conversations have none.
  let made: Set<string> | undefined;
  let unansweredIds: Set<string> | undefined;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as ChatRequest['messages'][number];
    if (message.role === 'tool') {
      if (!made?.has(message.tool_call_id)) return orphan(index);
      unansweredIds?.delete(message.tool_call_id);
      continue;
    }
    if (unansweredIds?.size) return unanswered(index, unansweredIds);
    made = undefined;
    if (message.role !== 'assistant') continue;
    if (message.tool_calls) {
      made = new Set(message.tool_calls.map((call) => call.id));
      unansweredIds = new Set(made);
    }
    const says =
      message.tool_calls ?? message.content ?? message.refusal ?? message.function_call ?? message.audio;
    if (says === null || says === undefined) {
      return {
        code: 'invalid_type',
        param: `messages[${index}].content`,
        values: { expected: 'a string or an array of parts', actual: 'null' },
      };
    }
  }
  return unansweredIds?.size ? unanswered(messages.length, unansweredIds) : undefined;
}

function orphan(index: number): RequestProblem {
  return {
    ...invalid(
      `messages[${index}].role`,
      "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    ),
    wireCode: null,
  };
}

function unanswered(index: number, ids: ReadonlySet<string>): RequestProblem {
  return {
    ...invalid(
      `messages[${index - 1}].tool_calls`,
      "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
        `The following tool_call_ids did not have response messages: ${[...ids].slice(0, 8).join(', ')}`,
    ),
    wireCode: null,
  };
}

function invalid(param: string, reason: string): RequestProblem {
  return { code: 'invalid_value', param, values: { reason } };
}

/**
 * Of the reasons why no branch fitted, the one deepest in the body, and at equal depth the one from a branch whose
 * type did fit: five stop sequences are too many, not "no string".
 */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject {
  let best = errors[0] as ErrorObject;
  for (const error of errors) {
    const deeper = error.instancePath.length - best.instancePath.length;
    if (deeper > 0 || (deeper === 0 && rank(error) > rank(best))) best = error;
  }
  return best;
}

function rank(error: ErrorObject): number {
  if (error.keyword === 'type') return error.params.type === 'null' ? 0 : 1;
  if (error.keyword === 'enum') return typeof error.data === 'string' ? 3 : 1;
  return error.keyword === 'anyOf' ? 2 : 3;
}

function describe(error: ErrorObject): RequestProblem {
  const param = paramPath(error.instancePath);
  const kind = isInteger(error) ? 'integer' : 'decimal';
  switch (error.keyword) {
    case 'required':
      return missing(join(param, String(error.params.missingProperty)));
    case 'discriminator': {
      const path = join(param, String(error.params.tag));
      if (error.params.tagValue === undefined) return missing(path);
      return invalid(path, `'${shown(error.params.tagValue)}'. Supported values are: ${tagValues(error)}.`);
    }
    case 'minimum':
      return {
        code: `${kind}_below_min_value`,
        param,
        values: { limit: error.params.limit, actual: shown(error.data) },
      };
    case 'maximum':
      return {
        code: `${kind}_above_max_value`,
        param,
        values: { limit: error.params.limit, actual: shown(error.data) },
      };
    case 'minItems':
      return { code: 'empty_array', param, values: { limit: error.params.limit } };
    case 'maxItems':
      return {
        code: 'array_above_max_length',
        param,
        values: { limit: error.params.limit, actual: (error.data as unknown[]).length },
      };
    case 'maxLength':
      return {
        code: 'string_above_max_length',
        param,
        values: { limit: error.params.limit, actual: (error.data as string).length },
      };
    case 'minLength':
      return invalid(param, 'it must not be empty.');
    case 'enum':
      return invalid(
        param,
        `'${shown(error.data)}'. Supported values are: ${quoted(error.params.allowedValues)}.`,
      );
    case 'pattern':
      return invalid(param, `'${shown(error.data)}' does not match the pattern ${error.params.pattern}.`);
    case 'type':
    case 'anyOf':
      // `null` counts as absent, and here the field is needed.
      if (error.data === null && /^\/(model|messages)$/.test(error.instancePath)) return missing(param);
      return {
        code: 'invalid_type',
        param,
        values: { expected: expected(error), actual: actual(error.data) },
      };
    default:
      return invalid(param, error.message ?? 'it is not valid.');
  }
}

function missing(param: string): RequestProblem {
  return { code: 'missing_required_parameter', param, values: {} };
}

function isInteger(error: ErrorObject): boolean {
  const type: unknown = error.parentSchema?.type;
  return type === 'integer' || (Array.isArray(type) && type.includes('integer'));
}

/** `/messages/2/content/0/text` -> `messages[2].content[0].text` */
function paramPath(pointer: string): string {
  let path = '';
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    path = /^\d+$/.test(name) && path ? `${path}[${name}]` : join(path, name);
  }
  return path;
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name;
}

function tagValues(error: ErrorObject): string {
  const tag = String(error.params.tag);
  const shapes = (error.parentSchema?.oneOf ?? []) as {
    properties: Record<string, { const?: string; enum?: string[] }>;
  }[];
  return quoted(
    shapes.flatMap((shape) => shape.properties[tag]?.enum ?? [shape.properties[tag]?.const ?? '']),
  );
}

function quoted(values: readonly unknown[]): string {
  return values
    .filter((value) => value !== null)
    .map((value) => `'${value}'`)
    .join(', ');
}

const phrases: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a decimal',
  boolean: 'a boolean',
  object: 'an object',
  array: 'an array',
};

function expected(error: ErrorObject): string {
  const branches = (error.keyword === 'anyOf' ? error.parentSchema?.anyOf : [error.parentSchema]) as {
    type?: string | string[];
    enum?: unknown[];
    anyOf?: { type?: string }[];
  }[];
  const types = branches.flatMap((branch) => branch?.type ?? (branch?.enum ? 'string' : []));
  const named = [...new Set(types.filter((type) => type !== 'null'))].map((type) => phrases[type] ?? type);
  return named.length > 0 ? named.join(' or ') : 'another type';
}

function actual(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return phrases[typeof value] ?? typeof value;
}

/** A client's value in a message: short, and never a whole prompt. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
