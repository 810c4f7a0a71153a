// Composition root of the child process: options -> loaded model, token engine, chat layer, HTTP server. Owns all of
// them and the order in which they end; knows nothing of IPC.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { availableParallelism } from 'node:os';
import { createIdSource, systemClock } from '../core/clock.ts';
import { TollgateError } from '../core/errors.ts';
import { createChatModel } from './chat/chat-model.ts';
import type { ChildHealth, ChildOptions, ListenAddress, ReadyInfo } from './child-protocol.ts';
import { calibrateThreads, threadCandidates } from './engine/calibrate-threads.ts';
import { createEngine } from './engine/engine.ts';
import { describeLoadFailure } from './engine/load-failure.ts';
import { loadNative, type NativeEngine } from './engine/native.ts';
import { sliceSize } from './engine/plan-step.ts';
import { createChatCompletions } from './server/chat-completions.ts';
import { createHttpServer } from './server/http-server.ts';

export const defaultModelNames = ['gpt-5.1', 'gpt-5.1-chat', 'gpt-5.1-thinking'] as const;
const defaultContextSize = 8192;
/** Less than this holds no conversation. */
const smallestContextSize = 512;

export interface ServedModel extends AsyncDisposable {
  readonly info: ReadyInfo;
}

/** Rejects with an Error whose message is one sentence for the operator. */
export async function serveModel(
  options: ChildOptions,
  onProgress: (progress: number) => void,
): Promise<ServedModel> {
  const slots = options.slots ?? 2;
  const native = await load(options, slots, onProgress);
  const { model, context } = native;
  const threads =
    options.threads ?? (await calibrateThreads(context, threadCandidates(coresForTheModel()), systemClock));
  const queueLimit = options.queueLimit ?? 32;
  const engine = createEngine({ context, slots, queueLimit, threads, clock: systemClock });
  const chat = createChatModel({ model, engine, randomSeed: () => randomBytes(4).readUInt32LE() });
  const onFailure = (error: TollgateError) => {
    process.stderr.write(`${String(error.cause ?? error.message)}\n`);
  };
  let stopping = false;

  const server = createHttpServer({
    chatCompletions: createChatCompletions({
      chat,
      clock: systemClock,
      newCompletionId: createIdSource('chatcmpl-', systemClock),
      newCallId: createIdSource('call_', systemClock),
      interruption: () => new TollgateError('shutting_down'),
      onFailure,
    }),
    modelNames: options.modelNames ?? defaultModelNames,
    created: Math.floor(systemClock.now() / 1000),
    apiKey: options.apiKey,
    newRequestId: createIdSource('req_', systemClock),
    onFailure,
    health(): ChildHealth {
      const stats = engine.stats();
      return {
        state: stopping ? 'stopping' : 'ready',
        model: options.modelLabel,
        slots: stats.slots,
        slots_busy: stats.slotsBusy,
        queue_depth: stats.queueDepth,
        queue_limit: stats.queueLimit,
        context_window: engine.contextSize,
        threads: stats.threads,
        decoded_tokens_total: stats.decodedTokens,
        prompt_tokens_total: stats.promptTokens,
        tokens_per_second: stats.tokensPerSecond,
        memory_bytes: process.memoryUsage.rss(),
      };
    },
  });
  const port = await listen(server, options.listen);

  return {
    info: {
      contextWindow: engine.contextSize,
      model: options.modelLabel,
      threads,
      slots,
      thinking: chat.thinking,
      tools: chat.tools,
      ...(port !== undefined && { port }),
    },
    /** Stop accepting, end what runs with an error, give the answers time to leave, free the model. */
    async [Symbol.asyncDispose]() {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await engine.stop();
      server.closeIdleConnections();
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 500))]);
      server.closeAllConnections();
      await native[Symbol.asyncDispose]();
    },
  };
}

/** One core is left to the gateway: a spinning thread that has to share its core with it slows all others down. */
function coresForTheModel(): number {
  return Math.max(1, availableParallelism() - 1);
}

async function load(
  options: ChildOptions,
  sequences: number,
  onProgress: (progress: number) => void,
): Promise<NativeEngine> {
  try {
    return await loadNative({
      modelPath: options.modelPath,
      engineModule: options.engineModule ?? 'node-llama-cpp',
      sequences,
      batchSize: Math.max(sliceSize, sequences),
      contextSize: (trained) =>
        options.contextSize === undefined
          ? { min: Math.min(trained, smallestContextSize), max: Math.min(trained, defaultContextSize) }
          : Math.min(trained, options.contextSize),
      onProgress: inSteps(onProgress),
    });
  } catch (cause) {
    throw new Error(describeLoadFailure(options.modelPath, cause), { cause });
  }
}

/** One call per hundredth; the library has one for every tensor. */
function inSteps(onProgress: (progress: number) => void): (progress: number) => void {
  let last = -1;
  return (progress) => {
    if (progress < 1 && progress - last < 0.01) return;
    last = progress;
    onProgress(progress);
  };
}

/** Resolves to the port when it listens on TCP. */
function listen(server: Server, address: ListenAddress): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`The local model cannot listen: ${error.message}.`)));
    const done = () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : undefined);
    };
    if ('port' in address) server.listen(address.port, address.host, done);
    else {
      // A socket left behind by a killed process would keep the name.
      if (process.platform !== 'win32') rmSync(address.socketPath, { force: true });
      server.listen(address.socketPath, done);
    }
  });
}
