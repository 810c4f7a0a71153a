// One execution of a request with an `Idempotency-Key`, and its clients: the one that came first and those that joined it. It
// goes on while one of them is there, and for a time without them: who lost the connection may come back.
import type { Clock } from '../../core/clock.ts';
import { TollgateError } from '../../core/errors.ts';
import { type ChatExchange, ClientGone, type ServedExchange } from '../../core/exchange.ts';
import { type IdempotencyClaim, IdempotencyConflict, type IdempotencyStore } from '../../core/idempotency.ts';
import { encodeData } from '../../wire/sse/encode.ts';
import { openClientStream } from '../client-stream.ts';
import { tellable } from '../relay.ts';
import { commonHeaders, sendError } from '../respond.ts';
import { answerElsewhere, type KeptAnswer, refuseOther, tooLarge } from './answer-elsewhere.ts';
import { keptHeaders, replayHeaders } from './answer-headers.ts';
import { followAnswer } from './follow-answer.ts';
import { createRecordedOutput, type WholeAnswer } from './recorded-output.ts';
import { sealAnswer } from './sealed-answer.ts';

export interface RunPorts {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly heartbeatMs: number;
  /** The largest answer that is kept. */
  readonly mostBytes: number;
  /** How long it goes on without clients, in ms; 0: it is stopped when the last one leaves. */
  readonly graceMs: () => number;
  /** `false`: the gateway stops, so nobody comes back to it. */
  readonly mayWait: () => boolean;
  /** Told of an execution that ended in an error before anything was reserved. */
  readonly refused: (requestId: string, reason: unknown) => void;
  /** Told that an answer was given and could not be kept. */
  readonly unkept: (requestId: string, cause: unknown) => void;
}

export interface RunOptions {
  /** Of the client that came first. */
  readonly exchange: ChatExchange;
  readonly keyId: string;
  readonly claim: IdempotencyClaim;
  readonly secrets: { readonly apiKey: string; readonly idempotencyKey: string };
  readonly stream: boolean;
  /** How long to wait for an answer that is given elsewhere, in ms. */
  readonly waitMs: number;
  readonly execute: Execute;
  /** Nobody can join any more. */
  readonly onOver: () => void;
}

/** The stages from the hold on. Rejects with what the hold was refused with. */
export type Execute = (exchange: ServedExchange, claim: IdempotencyClaim | undefined) => Promise<void>;

export interface Run {
  /** Id of the request that came first. */
  readonly id: string;
  readonly claim: IdempotencyClaim;
  /** Resolves when the answer is settled and kept. Error: `idempotency_incomplete`, when its beginning is gone. */
  join(exchange: ChatExchange): Promise<void>;
  /** Stops it if it has no client. */
  endGrace(): void;
}

/** How long the end of an answer waits until it is kept. */
const keepWithinMs = 5_000;
/** Longest row of claims that others had and gave back, before the client is asked to come again. */
const mostTurns = 50;

export function startRun(options: RunOptions, ports: RunPorts): Run {
  const { exchange: first, claim, secrets } = options;
  const { id } = first;
  const controller = new AbortController();
  const clients = new Set<ChatExchange>();
  let original = id;
  /** Runs while there is no client. */
  let grace: NodeJS.Timeout | undefined;
  let lost = false;
  const output = createRecordedOutput({
    req: first.outgoing.req,
    mostBytes: ports.mostBytes,
    keep,
    onUnkept: options.onOver,
    // Not amid the writing: who writes is the one who would be stopped.
    onWritten: () => clients.size === 0 && queueMicrotask(withoutClients),
    destroy: () => {
      for (const { outgoing } of [...clients]) outgoing.destroy();
    },
  });
  let done: Promise<void> | undefined;

  async function carryOut(): Promise<void> {
    const served = { ...first, outgoing: output, signal: controller.signal, recording: output };
    try {
      for (let turn = 0; !(await attempt(served, turn)); turn++);
    } catch (thrown) {
      const error = tellable(thrown);
      ports.refused(id, error ?? thrown);
      if (error) sendError(output, id, error);
    } finally {
      await output.kept();
      clearTimeout(grace);
      options.onOver();
    }
  }

  /** `false`: another had the key, and gave it back. */
  async function attempt(served: ServedExchange, turn: number): Promise<boolean> {
    try {
      await options.execute(served, claim);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof IdempotencyConflict)) throw thrown;
      refuseOther(thrown.holder, claim);
    }
    const waitMs = turn < mostTurns ? options.waitMs : 0;
    return options.stream ? replayStream(waitMs) : replay(await elsewhere(waitMs));
  }

  function elsewhere(waitMs: number): Promise<KeptAnswer | undefined> {
    const { keyId } = options;
    const { startedAt } = first;
    const { signal } = controller;
    return answerElsewhere({ keyId, claim, secrets, startedAt, waitMs, signal }, ports.store, ports.clock);
  }

  function replay(answer: KeptAnswer | undefined): boolean {
    if (!answer) return false;
    original = answer.requestId;
    output.writeHead(answer.status, answer.headers);
    output.end(answer.body);
    return true;
  }

  /** As any stream, it says that it is alive while it waits; what comes then must be in-band. */
  async function replayStream(waitMs: number): Promise<boolean> {
    const client = openClientStream(output, commonHeaders(id), ports.heartbeatMs);
    try {
      const answer = await elsewhere(waitMs);
      if (!answer || !client.begun()) return replay(answer);
      original = answer.requestId;
      output.end(answer.status === 200 ? answer.body : encodeData(answer.body.toString()));
      return true;
    } catch (thrown) {
      const error = tellable(thrown);
      if (!error || !client.begun()) throw thrown;
      ports.refused(id, error);
      client.fail(error);
      return true;
    } finally {
      client.close();
    }
  }

  async function keep(answer: WholeAnswer | undefined): Promise<boolean> {
    try {
      await within(keepWithinMs, store(answer));
      return true;
    } catch (error) {
      lost = true;
      ports.unkept(id, error);
      return false;
    }
  }

  async function store(answer: WholeAnswer | undefined): Promise<void> {
    const kept = answer && { ...answer, headers: keptHeaders(answer.headers) };
    await ports.store.keepAnswer(id, kept && (await sealAnswer(kept, { ...secrets, requestId: id })));
  }

  function leave(exchange: ChatExchange): void {
    clients.delete(exchange);
    clearTimeout(grace);
    if (!withoutClients()) return;
    const graceMs = ports.mayWait() ? ports.graceMs() : 0;
    grace = setTimeout(stop, graceMs, new ClientGone());
    grace.unref();
  }

  /** Whether it goes on for clients that may come back. When it has ended for them, it is as good as delivered. */
  function withoutClients(): boolean {
    if (clients.size > 0 || output.writableFinished) return false;
    const keepable = !lost && !controller.signal.aborted && output.log.whole() !== undefined;
    if (!keepable || ports.graceMs() === 0) stop(new ClientGone());
    else if (output.log.ended()) output.delivered();
    else if (!output.writableEnded) return true;
    return false;
  }

  /** Whoever comes then is told what became of it. */
  function stop(reason: Error): void {
    clearTimeout(grace);
    options.onOver();
    controller.abort(reason);
  }

  function endGrace(): void {
    if (clients.size === 0 && !output.writableEnded) stop(new TollgateError('shutting_down'));
  }

  function headersFor(exchange: ChatExchange): Record<string, string> {
    return exchange === first && original === id ? {} : replayHeaders(exchange.id, original);
  }

  async function join(exchange: ChatExchange): Promise<void> {
    const { outgoing, signal } = exchange;
    clients.add(exchange);
    const unfollow = followAnswer({
      log: output.log,
      outgoing,
      headers: () => headersFor(exchange),
      onDelivered() {
        clients.delete(exchange);
        signal.removeEventListener('abort', gone);
        output.delivered();
        const idleMs = output.idleMs();
        if (idleMs !== undefined) outgoing.socket?.setTimeout(idleMs);
      },
    });
    if (!unfollow) {
      clients.delete(exchange);
      throw tooLarge(id);
    }
    clearTimeout(grace);
    function gone(): void {
      if (signal.reason instanceof ClientGone) {
        unfollow?.();
        leave(exchange);
      } else {
        // The gateway's own reasons are for all, and are told to them in-band.
        controller.abort(signal.reason);
      }
    }
    if (signal.aborted) gone();
    else signal.addEventListener('abort', gone, { once: true });
    done ??= carryOut();
    await done;
  }

  return { id, claim, join, endGrace };
}

/** Rejects when it takes longer than `ms`; the work goes on. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
