// Stage 3: bytes -> a chat request whose every field is of the wire's shape and range.
import { isUtf8 } from 'node:buffer';
import { TollgateError } from '../core/errors.ts';
import { toRequestError } from '../core/request-error.ts';
import { createBase64Check } from '../wire/base64.ts';
import { deepestJson, isDeeper, mostMembers, TooDeep, TooWide } from '../wire/json/is-deeper.ts';
import { parseLargeJson } from '../wire/json/parse-large.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { type ChatRequestChecker, createChatRequestChecker } from '../wire/openai/check-chat-request.ts';

/** A promise for bodies that are large: they are looked at in slices. Throws or rejects with TollgateError. */
export type Validator = (body: Buffer) => ChatRequest | Promise<ChatRequest>;

/** What takes longer than a millisecond in one go. */
const largeBody = 256 * 1024;

/** Errors: `invalid_json`, `nested_too_deeply`, `too_many_fields`, and those of the request checker with the exact `param`. */
export function createValidator(check: ChatRequestChecker = createChatRequestChecker()): Validator {
  const isBase64 = createBase64Check();

  function validate(body: Buffer): ChatRequest {
    const parsed = parseObject(body);
    const problem = check(parsed);
    if (problem) throw toRequestError(problem);
    return parsed as unknown as ChatRequest;
  }

  async function validateLarge(body: Buffer): Promise<ChatRequest> {
    const large = await parseLargeJson(body, { isBase64 }).catch((cause: unknown) => {
      if (cause instanceof TooDeep) throw tooDeep();
      if (cause instanceof TooWide)
        throw new TollgateError('too_many_fields', { values: { limit: mostMembers } });
      throw new TollgateError('invalid_json', { cause });
    });
    const parsed = requireObject(large.value);
    // Stand-ins pass only where the long strings do. Where one does not pass, the strings themselves decide.
    const suspected = check(parsed);
    large.restore();
    const problem = suspected && check(parsed);
    if (problem) throw toRequestError(problem);
    return parsed as unknown as ChatRequest;
  }

  return (body) => (body.length > largeBody ? validateLarge(body) : validate(body));
}

function parseObject(body: Buffer): Record<string, unknown> {
  // A decoder would put U+FFFD in the place of what is no UTF-8, and the upstream would get the bytes all the same.
  if (!isUtf8(body)) throw new TollgateError('invalid_json');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch (cause) {
    throw new TollgateError('invalid_json', { cause });
  }
  const object = requireObject(parsed);
  // A level takes two bytes at least.
  if (body.length > 2 * deepestJson && isDeeper(object, deepestJson)) throw tooDeep();
  return object;
}

function requireObject(parsed: unknown): Record<string, unknown> {
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed))
    return parsed as Record<string, unknown>;
  throw new TollgateError('invalid_json');
}

function tooDeep(): TollgateError {
  return new TollgateError('nested_too_deeply', { values: { limit: deepestJson } });
}
