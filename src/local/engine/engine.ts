// The token engine: requests come in as tokens, wait for a slot, and take turns in forward passes until they end.
// Knows nothing of text, chat or HTTP.
import type { Clock } from '../../core/clock.ts';
import { chooseSlot } from './choose-slot.ts';
import type { Generation, GenerationEnd } from './generation.ts';
import type { NativeContext } from './native.ts';
import { planStep, type SpentTime, type Step, sliceLength } from './plan-step.ts';
import { advance, createSlot, reusableLength, type Slot, type Waiting } from './slot.ts';
import { createThreadGovernor } from './thread-governor.ts';
import { createThroughput } from './throughput.ts';

export interface EngineStats {
  readonly slots: number;
  readonly slotsBusy: number;
  readonly queueDepth: number;
  readonly queueLimit: number;
  readonly threads: number;
  readonly decodedTokens: number;
  readonly promptTokens: number;
  readonly tokensPerSecond: number;
  /** What one generation took of late, in ms; 0 = unknown. */
  readonly generationMs: number;
}

export interface TokenEngine {
  readonly contextSize: number;
  /** `undefined` when the queue is full. Rejects when the forward pass fails or a callback throws. */
  generate(generation: Generation): Promise<GenerationEnd> | undefined;
  stats(): EngineStats;
  /** Aborts everything and resolves once no forward pass is under way. */
  stop(): Promise<void>;
}

export interface EngineOptions {
  readonly context: NativeContext;
  readonly slots: number;
  readonly queueLimit: number;
  readonly threads: number;
  readonly clock: Clock;
}

export function createEngine(options: EngineOptions): TokenEngine {
  const { context, slots: slotCount, queueLimit, clock } = options;
  const governor = createThreadGovernor(options.threads, context.setThreads);
  const slots = Array.from({ length: slotCount }, (_, sequence) => createSlot(sequence));
  const queue: Waiting[] = [];
  const spent: SpentTime = { decoding: 0, feeding: 0, lastWasFeed: false };
  const throughput = createThroughput();
  let turn = 0;
  let loop: Promise<void> | undefined;
  let stopped = false;

  const admit = () => {
    while (queue.length > 0) {
      const next = queue[0];
      const free = slots.filter((slot) => slot.running === undefined);
      const slot = next && chooseSlot(free, next.generation.prompt);
      if (next === undefined || slot === undefined) return;
      queue.shift();
      start(slot, next);
    }
  };

  const start = (slot: Slot, waiting: Waiting) => {
    const { prompt, sampling } = waiting.generation;
    let cached = reusableLength(slot, waiting.generation);
    try {
      if (cached < slot.cached.length && !context.truncate(slot.sequence, cached)) cached = 0;
      slot.cached.length = cached;
      slot.exactLength = Math.min(slot.exactLength, cached);
      slot.running = {
        ...waiting,
        sampler: context.createSampler(sampling),
        pending: prompt.subarray(cached),
      };
      waiting.generation.onStart(cached);
    } catch (error) {
      fail(slot, error);
      waiting.reject(error);
    }
  };

  const release = (slot: Slot) => {
    const { running } = slot;
    slot.running = undefined;
    slot.lastUsed = ++turn;
    running?.sampler.dispose();
    if (running) throughput.finished(clock.monotonic() - running.startedAt);
    return running;
  };

  /** After a failure the slot's cells are in an unknown state, so they are forgotten. */
  const fail = (slot: Slot, error: unknown) => {
    slot.cached.length = 0;
    slot.exactLength = 0;
    context.truncate(slot.sequence, 0);
    release(slot)?.reject(error);
  };

  const endAborted = () => {
    for (const slot of slots) {
      if (slot.running && (stopped || slot.running.generation.signal.aborted))
        release(slot)?.resolve('aborted');
    }
  };

  const accept = (slot: Slot, token: number) => {
    const running = slot.running;
    if (running === undefined) return;
    throughput.decoded(1);
    const verdict = running.generation.onToken(token);
    if (verdict === 'stop') return release(slot)?.resolve('stopped');
    running.pending = verdict === 'continue' ? Uint32Array.of(token) : verdict.feed;
    if (slot.cached.length + running.pending.length > context.contextSize)
      release(slot)?.resolve('context-full');
  };

  const runStep = async ({ kind, slots: chosen }: Step<Slot>) => {
    const items = chosen.map((slot) => {
      const pending = slot.running?.pending ?? new Uint32Array();
      const tokens = pending.subarray(0, sliceLength(pending.length, slot.exact));
      return {
        sequence: slot.sequence,
        position: slot.cached.length,
        tokens,
        sample: tokens.length === pending.length,
      };
    });
    const places = await context.evaluate(items);
    const sampled = await Promise.all(
      chosen.map(async (slot, index) => {
        const item = items[index];
        const place = places[index];
        if (item === undefined || place === undefined || slot.running === undefined) return undefined;
        advance(slot, slot.running, item.tokens);
        if (kind === 'feed') throughput.fed(item.tokens.length);
        if (!item.sample || slot.running.generation.signal.aborted) return undefined;
        return context.sample(place, slot.running.sampler);
      }),
    );
    endAborted();
    for (const [index, slot] of chosen.entries()) {
      const token = sampled[index];
      if (token === undefined) continue;
      try {
        accept(slot, token);
      } catch (error) {
        release(slot)?.reject(error);
      }
    }
  };

  /** Whoever had a pass goes to the end of the line. */
  const inTurn = (step: Step<Slot>) => {
    for (const slot of step.slots) {
      slots.splice(slots.indexOf(slot), 1);
      slots.push(slot);
    }
  };

  const run = async () => {
    for (;;) {
      endAborted();
      admit();
      const step = planStep(slots, spent);
      if (step === undefined) return;
      const begin = clock.monotonic();
      try {
        await runStep(step);
      } catch (error) {
        for (const slot of step.slots) if (slot.running) fail(slot, error);
      }
      const ms = clock.monotonic() - begin;
      account(spent, step.kind, ms, slots);
      throughput.worked(ms);
      if (step.kind === 'decode') governor.decoded(ms);
      inTurn(step);
    }
  };

  const wake = () => {
    loop ??= run().finally(() => {
      loop = undefined;
      if (queue.length > 0) wake();
    });
  };

  return {
    contextSize: context.contextSize,
    generate(generation) {
      const free = slots.filter((slot) => slot.running === undefined).length;
      if (queue.length >= queueLimit + free) return undefined;
      return new Promise<GenerationEnd>((resolve, reject) => {
        if (stopped || generation.signal.aborted) return resolve('aborted');
        const waiting: Waiting = { generation, startedAt: clock.monotonic(), resolve, reject };
        queue.push(waiting);
        generation.signal.addEventListener('abort', () => {
          const index = queue.indexOf(waiting);
          if (index < 0) return;
          queue.splice(index, 1);
          resolve('aborted');
        });
        wake();
      });
    },
    stats: () => ({
      slots: slotCount,
      slotsBusy: slots.filter((slot) => slot.running !== undefined).length,
      queueDepth: queue.length,
      queueLimit,
      threads: governor.threads(),
      ...throughput.read(),
    }),
    async stop() {
      stopped = true;
      for (const waiting of queue.splice(0)) waiting.resolve('aborted');
      await loop;
    },
  };
}

/** Time is only owed while prompts and answers compete. */
function account(spent: SpentTime, kind: 'decode' | 'feed', ms: number, slots: readonly Slot[]): void {
  const competing = slots.some((slot) => slot.pending === 1) && slots.some((slot) => slot.pending > 1);
  spent.decoding = competing ? spent.decoding + (kind === 'decode' ? ms : 0) : 0;
  spent.feeding = competing ? spent.feeding + (kind === 'feed' ? ms : 0) : 0;
  spent.lastWasFeed = kind === 'feed';
}
