// The grammar of lies: which answers one is told about, and how they are changed.
import { completion, type Json } from '../../support/scripted-upstream.ts';
import type { Lie, Told } from '../lying-proxy.ts';

const isStream = ({ headers }: Told) => /event-stream/.test(headers['content-type'] ?? '');
const isAnswer = (told: Told) => told.status === 200 && !isStream(told);

/** About the head of every answer. */
export function head(change: (told: Told) => Partial<Told>): Lie {
  return (told) => ({ ...told, ...change(told) });
}

/** About one header of every answer; `undefined` takes it away. */
export function header(name: string, value: string | undefined): Lie {
  return (told) => {
    const { [name]: _, ...others } = told.headers;
    return { ...told, headers: value === undefined ? others : { ...others, [name]: value } };
  };
}

/** About whole answers: the change is made to the object, or a new one is returned. */
export function answer(change: (body: Json) => unknown): Lie {
  return (told) => {
    if (!isAnswer(told)) return told;
    const body = JSON.parse(String(told.body));
    const other = change(body);
    return { ...told, body: JSON.stringify(typeof other === 'object' && other !== null ? other : body) };
  };
}

/** About the first choice of whole answers. */
export const choice = (change: (choice: Json) => unknown): Lie =>
  answer((body) => void (body.choices && change(body.choices[0])));
export const message = (change: (message: Json) => unknown): Lie =>
  choice((first) => void change(first.message));

/** About the bytes of streams. */
export function bytes(change: (text: string) => string | Buffer): Lie {
  return (told) => (isStream(told) ? { ...told, body: change(String(told.body)) } : told);
}

/** About the chunks of streams: changed in place, or what is returned takes their place. */
export function chunks(change: (all: Json[]) => unknown): Lie {
  return bytes((text) => {
    const all = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = '']) => JSON.parse(json));
    const changed = change(all);
    return `${(Array.isArray(changed) ? changed : all).map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
  });
}

/** About each chunk of a stream that has a choice. */
export const deltas = (change: (delta: Json, choice: Json, place: number) => unknown): Lie =>
  chunks((all) => {
    for (const [place, { choices }] of all.entries()) {
      for (const one of choices) change(one.delta, one, place);
    }
  });

/** About error answers. */
export function error(change: (error: Json) => unknown): Lie {
  return (told) => {
    if (told.status < 400) return told;
    const body = JSON.parse(String(told.body));
    change(body.error);
    return { ...told, body: JSON.stringify(body) };
  };
}

/** What is wrong is taken: any refusal becomes an answer. */
export const accepts: Lie = (told) =>
  told.status < 400
    ? told
    : { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(completion()) };

/** What is right is refused. */
export function refuses(status: number, members: Json = {}): Lie {
  const error = { message: 'No.', type: 'invalid_request_error', param: null, code: null, ...members };
  return (told) =>
    told.status === 200
      ? { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error }) }
      : told;
}

/** Only the request of this number, from 1, is lied to. */
export function nth(number: number, lie: Lie): Lie {
  return (told, asked) => (asked.number === number ? lie(told, asked) : told);
}

/** Sets members of what an answer holds. */
export function put(target: Json, members: Json): unknown {
  return Object.assign(target, members);
}
