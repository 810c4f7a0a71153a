// What of one streamed answer is with the client already, read from the chunks as they go out: enough to tell whether
// another target can go on with it. Knows nothing of targets.

/** A chat completion chunk as adapters write it. */
export interface Chunk {
  readonly id: string;
  readonly created: number;
  readonly choices: readonly ChunkChoice[];
}

export interface ChunkChoice {
  readonly index: number;
  readonly delta: Readonly<Record<string, unknown>>;
  readonly finish_reason?: string | null;
}

export interface Transcript {
  note(chunk: Chunk): void;
  /** The content so far. */
  text(): string;
  /** Chunks that the first `length` characters of the content came in: no text has fewer tokens. */
  pieces(length: number): number;
  /** It has its finish reason. */
  finished(): boolean;
  /** There is nothing but text that others could not write on: no call, no refusal, and no thoughts without text. */
  continuable(): boolean;
  /** Of the first chunk. */
  identity(): Pick<Chunk, 'id' | 'created'> | undefined;
}

export const thoughts = ['reasoning_content', 'reasoning', 'reasoning_details'] as const;
/** What cannot be cut and joined. */
const wholes = ['tool_calls', 'function_call', 'refusal', 'audio'] as const;

export function createTranscript(): Transcript {
  const texts: string[] = [];
  let identity: Pick<Chunk, 'id' | 'created'> | undefined;
  let thought = false;
  let whole = false;
  let finished = false;

  return {
    note({ id, created, choices }) {
      identity ??= { id, created };
      for (const { index, delta, finish_reason: reason } of choices) {
        if (typeof delta.content === 'string' && delta.content !== '') texts.push(delta.content);
        if (thoughts.some((name) => says(delta[name]))) thought = true;
        if (index > 0 || wholes.some((name) => says(delta[name]))) whole = true;
        if (reason) finished = true;
      }
    },
    text: () => texts.join(''),
    pieces(length) {
      let count = 0;
      for (let end = 0; end < length && count < texts.length; count++) end += (texts[count] as string).length;
      return count;
    },
    finished: () => finished,
    continuable: () => !whole && !finished && (texts.length > 0 || !thought),
    identity: () => identity,
  };
}

export function says(value: unknown): boolean {
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
}
