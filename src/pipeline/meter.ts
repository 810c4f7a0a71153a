// Looks at an answer in passing: what was delivered and what the upstream says it used. Where it says nothing, the
// delivered text is counted.
import { type ChunkGaps, noteChunk } from '../core/observed-request.ts';
import type { TokenCounter } from '../core/ports.ts';
import type { Usage, UsageSource } from '../core/usage.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { countText, countTexts } from './count-text.ts';
import { DeliveredText } from './delivered-text.ts';
import type { OutputGuard } from './output-guard.ts';

export interface Meter {
  /** Text, reasoning or tool input that went to the client. */
  add(text: string): void;
  report(usage: Usage | undefined): void;
  /** The answer is complete: what is reported by now is the last word. */
  complete(): void;
  isComplete(): boolean;
  usage(): Usage | undefined;
  /** What was reported of an answer that is complete; not where nothing is said to be written of what was. */
  lastWord(): Usage | undefined;
  text(): string;
  /** Monotonic ms of the first thing delivered. */
  firstAt(): number | undefined;
  /** Monotonic ms of the last thing delivered. */
  lastAt(): number | undefined;
  /** Calls back when more was written than was reserved; the newest listener counts. */
  onCapped(listener: () => void): void;
  /** It was, and the answer was not complete by then. */
  isCapped(): boolean;
  /** What the images and sounds of the prompt likely count as. */
  mediaTokens(): number;
}

export interface MeterOptions {
  /** Ms. */
  readonly monotonic: () => number;
  /** Absent where nothing is to be stopped. */
  readonly guard?: OutputGuard | undefined;
  /** Absent where nobody wants to know them. */
  readonly gaps?: ChunkGaps | undefined;
  /** What the images and sounds of the prompt likely count as. */
  readonly mediaTokens?: () => number;
}

export function createMeter(options: MeterOptions): Meter {
  return new StreamMeter(options);
}

/** One object instead of closures: there is one for each open stream. */
class StreamMeter implements Meter {
  readonly #options: MeterOptions;
  readonly #written = new DeliveredText();
  #reported: Usage | undefined;
  #first: number | undefined;
  #last: number | undefined;
  #complete = false;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  add(text: string): void {
    if (text === '') return;
    const { monotonic, gaps, guard } = this.#options;
    this.#last = monotonic();
    this.#first ??= this.#last;
    if (gaps) noteChunk(gaps, this.#last);
    this.#written.add(text);
    guard?.add(text);
  }

  report(usage: Usage | undefined): void {
    this.#reported = usage ?? this.#reported;
    this.#options.guard?.report(usage);
  }

  complete(): void {
    this.#complete = true;
  }

  isComplete(): boolean {
    return this.#complete;
  }

  usage(): Usage | undefined {
    return this.#reported;
  }

  lastWord(): Usage | undefined {
    const unwritten = this.#reported?.output === 0 && this.#first !== undefined;
    return this.#complete && !unwritten ? this.#reported : undefined;
  }

  text(): string {
    return this.#written.text();
  }

  firstAt(): number | undefined {
    return this.#first;
  }

  lastAt(): number | undefined {
    return this.#last;
  }

  onCapped(listener: () => void): void {
    this.#options.guard?.onPassed(listener);
  }

  isCapped(): boolean {
    return !this.#complete && this.#options.guard?.passed() === true;
  }

  mediaTokens(): number {
    return this.#options.mediaTokens?.() ?? 0;
  }
}

/** Tokens every chat message costs beside its text: role and separators (OpenAI cookbook, "counting tokens"). */
const tokensPerMessage = 4;

/** The usage of a request whose upstream did not report it: its text, counted, and what its images and sounds likely are. */
export async function countUsage(request: ChatRequest, meter: Meter, counter: TokenCounter): Promise<Usage> {
  const written = meter.text();
  const input =
    (await countTexts(counter, promptTexts(request))) +
    tokensPerMessage * request.messages.length +
    meter.mediaTokens();
  return { input, output: written === '' ? 0 : await countText(counter, written) };
}

/**
 * The usage of an answer that was not delivered as one upstream wrote it: what was delivered, counted, but no less than
 * was reported before.
 */
export async function countDelivered(
  request: ChatRequest,
  meter: Meter,
  counter: TokenCounter,
): Promise<{ readonly usage: Usage; readonly source: UsageSource }> {
  const reported = meter.usage();
  const counted = await countUsage(request, meter, counter);
  if (!reported) return { usage: counted, source: 'estimated' };
  if (reported.output >= counted.output) return { usage: reported, source: 'reported' };
  return { usage: { ...reported, output: counted.output }, source: 'estimated' };
}

/** What a client is told that it used. */
export async function answeredUsage(
  request: ChatRequest,
  meter: Meter,
  counter: TokenCounter,
): Promise<Usage> {
  return meter.lastWord() ?? (await countDelivered(request, meter, counter)).usage;
}

/** Characters that make a token in usual text. */
const charactersPerToken = 4;

/** As `countDelivered`, at a glance: for notes that matter only if the gateway breaks down. */
export function roughlyDelivered(request: ChatRequest, meter: Meter): Usage {
  const characters = promptTexts(request).reduce((sum, text) => sum + text.length, 0);
  const input =
    Math.ceil(characters / charactersPerToken) +
    tokensPerMessage * request.messages.length +
    meter.mediaTokens();
  const output = Math.ceil(meter.text().length / charactersPerToken);
  const reported = meter.usage();
  return reported ? { ...reported, output: Math.max(reported.output, output) } : { input, output };
}

function promptTexts(request: ChatRequest): readonly string[] {
  const pieces: string[] = [];
  for (const message of request.messages) {
    if (typeof message.content === 'string') pieces.push(message.content);
    else {
      for (const part of message.content ?? []) if (part.type === 'text') pieces.push(part.text);
    }
    if (message.role !== 'assistant') continue;
    const calls = message.tool_calls ?? message.function_call;
    if (calls) pieces.push(JSON.stringify(calls));
  }
  if (request.tools) pieces.push(JSON.stringify(request.tools));
  if (request.functions) pieces.push(JSON.stringify(request.functions));
  return pieces;
}
