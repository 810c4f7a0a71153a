// The embedded model as the gateway sees it: how it stands, and how it is started. Knows no process and no file.

export type EngineState =
  | 'off'
  | 'locating'
  | 'downloading'
  | 'loading'
  | 'ready'
  | 'restarting'
  | 'failed'
  | 'stopped';

export interface EngineStatus {
  readonly state: EngineState;
  /** Says what is going on, or what went wrong and what to do about it, in one sentence. */
  readonly detail: string;
  /** 0..1 while downloading or loading. */
  readonly progress?: number;
  /** While the model is downloaded. */
  readonly download?: {
    readonly bytes: number;
    readonly total: number | undefined;
    readonly bytesPerSecond: number;
    readonly etaSeconds: number | undefined;
  };
  /** Name of the model file's model once known, e.g. `Qwen3-0.6B-Q8_0`. */
  readonly model?: string;
  readonly contextWindow?: number;
  /** It answered before and is loaded anew. */
  readonly served?: boolean;
}

/** The supervised child process with the embedded model. */
export interface LocalEngine extends AsyncDisposable {
  /** Where it listens once `ready`. */
  readonly socketPath: string;
  status(): EngineStatus;
  /** Calls back on every change of status; returns the function that stops that. */
  onStatus(listener: (status: EngineStatus) => void): () => void;
  /** Finds, downloads, loads and serves the model, in the background. Never throws: see `status()`. */
  start(): void;
  /** After it has failed: does not wait until it is tried again. Absent = it cannot. */
  retry?(): void;
}
