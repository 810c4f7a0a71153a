// The bytes of an event stream, read as strictly as CONTRACT section 3 wants them and on purpose not with the decoder
// of the product, which forgives what upstreams do.
import { answered, mismatch } from './expectations.ts';
import { at, isObject, list, parseJson } from './look.ts';
import { Failed } from './outcome.ts';
import type { Reply } from './server.ts';

export interface EventStream {
  readonly reply: Reply;
  /** What stands behind `data: `, one each, without `[DONE]`. */
  readonly events: readonly string[];
  /** The events that are JSON objects with `choices`. */
  readonly chunks: readonly Readonly<Record<string, unknown>>[];
  /** Lines that are neither data, nor a comment, nor blank: `event: …`, `id: …`, or no field at all. */
  readonly strayLines: readonly string[];
  /** Number of `data: [DONE]`. */
  readonly done: number;
  /** What comes behind the first `[DONE]`, other than blank lines. */
  readonly behindDone: string;
  /** Each event is one line and a blank one, with plain line feeds. */
  readonly framed: boolean;
}

/** Ends the check unless it is an answer with status 200. */
export function readEventStream(reply: Reply): EventStream {
  answered('the stream', reply);
  const { text } = reply;
  const lines = text.split(/\r\n|\n|\r/);
  const data = lines.filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim());
  const events = data.filter((value) => value !== '[DONE]');
  const [, behindDone = ''] = text.split(/^data: ?\[DONE\]\r?\n?/m);
  return {
    reply,
    events,
    chunks: events
      .map(parseJson)
      .filter((value) => isObject(value) && Array.isArray(value.choices)) as Readonly<
      Record<string, unknown>
    >[],
    strayLines: lines.filter((line) => line !== '' && !line.startsWith('data:') && !line.startsWith(':')),
    done: data.length - events.length,
    behindDone: behindDone.trim(),
    framed: /^(?:(?:data: [^\r\n]+|:[^\r\n]*)\n\n)*$/.test(text),
  };
}

/** Ends the check unless there are chunks to look at. */
export function chunksOf(stream: EventStream): readonly Readonly<Record<string, unknown>>[] {
  if (stream.chunks.length === 0)
    throw new Failed(mismatch('the stream', 'chunks with `choices`', stream.reply.text));
  return stream.chunks;
}

/** The choices of all chunks that have this index, in order, with their place in the stream. */
export function choicesOf(
  stream: EventStream,
  index = 0,
): readonly { readonly place: number; readonly choice: unknown; readonly delta: unknown }[] {
  return chunksOf(stream).flatMap((chunk, place) =>
    list(chunk.choices)
      .filter((choice) => at(choice, 'index') === index)
      .map((choice) => ({ place, choice, delta: at(choice, 'delta') })),
  );
}

/** A text member of the deltas of one choice, put together. */
export function joined(stream: EventStream, name: 'content' | 'reasoning_content', index = 0): string {
  return choicesOf(stream, index)
    .map(({ delta }) => at(delta, name))
    .filter((piece) => typeof piece === 'string')
    .join('');
}
