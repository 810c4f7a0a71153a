// Rows of the ledger as text: CSV (RFC 4180) for spreadsheets, JSON Lines for programs. Knows no SQL and no stream.
import type { LedgerFact } from '../core/ledger-snapshot.ts';
import { formatUsd, type NanoUsd } from '../core/money.ts';
import { csvCell } from './csv.ts';

/** Column -> what it has of a row. Money as USD and as nano-USD; moments as ISO 8601 in UTC; absent = unknown. */
const columns: Readonly<Record<string, (row: LedgerFact) => string | number | boolean | object | undefined>> =
  {
    id: (row) => row.id,
    state: (row) => row.state,
    started_at: (row) => new Date(row.startedAt).toISOString(),
    key_id: (row) => row.keyId,
    project_id: (row) => row.projectId,
    end_user: (row) => row.endUser,
    model: (row) => row.model,
    provider: (row) => row.provider,
    upstream_model: (row) => row.upstreamModel,
    input_tokens: (row) => row.usage?.input,
    output_tokens: (row) => row.usage?.output,
    cached_input_tokens: (row) => row.usage?.cachedInput,
    cache_write_tokens: (row) => row.usage?.cacheWrite,
    cache_write_1h_tokens: (row) => row.usage?.cacheWrite1h,
    reasoning_tokens: (row) => row.usage?.reasoning,
    audio_input_tokens: (row) => row.usage?.audioInput,
    cached_audio_input_tokens: (row) => row.usage?.cachedAudioInput,
    audio_output_tokens: (row) => row.usage?.audioOutput,
    image_input_tokens: (row) => row.usage?.imageInput,
    image_output_tokens: (row) => row.usage?.imageOutput,
    service_tier: (row) => row.usage?.serviceTier,
    usage_source: (row) => row.usageSource,
    price_version: (row) => row.priceVersion,
    cost_usd: (row) => usd(row.cost),
    cost_nanousd: (row) => nano(row.cost),
    uncharged_usd: (row) => usd(row.uncharged),
    uncharged_nanousd: (row) => nano(row.uncharged),
    hold_usd: (row) => usd(row.hold),
    hold_nanousd: (row) => nano(row.hold),
    hold_tokens: (row) => row.holdTokens,
    stream: (row) => row.stream,
    partial: (row) => row.partial,
    recovered: (row) => row.recovered,
    error: (row) => row.error,
    first_token_ms: (row) => row.firstTokenMs,
    duration_ms: (row) => row.durationMs,
    node_epoch: (row) => row.nodeEpoch,
    attempts: (row) => row.attempts,
  };
const names = Object.keys(columns);

export type ExportFormat = 'csv' | 'jsonl';
export const exportFormats: readonly ExportFormat[] = ['csv', 'jsonl'];

/** What stands before the first row. */
export function exportHead(format: ExportFormat): string {
  return format === 'csv' ? `${names.join(',')}\r\n` : '';
}

export function exportRow(row: LedgerFact, format: ExportFormat): string {
  const values = Object.entries(columns).map(([name, read]) => [name, read(row)] as const);
  // What is unknown is not in the object.
  if (format === 'jsonl') return `${JSON.stringify(Object.fromEntries(values))}\n`;
  return `${values.map(([, value]) => csvCell(value)).join(',')}\r\n`;
}

const usd = (amount: NanoUsd | undefined) => (amount === undefined ? undefined : formatUsd(amount));
/** As text: it may pass 2^53. */
const nano = (amount: NanoUsd | undefined) => amount?.toString();
