// The bytes of a request body, bounded.
import type { IncomingMessage } from 'node:http';
import { TollgateError } from '../../core/errors.ts';

export const bodyLimit = 32 * 1024 * 1024;

/** The parsed JSON. Throws TollgateError: `unsupported_content_type`, `request_too_large`, `invalid_json`. */
export async function readJsonBody(request: IncomingMessage, limit = bodyLimit): Promise<unknown> {
  const contentType = request.headers['content-type'];
  if (contentType !== undefined && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType)) {
    throw new TollgateError('unsupported_content_type', { values: { contentType } });
  }
  const tooLarge = () => new TollgateError('request_too_large', { values: { limit } });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early must not destroy the connection: the answer still has to go out on it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks, size)));
  } catch (cause) {
    throw new TollgateError('invalid_json', { cause });
  }
}
