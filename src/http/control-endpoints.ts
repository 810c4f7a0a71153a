// What a gateway has once and its workers pass on to: the admin API, the metrics, the console.
import type { Exchange } from '../core/exchange.ts';

export interface ControlEndpoints {
  /** Everything below `/admin/v1`. */
  readonly admin: (exchange: Exchange) => Promise<void>;
  /** `GET /metrics`. */
  readonly metrics: (exchange: Exchange) => Promise<void>;
  /** Folder of the built console, where it is not the usual one. */
  readonly consoleFolder?: string | undefined;
}
