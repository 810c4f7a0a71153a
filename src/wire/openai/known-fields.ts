// Which fields of a request the wire knows. Others are passed on, unless the operator wants them refused.
import { type ChatRequest, ChatRequestSchema } from './chat-request.ts';

const known: ReadonlySet<string> = new Set(Object.keys(ChatRequestSchema.properties));

export function isKnownField(name: string): boolean {
  return known.has(name);
}

/** Names at the top level of the body that are no field of a chat completion request; `null` counts as absent. */
export function unknownFields(request: ChatRequest): string[] {
  const fields = request as Readonly<Record<string, unknown>>;
  return Object.keys(fields).filter((name) => !known.has(name) && fields[name] !== null);
}
