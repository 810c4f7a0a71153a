// The token engine: requests come in as tokens, wait for a slot, and take turns in forward passes until they end.
// Knows nothing of text, chat or HTTP.
import type { Clock } from '../../core/clock.ts';
import { chooseSlot } from './choose-slot.ts';
import type { Generation, GenerationEnd } from './generation.ts';
import type { NativeContext, SampledToken } from './native-interface.ts';
import { planStep, type SpentTime, type Step } from './plan-step.ts';
import { advance, chooseDonor, createSlot, nextSlice, reusableLength, type Slot } from './slot.ts';
import { createThreadGovernor } from './thread-governor.ts';
import { createThroughput } from './throughput.ts';
import { createWaitingLine, type Waiting } from './waiting-line.ts';

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
  /**
   * Several of one signal and one prompt, which is evaluated once: the others begin in order when it has been. In the
   * queue they count as one, and each of them lets whoever waits go first.
   */
  generateAll(generations: readonly Generation[]): Promise<GenerationEnd>[] | undefined;
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
  const queue = createWaitingLine(clock);
  const spent: SpentTime = { decoding: 0, feeding: 0, lastWasFeed: false };
  const throughput = createThroughput();
  let turn = 0;
  let loop: Promise<void> | undefined;
  let stopped = false;

  const admit = async () => {
    while (queue.length > 0) {
      const next = queue.first();
      const free = slots.filter((slot) => slot.running === undefined);
      const slot = next && chooseSlot(free, next.generation.prompt);
      if (next === undefined || slot === undefined) return;
      queue.shift();
      await start(slot, next);
    }
  };

  const start = async (slot: Slot, waiting: Waiting) => {
    const { generation } = waiting;
    try {
      const donor = chooseDonor(slots, slot, generation);
      if (donor) {
        await context.copy(donor.sequence, slot.sequence);
        slot.cached = donor.cached.slice();
        slot.exactLength = donor.exactLength;
      }
      let cached = reusableLength(slot, generation);
      if (cached < slot.cached.length && !context.truncate(slot.sequence, cached)) cached = 0;
      slot.cached.length = cached;
      slot.exactLength = Math.min(slot.exactLength, cached);
      const sampler = context.createSampler(generation.sampling);
      slot.running = { ...waiting, sampler, pending: generation.prompt.subarray(cached) };
      if (generation.grammar !== undefined) sampler.constrain(generation.grammar);
      generation.onStart(cached);
    } catch (error) {
      fail(slot, error);
      waiting.reject(error);
    }
  };

  const release = (slot: Slot) => {
    const { running } = slot;
    slot.running = undefined;
    slot.lastUsed = ++turn;
    if (running === undefined) return undefined;
    running.sampler.dispose();
    throughput.finished(clock.monotonic() - running.since);
    queue.followUp(running);
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

  const accept = (slot: Slot, sampled: SampledToken) => {
    const running = slot.running;
    if (running === undefined) return;
    throughput.decoded(1);
    queue.followUp(running);
    const verdict = running.generation.onToken(sampled);
    if (verdict === 'stop') return release(slot)?.resolve('stopped');
    running.pending = verdict === 'continue' ? Uint32Array.of(sampled.token) : verdict.feed;
    if (verdict !== 'continue' && verdict.grammar !== undefined) running.sampler.constrain(verdict.grammar);
    if (slot.cached.length + running.pending.length > context.contextSize)
      release(slot)?.resolve('context-full');
  };

  const runStep = async ({ kind, slots: chosen }: Step<Slot>) => {
    const items = chosen.map((slot) => {
      const pending = slot.running?.pending ?? new Uint32Array();
      const tokens = slot.running ? pending.subarray(0, nextSlice(slot, slot.running)) : pending;
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
      const drawn = sampled[index];
      if (drawn === undefined) continue;
      try {
        accept(slot, drawn);
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
      if (stopped) queue.clear();
      await admit();
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

  const generateAll: TokenEngine['generateAll'] = (generations) => {
    const free = slots.filter((slot) => slot.running === undefined).length;
    if (queue.requests >= queueLimit + free) return undefined;
    const ends = queue.enter(generations);
    if (stopped) queue.clear();
    wake();
    return ends;
  };

  return {
    contextSize: context.contextSize,
    generate(generation) {
      return generateAll([generation])?.[0];
    },
    generateAll,
    stats: () => ({
      slots: slotCount,
      slotsBusy: slots.filter((slot) => slot.running !== undefined).length,
      queueDepth: queue.requests,
      queueLimit,
      threads: governor.threads(),
      ...throughput.read(),
    }),
    async stop() {
      stopped = true;
      queue.clear();
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
