// Tells when an answer has more tokens than were reserved for it, because its upstream does not keep to the cap. Costs nothing
// while even its bytes are fewer: a token is at least one. Beyond that the text is counted, piece by piece.
import type { TokenCounter } from '../core/ports.ts';
import type { Usage } from '../core/usage.ts';
import { countText } from './count-text.ts';

export interface OutputGuardOptions {
  /** Tokens reserved, of all choices together. */
  readonly reserved: number;
  /**
   * Whether what is counted is what the upstream counts: then 10 % more are borne, else 25 %. Tokenizers differ, and an answer
   * within its cap must never be cut.
   */
  readonly sameTokenizer: boolean;
  /**
   * Whether limits hang on it. Where none do, an answer of a usual length is not counted at all: a vocabulary takes memory
   * and time to load.
   */
  readonly metered: boolean;
  readonly counter: TokenCounter;
}

export interface OutputGuard {
  /** More of the answer. */
  add(text: string): void;
  report(usage: Usage | undefined): void;
  /** Calls back once, never before this returns, when more was written than was reserved. */
  onPassed(listener: () => void): void;
  passed(): boolean;
}

const slackTokens = 16;
/** Bytes worth a count of their own. */
const leastCounted = 64;
/** Longer than tokens are in any usual text. */
const unusualBytesPerToken = 8;
/** As the mean of a whole answer, longer than in any language: whatever the count will say, it is beyond. */
const impossibleBytesPerToken = 16;

export function createOutputGuard(options: OutputGuardOptions): OutputGuard {
  const { reserved, sameTokenizer, metered, counter } = options;
  const allowed = Math.floor(reserved * (sameTokenizer ? 1.1 : 1.25)) + slackTokens;
  let pieces: string[] = [];
  /** Bytes that are not counted yet, each of which may be a token. */
  let uncounted = 0;
  let counted = 0;
  let delivered = 0;
  let unwatched = metered ? 0 : allowed * unusualBytesPerToken;
  let counting = false;
  let passed = false;
  let listener: (() => void) | undefined;

  function isDue(): boolean {
    return (
      !passed && !counting && counted + uncounted > Math.max(allowed, unwatched) && uncounted >= leastCounted
    );
  }

  async function count(): Promise<void> {
    counting = true;
    unwatched = 0;
    try {
      while (isDueAgain()) {
        const text = pieces.join('');
        // Behind the last space, so that no word is cut; the rest is counted with what follows.
        const end = Math.max(text.lastIndexOf(' '), text.length - leastCounted);
        pieces = [text.slice(end)];
        uncounted = Buffer.byteLength(pieces[0] as string);
        counted += await countText(counter, text.slice(0, end));
        if (counted > allowed) pass();
      }
    } finally {
      counting = false;
    }
  }

  function isDueAgain(): boolean {
    return !passed && counted + uncounted > allowed && uncounted >= leastCounted * 2;
  }

  function pass(): void {
    if (passed) return;
    passed = true;
    pieces = [];
    queueMicrotask(() => listener?.());
  }

  return {
    add(text) {
      if (passed) return;
      const bytes = Buffer.byteLength(text);
      delivered += bytes;
      // A stream may be faster than counting, the more so while the vocabulary is read.
      if (delivered > allowed * impossibleBytesPerToken) return pass();
      pieces.push(text);
      uncounted += bytes;
      // What cannot be counted is judged by its bytes alone: the charge is bounded by the hold anyway.
      if (isDue()) void count().catch(() => undefined);
    },
    report(usage) {
      if (usage && usage.output > allowed) pass();
    },
    onPassed(called) {
      listener = called;
      if (passed) queueMicrotask(called);
    },
    passed: () => passed,
  };
}
