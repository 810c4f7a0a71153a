// Tells when an answer has more tokens than were reserved for it, because its upstream does not keep to the cap. Costs nothing
// while even its bytes are fewer: a token is at least one. Beyond that the text is counted, piece by piece.
import type { TokenCounter } from '../core/ports.ts';
import type { Usage } from '../core/usage.ts';
import { countText } from './count-text.ts';
import { DeliveredText } from './delivered-text.ts';

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
  return new CountingGuard(options);
}

/** One object instead of closures: there is one for each open stream. */
class CountingGuard implements OutputGuard {
  readonly #counter: TokenCounter;
  readonly #allowed: number;
  readonly #text = new DeliveredText();
  /** Bytes that are not counted yet, each of which may be a token. */
  #uncounted = 0;
  #counted = 0;
  #delivered = 0;
  #unwatched: number;
  #counting = false;
  #passed = false;
  #listener: (() => void) | undefined;

  constructor({ reserved, sameTokenizer, metered, counter }: OutputGuardOptions) {
    this.#counter = counter;
    this.#allowed = Math.floor(reserved * (sameTokenizer ? 1.1 : 1.25)) + slackTokens;
    this.#unwatched = metered ? 0 : this.#allowed * unusualBytesPerToken;
  }

  add(text: string): void {
    if (this.#passed) return;
    const bytes = Buffer.byteLength(text);
    this.#delivered += bytes;
    // A stream may be faster than counting, the more so while the vocabulary is read.
    if (this.#delivered > this.#allowed * impossibleBytesPerToken) {
      this.#pass();
      return;
    }
    this.#text.add(text);
    this.#uncounted += bytes;
    // What cannot be counted is judged by its bytes alone: the charge is bounded by the hold anyway.
    if (this.#isDue()) void this.#count().catch(() => undefined);
  }

  report(usage: Usage | undefined): void {
    if (usage && usage.output > this.#allowed) this.#pass();
  }

  onPassed(listener: () => void): void {
    this.#listener = listener;
    if (this.#passed) queueMicrotask(listener);
  }

  passed(): boolean {
    return this.#passed;
  }

  #isDue(): boolean {
    return (
      !this.#passed &&
      !this.#counting &&
      this.#counted + this.#uncounted > Math.max(this.#allowed, this.#unwatched) &&
      this.#uncounted >= leastCounted
    );
  }

  async #count(): Promise<void> {
    this.#counting = true;
    this.#unwatched = 0;
    try {
      while (this.#isDueAgain()) {
        const text = this.#text.text();
        // Behind the last space, so that no word is cut; the rest is counted with what follows.
        const end = Math.max(text.lastIndexOf(' '), text.length - leastCounted);
        const rest = text.slice(end);
        this.#text.clear();
        this.#text.add(rest);
        this.#uncounted = Buffer.byteLength(rest);
        this.#counted += await countText(this.#counter, text.slice(0, end));
        if (this.#counted > this.#allowed) this.#pass();
      }
    } finally {
      this.#counting = false;
    }
  }

  #isDueAgain(): boolean {
    return (
      !this.#passed && this.#counted + this.#uncounted > this.#allowed && this.#uncounted >= leastCounted * 2
    );
  }

  #pass(): void {
    if (this.#passed) return;
    this.#passed = true;
    this.#text.clear();
    queueMicrotask(() => this.#listener?.());
  }
}
