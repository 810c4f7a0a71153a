// The bytes of an answer as events, kept as strictly as the wire contract wants them.
import type { Json } from './scripted-upstream.ts';

export interface Events {
  readonly raw: string;
  /** Parsed `data:` lines, without `[DONE]`. */
  readonly data: Json[];
  readonly comments: number;
  readonly done: boolean;
}

/** Throws when anything but whole `data:` events and comments is in the text. */
export function parseEvents(raw: string): Events {
  const data: Json[] = [];
  let comments = 0;
  let done = false;
  const blocks = raw.split('\n\n');
  if (blocks.pop() !== '') throw new Error(`cut off event: ${JSON.stringify(raw.slice(-200))}`);
  for (const block of blocks) {
    if (done) throw new Error('something comes behind [DONE]');
    if (block === ': keep-alive') comments++;
    else if (block === 'data: [DONE]') done = true;
    else if (/^data: [^\r\n]+$/.test(block)) data.push(JSON.parse(block.slice(6)));
    else throw new Error(`not an event: ${JSON.stringify(block)}`);
  }
  return { raw, data, comments, done };
}

export async function readEvents(response: Response): Promise<Events> {
  return parseEvents(await response.text());
}

/** Text of choice `index`, joined. */
export function textOf({ data }: Events, index = 0): string {
  return data
    .flatMap((chunk) => chunk.choices ?? [])
    .filter((choice: Json) => choice.index === index)
    .map((choice: Json) => choice.delta?.content ?? '')
    .join('');
}

export async function errorOf(response: Response): Promise<Json> {
  return ((await response.json()) as Json).error;
}
