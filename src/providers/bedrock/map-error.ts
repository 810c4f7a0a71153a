// Amazon's errors -> the gateway's. A name in a header or in the body, with a status; in a stream a frame of that name without
// one. Source: Amazon Bedrock API Reference, "Converse", "Errors"; AWS, "Common errors", 2026-11-22.
import type { TollgateError } from '../../core/errors.ts';
import type { AnswerHeaders } from '../../core/ports.ts';
import { mapError as mapOpenAIError } from '../openai-compatible/map-error.ts';

/** The status of an error by its name, in lower case, where it has none or a misleading one. */
const statuses: Readonly<Record<string, number>> = {
  validationexception: 400,
  accessdeniedexception: 403,
  resourcenotfoundexception: 404,
  modeltimeoutexception: 408,
  modelerrorexception: 424,
  modelstreamerrorexception: 424,
  throttlingexception: 429,
  // A 400 or 429 there: what is used up, or not ready, is the gateway's.
  servicequotaexceededexception: 429,
  modelnotreadyexception: 503,
  internalserverexception: 500,
  serviceunavailableexception: 503,
};

/** Signature, key and token; some of them are a 400 there. */
const notLetIn =
  /^(?:accessdenied|expiredtoken|unrecognizedclient|invalidsignature|incompletesignature|invalidclienttokenid|missingauthenticationtoken|optinrequired|notauthorized)/;

/** A model of the configuration that cannot be called so: no mistake of the client's request. */
const wrongModel =
  /model identifier is invalid|on-demand throughput isn.t supported|not? supported? .*inference profile|end of its life|doesn.t support the model/i;

/** What Bedrock itself says of a conversation that does not fit; models say it in words that are known elsewhere. */
const tooLong = /input is too long for requested model|input tokens exceeded|number of input tokens exceeds/i;

/** Its fields in a sentence of Amazon's -> what they are called in the client's request. */
const fields: readonly (readonly [RegExp, string])[] = [
  [/outputConfig|output_config\.format|textFormat/, 'response_format'],
  [/toolChoice|tool_choice/, 'tool_choice'],
  [/toolConfig|\btools\b/, 'tools'],
  [/stopSequences|stop_sequences/, 'stop'],
  [/maxTokens|max_tokens/, 'max_tokens'],
  [/\btemperature\b/, 'temperature'],
  [/\btopP\b|\btop_p\b/, 'top_p'],
  [/\bthinking\b|reasoningConfig|reasoning_effort/, 'reasoning_effort'],
  [/\bmessages\b|ContentBlock|\bconversation\b/i, 'messages'],
];

interface AmazonError {
  readonly message?: unknown;
  readonly Message?: unknown;
  readonly originalMessage?: unknown;
  readonly __type?: unknown;
}

export function mapError(
  status: number,
  headers: AnswerHeaders,
  body: Buffer,
  secrets: readonly string[] = [],
): TollgateError {
  const error = parsed(body);
  return mapped(status, nameOf(headers['x-amzn-errortype'] ?? error?.__type), headers, error, body, secrets);
}

/** `name`: `throttlingException`. It comes instead of an event, or behind the first of them. */
export function mapErrorEvent(name: string, value: unknown): TollgateError {
  const body = Buffer.from(JSON.stringify(value ?? {}));
  const { code } = (value ?? {}) as { readonly code?: unknown };
  const known = name === 'error' ? nameOf(code) : name.toLowerCase();
  return mapped(statuses[known] ?? 500, known, {}, value as AmazonError | undefined, body, []);
}

function mapped(
  status: number,
  name: string,
  headers: AnswerHeaders,
  error: AmazonError | undefined,
  body: Buffer,
  secrets: readonly string[],
): TollgateError {
  const said = error?.message ?? error?.Message ?? error?.originalMessage;
  if (typeof said !== 'string') return mapOpenAIError(statusOf(status, name, ''), headers, body, secrets);
  const row = fields.find(([pattern]) => pattern.test(said));
  // The number of the operator's account stands in every ARN.
  const message = said.replace(/\barn:aws[\w-]*:[^\s"',)]+/g, 'the model');
  const place = tooLong.test(said)
    ? { param: 'messages', code: 'context_length_exceeded' }
    : { param: row?.[1] };
  const told = Buffer.from(JSON.stringify({ error: { message, ...place } }));
  return mapOpenAIError(statusOf(status, name, said), headers, told, secrets);
}

function statusOf(status: number, name: string, message: string): number {
  if (notLetIn.test(name)) return 403;
  const known = statuses[name] ?? status;
  return known === 400 && wrongModel.test(message) ? 404 : known;
}

/** `com.amazon.coral.service#ValidationException:http://…` */
function nameOf(given: unknown): string {
  const [name = ''] = String(given ?? '').split(':');
  return name.slice(name.lastIndexOf('#') + 1).toLowerCase();
}

function parsed(body: Buffer): AmazonError | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // A proxy's page, or a body cut at the limit.
    return undefined;
  }
}
