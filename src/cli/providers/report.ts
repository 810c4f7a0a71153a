// The trials as a table with a paragraph for each that failed, or as JSON.

import { quoteOf, sentenceOf } from '../../admin/trial/explain.ts';
import type { KeyedTarget, Trial } from '../../admin/trial/trial.ts';
import { paint } from '../paint.ts';
import { formatTable } from '../table.ts';

export interface TriedTarget extends KeyedTarget {
  readonly trial: Trial;
  /** Of the provider, so that none is printed. */
  readonly secrets: readonly string[];
}

const header = ['STATUS', 'LATENCY', 'FIRST TOKEN', 'ANSWERED BY', 'TOKENS'];

export function tableOf(tried: readonly TriedTarget[]): string {
  // Where each provider has one key, nobody needs to read which.
  const withKeys = tried.some(({ credential }) => credential !== undefined);
  const rows = tried.map(({ target, trial, credential = '' }) => [
    target.provider,
    target.model,
    ...(withKeys ? [credential] : []),
    statusOf(trial),
    trial.outcome === 'stopped' ? '' : formatDuration(trial.latencyMs),
    trial.firstTokenMs === undefined ? '' : formatDuration(trial.firstTokenMs),
    plain(trial.answeredBy ?? ''),
    trial.usage ? `${trial.usage.input} + ${trial.usage.output}` : '',
  ]);
  return (
    formatTable(['PROVIDER', 'MODEL', ...(withKeys ? ['KEY'] : []), ...header], rows) +
    tried.map(failureOf).join('')
  );
}

function statusOf({ outcome, status, error }: Trial): string {
  if (outcome !== 'failed') return outcome;
  if (status !== undefined && status >= 300) return `HTTP ${status}`;
  return error?.code === 'upstream_timeout' ? 'timeout' : 'failed';
}

function failureOf({ target, trial, models, secrets, credential }: TriedTarget): string {
  if (trial.outcome !== 'failed') return '';
  const quote = quoteOf(trial, secrets);
  const status = trial.status === undefined ? '' : `HTTP ${trial.status}. `;
  const name = [target.provider, target.model, ...(credential === undefined ? [] : [credential])].join(', ');
  const lines = [
    `${paint('red', name)} (for ${models.join(', ')})`,
    `  ${status}${sentenceOf(trial)}`,
    ...(quote === undefined ? [] : [`  ${trial.status === undefined ? 'Cause' : 'It said'}: ${quote}`]),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** `640 ms`, `12.3 s`. */
const formatDuration = (ms: number) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

const plain = (text: string) => text.replace(/\p{C}/gu, '');

/** Milliseconds; members that are not known are absent. */
export function toJson({ target, models, trial, secrets, credential }: TriedTarget) {
  const { outcome, status, latencyMs, firstTokenMs, answeredBy, usage, error } = trial;
  const upstreamMessage = quoteOf(trial, secrets);
  return {
    provider: target.provider,
    model: target.model,
    models,
    ...(credential === undefined ? {} : { credential }),
    result: outcome,
    ...(status === undefined ? {} : { http_status: status }),
    latency_ms: latencyMs,
    ...(firstTokenMs === undefined ? {} : { first_token_ms: firstTokenMs }),
    ...(answeredBy === undefined ? {} : { answered_by: plain(answeredBy) }),
    ...(usage ? { usage: { input: usage.input, output: usage.output } } : {}),
    ...(error
      ? {
          error: {
            code: error.code,
            message: sentenceOf(trial),
            ...(upstreamMessage === undefined ? {} : { upstream_message: upstreamMessage }),
          },
        }
      : {}),
  };
}
