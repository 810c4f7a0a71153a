// The only file that knows node-llama-cpp: loads its binary, a model and a context, and offers them as plain calls.
// It goes one layer below the library's public evaluation API, because that API samples, shifts and schedules on its
// own; what it touches there is named in the `Private…` types and checked once at load, so a changed library fails loudly.
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp';
import type { NativeContext, NativeModel } from './native-interface.ts';
import {
  isSamplerBinding,
  type NativeSampler,
  nativeSampler,
  type SamplerBinding,
} from './native-sampler.ts';
import { createTokenText } from './token-text.ts';
import { createUnspeakable } from './unspeakable.ts';

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
  sampleToken: SamplerBinding['context']['sampleToken'];
  copySequenceStateFromOtherSequence(target: number, source: number): Promise<number>;
  removeTokenCellsFromSequence(sequence: number, start: number, end: number): boolean;
  disposeSequence(sequence: number): void;
  setThreads(threads: number): void;
}

interface PrivateParts {
  readonly model: PrivateModel;
  readonly context: PrivateContext;
  readonly bindings: SamplerBinding['bindings'];
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
  const known = nativeModel(model, parts);
  return {
    model: known,
    context: nativeContext(context, parts, known),
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
    bindings: (llama as unknown as { _bindings: PrivateParts['bindings'] })._bindings,
  };
  const known =
    typeof parts.model?.tokenize === 'function' &&
    typeof parts.context?.decodeBatch === 'function' &&
    typeof parts.context.sampleToken === 'function' &&
    typeof parts.context.copySequenceStateFromOtherSequence === 'function' &&
    isSamplerBinding(parts.bindings);
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

function nativeContext(context: LlamaContext, parts: PrivateParts, model: NativeModel): NativeContext {
  const native = parts.context;
  const sampling = { ...parts, unspeakable: createUnspeakable(model, createTokenText(model)) };
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
    createSampler: (settings) => nativeSampler(sampling, settings, context.contextSize),
    sample: (place, sampler) => (sampler as NativeSampler).sample(place),
    async copy(from, to) {
      await native.copySequenceStateFromOtherSequence(to, from);
    },
    truncate(sequence, length) {
      if (length > 0 && native.removeTokenCellsFromSequence(sequence, length, -1)) return true;
      native.disposeSequence(sequence);
      return length === 0;
    },
  };
}
