// Stage 3: bytes -> a chat request whose every field is of the wire's shape and range.
import { isUtf8 } from 'node:buffer';
import { TollgateError } from '../core/errors.ts';
import { toRequestError } from '../core/request-error.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { type ChatRequestChecker, createChatRequestChecker } from '../wire/openai/check-chat-request.ts';

export type Validator = (body: Buffer) => ChatRequest;

/** Errors: `invalid_json`, and those of the request checker with the exact `param`. */
export function createValidator(check: ChatRequestChecker = createChatRequestChecker()): Validator {
  return function validate(body) {
    const parsed = parseObject(body);
    const problem = check(parsed);
    if (problem) throw toRequestError(problem);
    return parsed as unknown as ChatRequest;
  };
}

function parseObject(body: Buffer): Record<string, unknown> {
  // A decoder would put U+FFFD in the place of what is no UTF-8, and the upstream would get the bytes all the same.
  if (!isUtf8(body)) throw new TollgateError('invalid_json');
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
      return parsed as Record<string, unknown>;
  } catch (cause) {
    throw new TollgateError('invalid_json', { cause });
  }
  throw new TollgateError('invalid_json');
}
