// What requests have in common that continue one conversation: who asks, and how it began.
import type { Principal } from '../core/principal.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';

/** Enough to tell conversations apart without hashing whole documents. */
const longestBeginning = 4_000;

/** The caller and the messages up to the first of the user, which every later turn sends again as they were. */
export function conversationOf(request: ChatRequest, principal: Principal): string {
  const opening = request.messages.findIndex((message) => message.role === 'user');
  const beginning = JSON.stringify(request.messages.slice(0, opening + 1));
  return `${principal.keyId} ${request.model} ${beginning.slice(0, longestBeginning)}`;
}
