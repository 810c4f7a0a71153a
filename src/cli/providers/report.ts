// The trials as a table with a paragraph for each that failed, or as JSON.
import { paint } from '../paint.ts';
import { formatTable } from '../table.ts';
import { quoteOf, sentenceOf } from './explain.ts';
import type { TrialTarget } from './targets.ts';
import type { Trial } from './trial.ts';

export interface TriedTarget extends TrialTarget {
  readonly trial: Trial;
  /** Of the provider, so that none is printed. */
  readonly secrets: readonly string[];
}

const header = ['PROVIDER', 'MODEL', 'STATUS', 'LATENCY', 'FIRST TOKEN', 'ANSWERED BY', 'TOKENS'];

export function tableOf(tried: readonly TriedTarget[]): string {
  const rows = tried.map(({ target, trial }) => [
    target.provider,
    target.model,
    statusOf(trial),
    trial.outcome === 'stopped' ? '' : formatDuration(trial.latencyMs),
    trial.firstTokenMs === undefined ? '' : formatDuration(trial.firstTokenMs),
    plain(trial.answeredBy ?? ''),
    trial.usage ? `${trial.usage.input} + ${trial.usage.output}` : '',
  ]);
  return formatTable(header, rows) + tried.map(failureOf).join('');
}

function statusOf({ outcome, status, error }: Trial): string {
  if (outcome !== 'failed') return outcome;
  if (status !== undefined && status >= 300) return `HTTP ${status}`;
  return error?.code === 'upstream_timeout' ? 'timeout' : 'failed';
}

function failureOf({ target, trial, models, secrets }: TriedTarget): string {
  if (trial.outcome !== 'failed') return '';
  const quote = quoteOf(trial, secrets);
  const status = trial.status === undefined ? '' : `HTTP ${trial.status}. `;
  const lines = [
    `${paint('red', `${target.provider}, ${target.model}`)} (for ${models.join(', ')})`,
    `  ${status}${sentenceOf(trial)}`,
    ...(quote === undefined ? [] : [`  ${trial.status === undefined ? 'Cause' : 'It said'}: ${quote}`]),
  ];
  return `\n${lines.join('\n')}\n`;
}

/** `640 ms`, `12.3 s`. */
const formatDuration = (ms: number) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

const plain = (text: string) => text.replace(/\p{C}/gu, '');

/** Milliseconds; members that are not known are absent. */
export function toJson({ target, models, trial, secrets }: TriedTarget) {
  const { outcome, status, latencyMs, firstTokenMs, answeredBy, usage, error } = trial;
  const upstreamMessage = quoteOf(trial, secrets);
  return {
    provider: target.provider,
    model: target.model,
    models,
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
