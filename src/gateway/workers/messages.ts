// What the process that has store, engine and administration (the primary) and a worker, which serves requests, say to each other.
// All of it is structured data.
import type { ConfigInputs } from '../../config/watch.ts';
import type { EngineStatus } from '../../core/ports.ts';
import type { TargetCondition } from '../../routing/health.ts';
import type { Target } from '../../routing/target.ts';
import type { MetricFamily } from '../../telemetry/metrics/instruments.ts';

/** A configuration as the primary has it in force. */
export interface SharedConfig {
  readonly inputs: ConfigInputs;
  readonly generation: number;
  /** Why the file as it is now is not in use. */
  readonly refused: string | undefined;
}

/** All a worker needs to begin. */
export interface Beginning {
  /** 1 and up; a worker that takes another's place has its number. */
  readonly worker: number;
  /** Options of the command line, by the variables they stand for. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly logLevel: string;
  readonly config: SharedConfig;
  readonly engine: { readonly socketPath: string; readonly status: EngineStatus };
  readonly store: { readonly dialect: 'sqlite' | 'postgresql'; readonly state: unknown };
  /** Where the primary listens for what workers pass on. */
  readonly socketPath: string;
}

export type ToWorker =
  | { readonly kind: 'begin'; readonly beginning: Beginning }
  | { readonly kind: 'store'; readonly message: unknown }
  | { readonly kind: 'config'; readonly config: SharedConfig }
  /** Administrators' prices have changed. */
  | { readonly kind: 'prices' }
  | { readonly kind: 'engine'; readonly status: EngineStatus }
  | { readonly kind: 'metrics'; readonly id: number }
  /** No connections will come any more: finish what is under way, settle, end. */
  | { readonly kind: 'drain' };

/** What is known of a target. */
export type KnownCondition = readonly [target: Target, condition: TargetCondition];

export type FromWorker =
  | { readonly kind: 'ready' }
  /** It cannot begin. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'store'; readonly message: unknown }
  /** Taken over so far since it began, and open now. */
  | { readonly kind: 'connections'; readonly taken: number; readonly open: number }
  | { readonly kind: 'config-taken'; readonly generation: number }
  | { readonly kind: 'prices-taken' }
  /** `id`: of the question; 0 for the last it has to say, which nobody asked for. */
  | { readonly kind: 'metrics'; readonly id: number; readonly families: readonly MetricFamily[] }
  | { readonly kind: 'health'; readonly conditions: readonly KnownCondition[] };

/** Which messages tell how something stands, so that a newer one says all that an older one did. */
export function stateToldToWorker({ kind }: ToWorker): string | undefined {
  return kind === 'engine' ? kind : undefined;
}

/** See `stateToldToWorker`. */
export function stateToldToPrimary({ kind }: FromWorker): string | undefined {
  return kind === 'connections' || kind === 'health' ? kind : undefined;
}
