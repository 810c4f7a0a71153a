// Before the checks: does the server answer at all, with this key, and which model is asked? What keeps every check from
// meaning anything is told in one line instead of a table of failures.
import { errorOf } from './expectations.ts';
import { at, list } from './look.ts';
import { brief } from './prompts.ts';
import { NoAnswer, type Reply, type Server } from './server.ts';

/** Tollgate's general model; taken when the server has it. */
const preferred = 'gpt-5.1';

/** Why the server cannot be tested; `undefined` when it can. */
export async function whyUntestable(server: Server): Promise<string | undefined> {
  const reply = await reach(server, () => server.chat(brief));
  if (typeof reply === 'string') return reply;
  if (reply.status === 401 || reply.status === 403) {
    const key = server.hasKey ? 'does not accept the key' : 'wants a key: give one with --api-key';
    return `${server.baseUrl} ${key} (${said(reply)}).`;
  }
  if (reply.status === 404)
    return `${server.baseUrl} has no chat completions of \`${server.model}\` (${said(reply)}).`;
  if (reply.status === 429 || reply.status >= 500) {
    return `${server.baseUrl} cannot answer with \`${server.model}\` now (${said(reply)}).`;
  }
  return undefined;
}

/** A model the server lists: `gpt-5.1` if it is there, else the first. Or why none is known. */
export async function findModel(
  server: Server,
): Promise<{ readonly model: string } | { readonly why: string }> {
  const reply = await reach(server, () => server.send({ method: 'GET', path: '/models' }));
  if (typeof reply === 'string') return { why: reply };
  if (reply.status === 401 || reply.status === 403) {
    const key = server.hasKey ? 'does not accept the key' : 'wants a key: give one with --api-key';
    return { why: `${server.baseUrl} ${key} (${said(reply)}).` };
  }
  const names = list(at(reply.json, 'data'))
    .map((model) => at(model, 'id'))
    .filter((id) => typeof id === 'string');
  const model = names.includes(preferred) ? preferred : names[0];
  if (model !== undefined) return { model };
  return { why: `${server.baseUrl}/models names no model (${said(reply)}); say which with --model.` };
}

async function reach(server: Server, ask: () => Promise<Reply>): Promise<Reply | string> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NoAnswer) return `${server.baseUrl} does not answer: ${error.message}.`;
    throw error;
  }
}

function said(reply: Reply): string {
  const { message } = errorOf(reply);
  return typeof message === 'string' ? `${reply.status}: ${message}` : `status ${reply.status}`;
}
