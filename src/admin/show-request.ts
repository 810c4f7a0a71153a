// Rows of the ledger as the admin API shows them: absent becomes null, money gets both its forms.
import { formatUsd } from '../core/money.ts';
import type { AttemptRecord } from '../core/ports.ts';
import type { RequestRow } from '../core/request-search.ts';
import type { Usage } from '../core/usage.ts';
import type * as contract from './contract/ledger.ts';
import { isoTime } from './times.ts';

export function showRequest(row: RequestRow): contract.Request {
  return {
    id: row.id,
    state: row.state,
    key_id: row.keyId,
    key_name: row.keyName ?? null,
    project_id: row.projectId,
    project: row.project ?? null,
    end_user: row.endUser ?? null,
    model: row.model,
    provider: row.provider,
    upstream_model: row.upstreamModel,
    stream: row.stream,
    usage: showUsage(row.usage),
    usage_source: row.usageSource ?? null,
    cost_usd: row.cost === undefined ? null : formatUsd(row.cost),
    cost_nanousd: row.cost === undefined ? null : String(row.cost),
    uncharged_nanousd: String(row.uncharged),
    hold_usd: formatUsd(row.hold),
    hold_nanousd: String(row.hold),
    hold_tokens: row.holdTokens,
    output_cap: row.outputCap ?? null,
    price_version: row.priceVersion,
    error: row.error ?? null,
    partial: row.partial,
    recovered: row.recovered,
    started_at: isoTime(row.startedAt),
    first_token_ms: row.firstTokenMs ?? null,
    duration_ms: row.durationMs ?? null,
    node_epoch: row.nodeEpoch,
  };
}

function showUsage(usage: Usage | undefined): contract.Request['usage'] {
  if (!usage) return null;
  return {
    input_tokens: usage.input,
    output_tokens: usage.output,
    cached_input_tokens: usage.cachedInput ?? null,
    cache_write_tokens: usage.cacheWrite ?? null,
    reasoning_tokens: usage.reasoning ?? null,
  };
}

export function showAttempts(row: RequestRow): contract.Attempt[] {
  return attemptsOf(row).map(showAttempt);
}

export function showTimeline({ details, firstTokenMs, durationMs }: RequestRow) {
  return {
    held_ms: details?.heldMs ?? null,
    first_token_ms: firstTokenMs ?? null,
    last_token_ms: details?.lastTokenMs ?? null,
    settled_ms: durationMs ?? null,
  };
}

export function showClient({ details = {} }: RequestRow): contract.RequestDetail['client'] {
  return {
    user_agent: details.userAgent ?? null,
    network: details.network ?? null,
    // Rows of before this was kept say nothing of it.
    idempotency_key: details.heldMs === undefined ? null : details.idempotent === true,
    retry: details.retry ?? null,
  };
}

type KnownAttempt = Omit<AttemptRecord, 'durationMs'> & { durationMs?: number };

/** One good attempt is not kept by itself: the row says all of it. */
function attemptsOf(row: RequestRow): readonly KnownAttempt[] {
  if (row.attempts) return row.attempts;
  if (row.state === 'held' || row.recovered) return [];
  const { provider, upstreamModel, details = {} } = row;
  const { sentMs, firstByteMs } = details;
  // It began to answer with its first token; of an answer that has none only its end is known.
  const beganMs = row.firstTokenMs ?? row.durationMs;
  const durationMs = beganMs === undefined ? undefined : Math.max(beganMs - (sentMs ?? 0), 0);
  return [
    {
      provider,
      upstreamModel,
      status: 200,
      startMs: sentMs,
      firstByteMs,
      ...(durationMs === undefined ? {} : { durationMs }),
    },
  ];
}

function showAttempt(attempt: KnownAttempt): contract.Attempt {
  return {
    provider: attempt.provider,
    upstream_model: attempt.upstreamModel,
    status: attempt.status ?? null,
    error: attempt.error ?? null,
    duration_ms: attempt.durationMs ?? null,
    start_ms: attempt.startMs ?? null,
    first_byte_ms: attempt.firstByteMs ?? null,
    credential: attempt.credential ?? null,
    usage: showUsage(attempt.usage),
  };
}
