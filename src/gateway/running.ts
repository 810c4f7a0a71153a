// What starting a gateway takes and gives, whether it is one process or several.
import type { Logger } from 'pino';
import type { Bootstrap } from '../accounts/key-admin.ts';
import type { Environment } from '../config/env.ts';
import type { LiveConfig } from '../config/watch.ts';
import type { Clock } from '../core/clock.ts';
import type { LocalEngine } from '../core/ports.ts';
import type { GatewayStore } from '../core/store.ts';
import type { LocalEngineOptions } from '../local/supervisor.ts';

export interface GatewayOptions {
  readonly environment: Environment;
  readonly log: Logger;
  /** Lines for the person at the terminal about the embedded model: where it comes from, what is installed. */
  readonly say?: (line: string) => void;
  readonly onProgress?: NonNullable<LocalEngineOptions['onProgress']>;
  /** Replaced in tests. */
  readonly clock?: Clock;
  readonly engine?: LocalEngine;
  /** Folder of the built console. */
  readonly consoleFolder?: string;
}

export interface Gateway extends AsyncDisposable {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly bootstrap: Bootstrap;
  /** The admin token, if this start made it: show it once. */
  readonly adminToken: string | undefined;
  /** Ledger rows an earlier run had left held. */
  readonly recovered: number;
  readonly config: LiveConfig;
  readonly engine: LocalEngine;
  readonly store: GatewayStore;
}
