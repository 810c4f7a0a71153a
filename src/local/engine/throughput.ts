// Counts what the engine did and how fast it was of late. Pure bookkeeping; times are handed in.

export interface Throughput {
  decoded(tokens: number): void;
  fed(tokens: number): void;
  /** Time a forward pass and its sampling took, in ms. */
  worked(ms: number): void;
  /** Time a whole generation took, in ms, waiting included. */
  finished(ms: number): void;
  read(): { decodedTokens: number; promptTokens: number; tokensPerSecond: number; generationMs: number };
}

/** The rate covers about this much working time; older work fades out. */
const windowMs = 5000;

export function createThroughput(): Throughput {
  let decodedTokens = 0;
  let promptTokens = 0;
  let recentTokens = 0;
  let recentMs = 0;
  let generationMs = 0;
  return {
    decoded(tokens) {
      decodedTokens += tokens;
      recentTokens += tokens;
    },
    fed(tokens) {
      promptTokens += tokens;
    },
    worked(ms) {
      const keep = Math.exp(-ms / windowMs);
      recentMs = recentMs * keep + ms;
      recentTokens *= keep;
    },
    finished(ms) {
      generationMs = generationMs === 0 ? ms : generationMs * 0.8 + ms * 0.2;
    },
    read: () => ({
      decodedTokens,
      promptTokens,
      tokensPerSecond: recentMs === 0 ? 0 : Math.round((recentTokens / recentMs) * 10_000) / 10,
      generationMs: Math.round(generationMs),
    }),
  };
}
