// The yardstick of the embedded model: node-llama-cpp driven bare in a process of its own. No gateway, no HTTP, no
// text: tokens in, greedy tokens out. Once with the calls below its public interface (a loop of decode and sample),
// once with the library's own `sequence.evaluate`. Options in argv[2]; each message over IPC is one answer to write.
import type { Token } from 'node-llama-cpp';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { createPrompter } from '../src/local/chat/prompt.ts';
import { loadNative } from '../src/local/engine/native.ts';
import type { ChatMessage } from './ask.ts';

export interface BareOptions {
  readonly modelPath: string;
  readonly contextSize: number;
  readonly threads: number;
  readonly messages: readonly ChatMessage[];
  readonly tokens: number;
}

export type BareLoop = 'low-level' | 'library';

export interface BareAnswer {
  readonly tokens: number;
  readonly text: string;
  /** Milliseconds from the first token to the last. */
  readonly writingMs: number;
}

interface LowLevelContext {
  initBatch(size: number): void;
  addToBatch(sequence: number, position: number, tokens: Uint32Array, logits: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(place: number, sampler: object): Promise<number>;
  disposeSequence(sequence: number): void;
}

interface LowLevelSampler {
  applyConfig(config: { temperature: number }): void;
  dispose(): void;
}

const options = JSON.parse(process.argv[2] ?? '') as BareOptions;
const prompt = await promptTokens();
const llama = await getLlama({
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  logLevel: LlamaLogLevel.error,
});
const model = await llama.loadModel({ modelPath: options.modelPath });
const context = await model.createContext({ contextSize: options.contextSize, threads: options.threads });
const write = { 'low-level': lowLevel, library };

process.on('message', async (loop: BareLoop) => {
  const times: number[] = [];
  const tokens: number[] = [];
  await write[loop]((token) => {
    tokens.push(token);
    times.push(performance.now());
    return tokens.length < options.tokens;
  });
  process.send?.({
    tokens: tokens.length,
    text: model.detokenize(tokens as Token[]),
    writingMs: (times.at(-1) ?? 0) - (times[0] ?? 0),
  } satisfies BareAnswer);
});
process.on('disconnect', () => process.exit(0));
process.send?.('loaded');

/** The tokens the gateway's child feeds for the same messages. */
async function promptTokens(): Promise<Uint32Array> {
  await using native = await loadNative({
    modelPath: options.modelPath,
    engineModule: 'node-llama-cpp',
    sequences: 1,
    batchSize: 64,
    contextSize: () => 512,
    onProgress: () => {},
  });
  const request = { messages: options.messages, tools: [], mustCall: false, format: undefined };
  return createPrompter(native.model, options.contextSize).prompt(request, { thinkingBudget: 0 }).tokens;
}

async function lowLevel(onToken: (token: number) => boolean): Promise<void> {
  const native = (context as unknown as { _ctx: LowLevelContext })._ctx;
  const { AddonSampler } = (llama as unknown as { _bindings: Bindings })._bindings;
  const sampler = new AddonSampler((model as unknown as { _model: object })._model);
  sampler.applyConfig({ temperature: 0 });
  let position = 0;
  let pending = prompt;
  for (;;) {
    native.initBatch(pending.length);
    const [place = -1] = native.addToBatch(0, position, pending, Uint32Array.of(pending.length - 1));
    await native.decodeBatch();
    position += pending.length;
    const token = await native.sampleToken(place, sampler);
    if (!onToken(token)) break;
    pending = Uint32Array.of(token);
  }
  sampler.dispose();
  native.disposeSequence(0);
}

interface Bindings {
  readonly AddonSampler: new (model: object) => LowLevelSampler;
}

async function library(onToken: (token: number) => boolean): Promise<void> {
  const sequence = context.getSequence();
  await sequence.clearHistory();
  for await (const token of sequence.evaluate([...prompt] as Token[], {
    temperature: 0,
    yieldEogToken: true,
  })) {
    if (!onToken(token)) break;
  }
  sequence.dispose();
}
