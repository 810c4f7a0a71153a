// The workers of a gateway: started, fed with what they must know, asked what they know, replaced when they die, and ended. Knows
// nothing of requests.
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.ts';
import type { ConnectedWorker, ConnectWorker } from '../../core/store.ts';
import type { MetricFamily } from '../../telemetry/metrics/instruments.ts';
import { mergeFamilies } from '../../telemetry/metrics/merge-families.ts';
import { type Channel, openChannel } from './channel.ts';
import { type Beginning, type FromWorker, stateToldToWorker, type ToWorker } from './messages.ts';
import { type StartWorkerProcess, untilExit, type WorkerProcess } from './process.ts';
import type { SharedHealth } from './shared-health.ts';

const firstRestartMs = 100;
const longestRestartMs = 5_000;
/** A worker that served this long did not die of how it was started. */
const healthyMs = 10_000;
/** What a worker says of its numbers is waited for so long. */
const metricsMs = 1_000;
/** How long a change that was made here may take to be everywhere before its maker hears that it was made. */
const tookOverMs = 1_000;
/** How long the rows of workers that had to be killed are waited for: where the ledger is away, the next start closes them. */
const leftMs = 5_000;
/** Connections that are on their way to one worker at a time: it takes one a turn of its event loop. */
const mostOnTheWay = 2;

export interface PoolParts {
  readonly count: number;
  /** As things are at that moment; the store's half is the pool's to add. */
  readonly beginning: (worker: number) => Omit<Beginning, 'store'>;
  readonly dialect: Beginning['store']['dialect'];
  readonly connect: ConnectWorker;
  readonly health: Pick<SharedHealth, 'told' | 'forget'>;
  readonly start: StartWorkerProcess;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface WorkerPool {
  /** Resolves when every worker serves. Rejects when one cannot begin. */
  start(): Promise<void>;
  /** To the worker with the fewest connections; waits while there is none. */
  handOver(connection: Socket): void;
  tell(message: ToWorker): void;
  /** Tells, and resolves when every worker has said so, or after a second. */
  tellAndWait(message: ToWorker, said: (answer: FromWorker) => boolean): Promise<void>;
  /** Of every worker; of one that does not answer in time, what it said the last time. */
  families(): Promise<readonly (readonly MetricFamily[])[]>;
  readonly serving: number;
  readonly restarts: number;
  /** Connections that wait are closed, workers finish what is under way; those that take longer than `longestMs` are killed. */
  drain(longestMs: number): Promise<void>;
  /** At once. */
  kill(): void;
}

interface Life {
  readonly number: number;
  readonly process: WorkerProcess;
  readonly channel: Channel<ToWorker>;
  readonly store: ConnectedWorker;
  readonly startedAt: number;
  ready: boolean;
  open: number;
  handedOver: number;
  taken: number;
  /** Handed over and not taken, oldest first: kept open here, so that another worker can have them. */
  readonly onTheWay: Socket[];
  /** What it said last. */
  families: readonly MetricFamily[];
  /** Resolves when it is gone and what it left is closed. */
  readonly gone: Promise<void>;
}

export function createWorkerPool(parts: PoolParts): WorkerPool {
  const { count, connect, health, clock, log } = parts;
  const lives = new Map<number, Life>();
  const waiting: Socket[] = [];
  const listeners = new Set<(life: Life, message: FromWorker) => void>();
  const timers = new Set<NodeJS.Timeout>();
  let ending = false;
  let restarts = 0;
  let asked = 0;
  /** Counts of workers that have died, as far as they had told: a sum that grows less says nothing wrong, one that falls does. */
  let departed: readonly MetricFamily[] = [];
  let turn = 0;

  function begin(number: number, pauseMs: number): Life {
    const started = parts.start();
    const { promise: gone, resolve: isGone } = Promise.withResolvers<void>();
    const store = connect((message) => channel.send({ kind: 'store', message }));
    const channel = openChannel<ToWorker, FromWorker>(started.pipe, {
      receive: (message) => receive(life, message),
      onEnd(why) {
        if (why === 'deaf')
          log.error({ worker: number }, 'a worker does not read what it is told and is ended');
        void ended(life, pauseMs).then(isGone);
      },
      stateOf: stateToldToWorker,
    });
    const life: Life = {
      number,
      process: started,
      channel,
      store,
      startedAt: clock.monotonic(),
      ready: false,
      open: 0,
      handedOver: 0,
      taken: 0,
      onTheWay: [],
      families: [],
      gone,
    };
    lives.set(number, life);
    // Of a process that could not be started; its pipe ends too.
    started.child.on('error', (err) => log.error({ err, worker: number }, 'a worker could not be started'));
    channel.send({
      kind: 'begin',
      beginning: { ...parts.beginning(number), store: { dialect: parts.dialect, state: store.state } },
    });
    return life;
  }

  function receive(life: Life, message: FromWorker): void {
    switch (message.kind) {
      case 'store':
        life.store.receive(message.message);
        return;
      case 'connections':
        life.open = message.open;
        for (; life.taken < message.taken; life.taken++) life.onTheWay.shift()?.destroy();
        handOverWaiting();
        return;
      case 'health':
        health.told(life.number, message.conditions);
        return;
      case 'metrics':
        life.families = message.families;
        break;
      case 'ready':
        life.ready = true;
        handOverWaiting();
        break;
      case 'failed':
        log.error({ worker: life.number, reason: message.message }, 'a worker cannot begin');
        life.process.child.kill('SIGKILL');
    }
    for (const listener of listeners) listener(life, message);
  }

  /** All it said has been heard. */
  async function ended(life: Life, pauseMs: number): Promise<void> {
    const { number, process, onTheWay } = life;
    const { child } = process;
    lives.delete(number);
    health.forget(number);
    const counts = life.families.filter(({ definition }) => definition.type !== 'gauge');
    departed = departed.length > 0 ? mergeFamilies(departed, [counts]) : counts;
    // A worker that closed its pipe and lives on would serve without a store.
    if (child.exitCode === null && child.signalCode === null && !ending) child.kill('SIGKILL');
    // It has not read from them: another worker can have them.
    waiting.unshift(...onTheWay.splice(0));
    const unexpected = !ending;
    if (unexpected) {
      const longLived = clock.monotonic() - life.startedAt >= healthyMs;
      const nextPauseMs = longLived ? firstRestartMs : pauseMs;
      restarts++;
      later(nextPauseMs, () => begin(number, Math.min(nextPauseMs * 2, longestRestartMs)));
      handOverWaiting();
    }
    const recovered = await life.store.ended();
    if (unexpected || recovered > 0) {
      await untilExit(child);
      const { exitCode, signalCode } = child;
      log.error(
        { worker: number, exitCode, signal: signalCode, recovered },
        'a worker ended; what it had under way is closed as recovered, and another takes its place',
      );
    }
  }

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!ending) work();
    }, ms);
    timers.add(timer);
  }

  function freest(): Life | undefined {
    let found: Life | undefined;
    // Where several have as few, in turn.
    for (let step = 1; step <= count; step++) {
      const life = lives.get(((turn + step - 1) % count) + 1);
      if (!life?.ready || life.onTheWay.length >= mostOnTheWay) continue;
      if (!found || loadOf(life) < loadOf(found)) found = life;
    }
    if (found) turn = found.number;
    return found;
  }

  function handOverWaiting(): void {
    while (waiting.length > 0) {
      const life = freest();
      if (!life) return;
      const connection = waiting.shift() as Socket;
      if (connection.destroyed) continue;
      life.onTheWay.push(connection);
      // Kept open on this side until it is taken.
      life.process.child.send('connection', connection, { keepOpen: true }, () => undefined);
    }
  }

  return {
    get serving() {
      return [...lives.values()].filter(({ ready }) => ready).length;
    },
    get restarts() {
      return restarts;
    },
    async start() {
      const numbers = Array.from({ length: count }, (_, index) => index + 1);
      await Promise.all(
        numbers.map(
          (number) =>
            new Promise<void>((resolve, reject) => {
              const life = begin(number, firstRestartMs);
              const listener = (from: Life, message: FromWorker) => {
                if (from !== life) return;
                if (message.kind === 'ready') resolve();
                else if (message.kind === 'failed')
                  reject(new Error(`Worker ${number} cannot begin: ${message.message}`));
                else return;
                listeners.delete(listener);
              };
              listeners.add(listener);
              void life.gone.then(() => {
                listeners.delete(listener);
                reject(new Error(`Worker ${number} ended before it could serve.`));
              });
            }),
        ),
      );
    },
    handOver(connection) {
      if (ending) {
        connection.destroy();
        return;
      }
      waiting.push(connection);
      handOverWaiting();
    },
    tell(message) {
      for (const { channel } of lives.values()) channel.send(message);
    },
    tellAndWait: (message, said) =>
      new Promise((resolve) => {
        const open = new Set([...lives.values()].filter(({ ready }) => ready));
        const done = () => {
          clearTimeout(timer);
          listeners.delete(listener);
          resolve();
        };
        const listener = (life: Life, answer: FromWorker) => {
          if (!said(answer)) return;
          open.delete(life);
          if (open.size === 0) done();
        };
        const timer = setTimeout(done, tookOverMs);
        listeners.add(listener);
        for (const { channel } of lives.values()) channel.send(message);
        for (const life of open) {
          void life.gone.then(() => {
            open.delete(life);
            if (open.size === 0) done();
          });
        }
        if (open.size === 0) done();
      }),
    async families() {
      const id = ++asked;
      const open = new Set([...lives.values()].filter(({ ready }) => ready));
      if (open.size === 0) return [departed];
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          listeners.delete(listener);
          resolve();
        };
        const listener = (life: Life, message: FromWorker) => {
          if (message.kind !== 'metrics' || message.id !== id) return;
          open.delete(life);
          if (open.size === 0) done();
        };
        const timer = setTimeout(done, metricsMs);
        listeners.add(listener);
        for (const life of open) life.channel.send({ kind: 'metrics', id });
      });
      return [departed, ...[...lives.values()].map(({ families }) => families)];
    },
    async drain(longestMs) {
      ending = true;
      for (const timer of timers) clearTimeout(timer);
      for (const connection of waiting.splice(0)) connection.destroy();
      const open = [...lives.values()];
      for (const { channel } of open) channel.send({ kind: 'drain' });
      const timer = setTimeout(() => {
        for (const { number, process } of lives.values()) {
          log.error({ worker: number }, 'a worker did not end in time and is killed');
          process.child.kill('SIGKILL');
        }
      }, longestMs);
      const { promise: waitedEnough, resolve: giveUp } = Promise.withResolvers<void>();
      const lastTimer = setTimeout(giveUp, longestMs + leftMs);
      await Promise.race([Promise.all(open.map(({ gone }) => gone)), waitedEnough]);
      clearTimeout(timer);
      clearTimeout(lastTimer);
    },
    kill() {
      ending = true;
      for (const timer of timers) clearTimeout(timer);
      for (const connection of waiting.splice(0)) connection.destroy();
      for (const { process } of lives.values()) process.child.kill('SIGKILL');
    },
  };
}

function loadOf({ open, onTheWay }: Life): number {
  return open + onTheWay.length;
}
