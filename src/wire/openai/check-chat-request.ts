// Decides whether a parsed body is a chat completion request, and if not, names the one field that is wrong the way
// OpenAI does. Knows the wire only: what a model or an upstream supports is decided elsewhere.
import { Ajv } from 'ajv';
import { createBase64Check } from '../base64.ts';
import { type ChatRequest, ChatRequestSchema } from './chat-request.ts';
import { checkContent } from './check-content.ts';
import { checkMessageOrder } from './check-message-order.ts';
import { checkNames } from './check-names.ts';
import { checkToolChoice } from './check-tool-choice.ts';
import { describeSchemaErrors } from './describe-schema-error.ts';
import { missing, notAllowed, type RequestProblem } from './request-problem.ts';

export type { RequestProblem } from './request-problem.ts';

export type ChatRequestChecker = (body: unknown) => RequestProblem | undefined;

/** Compiles the schema (tens of ms); the checker it returns costs microseconds. */
export function createChatRequestChecker(): ChatRequestChecker {
  const ajv = new Ajv({
    discriminator: true,
    allowUnionTypes: true,
    strict: false,
    // 1e999 is infinite as a double: no number that a model could be told.
    strictNumbers: true,
    verbose: true,
  });
  const validate = ajv.compile<ChatRequest>(ChatRequestSchema);
  const isBase64 = createBase64Check();
  return function checkChatRequest(body) {
    if (!validate(body)) return describeSchemaErrors(validate.errors ?? [], body);
    return (
      checkNames(body) ??
      checkFields(body) ??
      checkMessageOrder(body.messages) ??
      checkContent(body.messages, isBase64)
    );
  };
}

/** Rules between fields, which a schema cannot say. */
function checkFields(request: ChatRequest): RequestProblem | undefined {
  if (request.stream_options && !request.stream) {
    return notAllowed('stream_options', "'stream' is enabled");
  }
  if (typeof request.top_logprobs === 'number' && !request.logprobs) {
    return notAllowed('top_logprobs', "'logprobs' is enabled");
  }
  if (request.modalities?.includes('audio') && !request.audio) return missing('audio');
  return request.tool_choice || request.function_call ? checkToolChoice(request) : undefined;
}
