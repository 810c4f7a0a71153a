// The settings of this node as the admin API shows them: from the configuration in force and from the environment.
import type { SettingsFacts } from '../admin/resources/settings.ts';
import type { Config } from '../config/config.ts';
import type { Environment } from '../config/env.ts';

export interface SettingsParts {
  readonly environment: Environment;
  /** Asked anew each time: it may be replaced. */
  readonly config: { readonly current: Config };
  /** Unix ms. */
  readonly startedAt: number;
}

export function createSettingsInForce({
  environment,
  config,
  startedAt,
}: SettingsParts): () => SettingsFacts {
  return function settingsInForce() {
    const { server, ledger, console, logging } = config.current;
    return {
      startedAt,
      nodeVersion: process.versions.node,
      storage: environment.databaseUrl === undefined ? 'sqlite' : 'postgresql',
      ledgerRetentionMs: ledger.retentionMs,
      console,
      content: logging,
      otlp: environment.otlp,
      metricsPublic: server.metricsPublic,
      bodyLimitBytes: server.bodyLimitBytes,
      quotaStatus: server.quotaStatus,
      idempotencyMs: server.idempotencyMs,
      shutdownGraceMs: server.shutdownGraceMs,
      trustedProxies: server.trustedProxies,
    };
  };
}
