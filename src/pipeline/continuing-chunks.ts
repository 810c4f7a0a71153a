// The chunks of a target that goes on with another's answer, made to look like more of that answer: its id and time, no
// second role, no words the client has already, and no thoughts behind the text.
import type { OverlapRemover } from './overlap.ts';
import { type Chunk, type ChunkChoice, says, thoughts } from './transcript.ts';

export interface ContinuingChunks {
  /** What goes out for one chunk of the target: none, one, or two where held back text is let out. */
  of(chunk: Chunk): readonly Chunk[];
}

/** `identity`: of the answer's first chunk. `anew`: there is no text yet, so that thoughts may come before it. */
export function createContinuingChunks(
  identity: Pick<Chunk, 'id' | 'created'> | undefined,
  overlap: OverlapRemover,
  anew = false,
): ContinuingChunks {
  const dropped = new Set<string>(anew ? ['role'] : ['role', ...thoughts]);

  return {
    of(chunk) {
      const own = { ...chunk, ...identity };
      const [choice] = chunk.choices;
      if (!choice) return [];
      const said = Object.entries(choice.delta).filter(([name, value]) => !dropped.has(name) && says(value));
      const delta: Record<string, unknown> = Object.fromEntries(said);
      const { content } = delta;
      if (content !== undefined) delete delta.content;
      let text = typeof content === 'string' ? overlap.push(content) : '';
      const reason = choice.finish_reason ?? null;
      const more = Object.keys(delta).length > 0 || reason !== null;
      if (more) text += overlap.flush();
      const bare = { ...choice, finish_reason: null };
      const choices: ChunkChoice[] = [];
      if (text !== '') choices.push({ ...bare, delta: { content: text } });
      if (more) choices.push({ ...choice, delta, finish_reason: reason });
      return choices.map((made) => ({ ...own, choices: [made] }));
    },
  };
}

/** What the model wrote in a chunk, for counting. */
export function writtenIn({ choices }: Chunk): string {
  let text = '';
  for (const { delta } of choices) {
    if (typeof delta.reasoning_content === 'string') text += delta.reasoning_content;
    if (typeof delta.content === 'string') text += delta.content;
    if (typeof delta.refusal === 'string') text += delta.refusal;
    if (Array.isArray(delta.tool_calls))
      for (const call of delta.tool_calls) text += callText(call?.function) + callText(call?.custom);
    text += callText(delta.function_call);
  }
  return text;
}

function callText(called: unknown): string {
  if (typeof called !== 'object' || called === null) return '';
  const { name, arguments: written, input } = called as Record<string, unknown>;
  return [name, written, input].filter((piece) => typeof piece === 'string').join('');
}
