// The end of a stream that the gateway stopped at its cap: the finish reason its upstream did not give, for each choice that
// has none, in the form of the chunks before it.

export interface LengthEnd {
  /** A chunk that went to the client. */
  note(chunk: string): void;
  /** Chunks with `finish_reason: "length"`; none where every choice has ended. */
  chunks(): readonly string[];
}

interface NotedChunk {
  readonly choices?: readonly { readonly index?: number; readonly finish_reason?: string | null }[];
  readonly usage?: unknown;
}

/** What a chunk has beside its choices, where the ones before had it. */
const shared = ['id', 'object', 'created', 'model', 'service_tier', 'system_fingerprint'] as const;

/** `choices`: how many were asked for. Of one, only the last chunk is looked at, and only at the end. */
export function createLengthEnd(choices: number): LengthEnd {
  return new End(choices);
}

/** One object instead of closures: there is one for each open stream. */
class End implements LengthEnd {
  readonly #choices: number;
  // Made when a chunk is looked at, which of one choice happens only at an end that hardly ever comes.
  #states: { readonly open: Set<number>; readonly ended: Set<number> } | undefined;
  #last: string | undefined;

  constructor(choices: number) {
    this.#choices = choices;
  }

  note(chunk: string): void {
    this.#last = chunk;
    if (this.#choices > 1) this.#look(JSON.parse(chunk) as NotedChunk);
  }

  chunks(): readonly string[] {
    if (this.#last === undefined) return [];
    const model = JSON.parse(this.#last) as NotedChunk & Readonly<Record<string, unknown>>;
    const { open, ended } = this.#look(model);
    if (this.#choices === 1 && ended.size === 0) open.add(0);
    const head = Object.fromEntries(shared.flatMap((name) => (name in model ? [[name, model[name]]] : [])));
    return [...open]
      .sort((a, b) => a - b)
      .map((index) =>
        JSON.stringify({
          ...head,
          choices: [{ index, delta: {}, logprobs: null, finish_reason: 'length' }],
          ...('usage' in model ? { usage: null } : {}),
        }),
      );
  }

  #look(chunk: NotedChunk) {
    this.#states ??= { open: new Set(), ended: new Set() };
    const { open, ended } = this.#states;
    for (const { index = 0, finish_reason: reason } of chunk.choices ?? []) {
      if (reason) {
        open.delete(index);
        ended.add(index);
      } else if (!ended.has(index)) open.add(index);
    }
    return this.#states;
  }
}
