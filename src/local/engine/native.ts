// The only file that knows node-llama-cpp: loads its binary, a model and a context, and offers them as plain calls.
// It goes one layer below the library's public evaluation API, because that API samples, shifts and schedules on its
// own; what it touches there is named in the `Private…` types and checked once at load, so a changed library fails loudly.
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import type { SamplerSettings } from './sampling.ts';

/** Tokens of one sequence to evaluate: the first goes to `position`. */
export interface EvaluationItem {
  readonly sequence: number;
  readonly position: number;
  readonly tokens: Uint32Array;
  /** Whether a token will be sampled after the last of `tokens`. */
  readonly sample: boolean;
}

export interface TokenSampler {
  dispose(): void;
}

export interface NativeModel {
  readonly metadata: NativeMetadata;
  readonly trainContextSize: number;
  /** `bpe`, `spm`, … as llama.cpp names the kinds of tokenizer. */
  readonly vocabularyType: string;
  readonly vocabularySize: number;
  readonly bos: { readonly token: number; readonly text: string; readonly prepend: boolean } | undefined;
  readonly eosText: string | undefined;
  /** `special`: whether text that spells a control token becomes that token. */
  tokenize(text: string, special: boolean): Uint32Array;
  /** What the vocabulary holds for a token, not what it reads as. */
  tokenString(token: number): string;
  /** llama.cpp's `llama_token_attr` bits. */
  tokenAttributes(token: number): number;
  isEndOfGeneration(token: number): boolean;
}

export interface NativeMetadata {
  readonly chatTemplate: string | undefined;
  readonly name: string | undefined;
}

export interface NativeContext {
  /** Tokens one sequence holds. */
  readonly contextSize: number;
  setThreads(threads: number): void;
  /** One forward pass; for each item the place to sample from, -1 where none was asked for. */
  evaluate(items: readonly EvaluationItem[]): Promise<number[]>;
  createSampler(settings: SamplerSettings): TokenSampler;
  sample(place: number, sampler: TokenSampler): Promise<number>;
  /** Forgets what a sequence holds from `length` on; false if only forgetting everything was possible. */
  truncate(sequence: number, length: number): boolean;
}

export interface NativeEngine extends AsyncDisposable {
  readonly model: NativeModel;
  readonly context: NativeContext;
}

export interface NativeOptions {
  readonly modelPath: string;
  /** What to import the library from. */
  readonly engineModule: string;
  readonly sequences: number;
  /** Most tokens ever in one `evaluate`. */
  readonly batchSize: number;
  /** Tokens per sequence; a range is shrunk to the memory there is. */
  readonly contextSize: (trainContextSize: number) => number | { readonly min: number; readonly max: number };
  onProgress(progress: number): void;
}

interface PrivateModel {
  tokenize(text: string, special: boolean): Uint32Array;
  getTokenString(token: number): string;
  getTokenAttributes(token: number): number;
  isEogToken(token: number): boolean;
}

interface PrivateContext {
  initBatch(size: number): void;
  addToBatch(sequence: number, position: number, tokens: Uint32Array, logits: Uint32Array): Uint32Array;
  decodeBatch(): Promise<void>;
  sampleToken(place: number, sampler: PrivateSampler): Promise<number>;
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  disposeSequence(sequence: number): void;
  setThreads(threads: number): void;
}

interface PrivateSampler extends TokenSampler {
  applyConfig(config: Record<string, unknown>): void;
}

interface PrivateParts {
  readonly model: PrivateModel;
  readonly context: PrivateContext;
  readonly Sampler: new (model: PrivateModel) => PrivateSampler;
}

/** Rejects with what the library says; `load-failure.ts` turns that into a sentence. */
export async function loadNative(options: NativeOptions): Promise<NativeEngine> {
  const library = (await import(options.engineModule)) as typeof import('node-llama-cpp');
  const llama = await library.getLlama({
    build: 'never',
    gpu: 'auto',
    skipDownload: true,
    progressLogs: false,
    logLevel: library.LlamaLogLevel.error,
  });
  const model = await llama.loadModel({
    modelPath: options.modelPath,
    onLoadProgress: (progress) => options.onProgress(progress),
  });
  const context = await model.createContext({
    contextSize: options.contextSize(model.trainContextSize),
    sequences: options.sequences,
    batchSize: options.batchSize,
    threads: 1,
    // A sliding window drops cells that prefix reuse needs.
    swaFullCache: true,
  });
  const parts = privateParts(llama, model, context);
  return {
    model: nativeModel(model, parts),
    context: nativeContext(context, parts),
    async [Symbol.asyncDispose]() {
      await context.dispose();
      await model.dispose();
      await llama.dispose();
    },
  };
}

function privateParts(llama: Llama, model: LlamaModel, context: LlamaContext): PrivateParts {
  const parts = {
    model: (model as unknown as { _model: PrivateModel })._model,
    context: (context as unknown as { _ctx: PrivateContext })._ctx,
    Sampler: (llama as unknown as { _bindings: { AddonSampler: PrivateParts['Sampler'] } })._bindings
      ?.AddonSampler,
  };
  const known =
    typeof parts.model?.tokenize === 'function' &&
    typeof parts.context?.decodeBatch === 'function' &&
    typeof parts.context.sampleToken === 'function' &&
    typeof parts.Sampler === 'function';
  if (!known) throw new Error('this version of node-llama-cpp is not supported');
  return parts;
}

function nativeModel(model: LlamaModel, parts: PrivateParts): NativeModel {
  const metadata = model.fileInfo.metadata;
  const template: unknown = metadata.tokenizer?.chat_template;
  const { bos, bosString, eosString, shouldPrependBosToken } = model.tokens;
  return {
    metadata: {
      chatTemplate: typeof template === 'string' && template.length > 0 ? template : undefined,
      name: metadata.general?.name,
    },
    trainContextSize: model.trainContextSize,
    vocabularyType: model.vocabularyType,
    vocabularySize: metadata.tokenizer?.ggml?.tokens?.length ?? 0,
    bos: bos === null ? undefined : { token: bos, text: bosString ?? '', prepend: shouldPrependBosToken },
    eosText: eosString ?? undefined,
    tokenize: (text, special) => parts.model.tokenize(text, special),
    tokenString: (token) => parts.model.getTokenString(token),
    tokenAttributes: (token) => parts.model.getTokenAttributes(token),
    isEndOfGeneration: (token) => parts.model.isEogToken(token),
  };
}

function nativeContext(context: LlamaContext, parts: PrivateParts): NativeContext {
  const native = parts.context;
  return {
    contextSize: context.contextSize,
    setThreads: (threads) => native.setThreads(threads),
    async evaluate(items) {
      native.initBatch(items.reduce((size, item) => size + item.tokens.length, 0));
      const places = items.map(({ sequence, position, tokens, sample }) => {
        const wanted = sample ? Uint32Array.of(tokens.length - 1) : new Uint32Array();
        return native.addToBatch(sequence, position, tokens, wanted)[0] ?? -1;
      });
      await native.decodeBatch();
      return places;
    },
    createSampler(settings) {
      const sampler = new parts.Sampler(parts.model);
      sampler.applyConfig(samplerConfig(settings, context.contextSize));
      return sampler;
    },
    async sample(place, sampler) {
      const token = await native.sampleToken(place, sampler as PrivateSampler);
      if (token < 0) throw new Error('no token could be sampled');
      return token;
    },
    truncate(sequence, length) {
      if (length > 0 && native.removeTokenCellsFromSequence(sequence, length, -1)) return true;
      native.disposeSequence(sequence);
      return length === 0;
    },
  };
}

/**
 * The sampler is configured once per request and accepts each token it draws, so penalties count exactly the tokens
 * of the answer. Its order: bias, penalties, top-k, top-p, min-p, temperature. Absent keys leave a stage out.
 */
function samplerConfig(settings: SamplerSettings, history: number): Record<string, unknown> {
  const penalised = settings.frequencyPenalty !== 0 || settings.presencePenalty !== 0;
  return {
    temperature: settings.temperature,
    seed: settings.seed,
    ...(settings.topP < 1 && { topP: settings.topP }),
    ...(settings.topK !== undefined && { topK: settings.topK }),
    ...(settings.minP !== undefined && { minP: settings.minP }),
    ...(penalised && {
      repeatPenalty: 1,
      repeatPenaltyMaxTokens: history,
      repeatPenaltyTokens: new Uint32Array(),
      repeatPenaltyFrequencyPenalty: settings.frequencyPenalty,
      repeatPenaltyPresencePenalty: settings.presencePenalty,
    }),
    ...(settings.bias.size > 0 && {
      tokenBiasKeys: Uint32Array.from(settings.bias.keys()),
      tokenBiasValues: Float32Array.from(settings.bias.values()),
    }),
  };
}
