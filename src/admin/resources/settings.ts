// `/settings`: what is in force on this node, for the page of that name.

import type { ConsoleSettings } from '../../core/console-settings.ts';
import type { ContentSettings } from '../../core/content.ts';
import type { OtlpSettings } from '../../core/otlp.ts';
import * as contract from '../contract/settings.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { isoTime } from '../times.ts';
import type { ConfigFacts } from './config.ts';

export interface SettingsFacts {
  /** Unix ms. */
  readonly startedAt: number;
  readonly nodeVersion: string;
  readonly storage: 'sqlite' | 'postgresql';
  /** `undefined` = for ever. */
  readonly ledgerRetentionMs: number | undefined;
  readonly console: ConsoleSettings;
  readonly content: ContentSettings;
  readonly otlp: OtlpSettings | undefined;
  readonly metricsPublic: boolean;
  readonly bodyLimitBytes: number;
  readonly quotaStatus: number;
  readonly idempotencyMs: number | undefined;
  readonly shutdownGraceMs: number;
  readonly trustedProxies: readonly string[];
}

export function settingsEndpoints(config: () => ConfigFacts, settings: () => SettingsFacts): Endpoint[] {
  return [
    endpoint({
      resource: 'config',
      method: 'GET',
      path: '/settings',
      summary: 'What is in force on this node',
      description: 'Settings of tollgate.yaml and of the environment as they were understood; no secret.',
      status: 200,
      answer: contract.Settings,
      handle: async () => ({ body: shown(config(), settings()) }),
    }),
  ];
}

function shown(config: ConfigFacts, settings: SettingsFacts): contract.Settings {
  const { console: signIn, content, otlp } = settings;
  return {
    version: config.version,
    node_version: settings.nodeVersion,
    started_at: isoTime(settings.startedAt),
    config: {
      file: config.file ?? null,
      generation: config.generation,
      refused: config.refused ?? null,
    },
    storage: {
      kind: settings.storage,
      database: config.database,
      data_folder: config.dataFolder,
      ledger_retention_ms: settings.ledgerRetentionMs ?? null,
    },
    time_zone: config.timeZone,
    sign_in: {
      password_login: signIn.passwordLogin,
      sso: signIn.sso.map(({ name, issuer }) => ({ name, issuer })),
      public_url: signIn.publicUrl ?? null,
    },
    content_logging: {
      mode: content.mode,
      retention_ms: content.retentionMs,
      max_bytes: content.maxBytes,
    },
    telemetry: {
      metrics_public: settings.metricsPublic,
      traces: otlp?.traces ? { url: bare(otlp.traces.url), interval_ms: otlp.traces.delayMs } : null,
      metrics: otlp?.metrics ? { url: bare(otlp.metrics.url), interval_ms: otlp.metrics.intervalMs } : null,
    },
    requests: {
      body_limit_bytes: settings.bodyLimitBytes,
      quota_status: settings.quotaStatus,
      idempotency_ms: settings.idempotencyMs ?? null,
      shutdown_grace_ms: settings.shutdownGraceMs,
      trusted_proxies: [...settings.trustedProxies],
    },
  };
}

/** Without what may be a credential: user, password, query. */
function bare(address: string): string {
  const url = new URL(address);
  return `${url.origin}${url.pathname}`;
}
