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
  // Made when a chunk is looked at, which of one choice happens only at an end that hardly ever comes.
  let states: { readonly open: Set<number>; readonly ended: Set<number> } | undefined;
  let last: string | undefined;

  function look(chunk: NotedChunk) {
    states ??= { open: new Set(), ended: new Set() };
    const { open, ended } = states;
    for (const { index = 0, finish_reason: reason } of chunk.choices ?? []) {
      if (reason) {
        open.delete(index);
        ended.add(index);
      } else if (!ended.has(index)) open.add(index);
    }
    return states;
  }

  return {
    note(chunk) {
      last = chunk;
      if (choices > 1) look(JSON.parse(chunk) as NotedChunk);
    },
    chunks() {
      if (last === undefined) return [];
      const model = JSON.parse(last) as NotedChunk & Readonly<Record<string, unknown>>;
      const { open, ended } = look(model);
      if (choices === 1 && ended.size === 0) open.add(0);
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
    },
  };
}
