// What the supervisor and the embedded model's child process say to each other: options in argv[2] as JSON,
// messages over IPC. Knows nothing of how either side does its work.

/** Where the child listens: a local socket (Windows: a named pipe), or a TCP address (`port` 0 = any free one). */
export type ListenAddress =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

export interface ChildOptions {
  /** A GGUF file. */
  readonly modelPath: string;
  readonly listen: ListenAddress;
  /** Display name of the model: `Qwen3-0.6B-Q8_0`. */
  readonly modelLabel: string;
  /** What `GET /v1/models` lists. Default: gpt-5.1, gpt-5.1-chat, gpt-5.1-thinking. */
  readonly modelNames?: readonly string[];
  /** File URL, absolute path or specifier to import node-llama-cpp from. Default: `node-llama-cpp`. */
  readonly engineModule?: string;
  /** Tokens per request (prompt and answer). Default: what the model was trained on, at most 8192, less if memory is short. */
  readonly contextSize?: number;
  /** Requests decoded at the same time. Default 2. */
  readonly slots?: number;
  /** Requests that may wait for a slot before new ones get 503. Default 32. */
  readonly queueLimit?: number;
  /** Default: measured at load, the count that decodes fastest. */
  readonly threads?: number;
  /** If set, requests must carry `Authorization: Bearer <apiKey>`; `GET /health` is open. */
  readonly apiKey?: string;
}

/** What a loaded model turned out to be. */
export interface ReadyInfo {
  /** Tokens per request. */
  readonly contextWindow: number;
  readonly model: string;
  readonly threads: number;
  readonly slots: number;
  /** The model's own template knows thinking. Other models get a bounded reasoning pass. */
  readonly thinking: boolean;
  /** The model's own template knows tools. */
  readonly tools: boolean;
  /** The port when listening on TCP. */
  readonly port?: number;
}

export type ChildMessage =
  | { readonly type: 'loading' /** 0..1 */; readonly progress: number }
  | { readonly type: 'ready'; readonly info: ReadyInfo }
  /** One sentence for the operator; the child exits with code 1 right after. */
  | { readonly type: 'failed'; readonly reason: string };

/** `GET /health` of the child. The socket opens only when the model is ready. */
export interface ChildHealth {
  readonly state: 'ready' | 'stopping';
  readonly model: string;
  readonly slots: number;
  readonly slots_busy: number;
  readonly queue_depth: number;
  readonly queue_limit: number;
  readonly context_window: number;
  readonly threads: number;
  /** Since start. */
  readonly decoded_tokens_total: number;
  readonly prompt_tokens_total: number;
  /** Decode speed over the last seconds with work; 0 before the first token. */
  readonly tokens_per_second: number;
  /** Resident memory of the process. */
  readonly memory_bytes: number;
}
