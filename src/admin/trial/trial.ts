// One cheap streamed request to one target, by the adapters, the transport and the reading of streams that the gateway
// itself has. Touches neither keys nor ledger.
import type { Clock } from '../../core/clock.ts';
import { type TollgateError, toTollgateError } from '../../core/errors.ts';
import type {
  ChatCall,
  ProviderAdapter,
  ProviderReader,
  PublicModel,
  UpstreamTransport,
} from '../../core/ports.ts';
import type { Usage } from '../../core/usage.ts';
import { callUpstream } from '../../pipeline/call-upstream.ts';
import { unavailable } from '../../pipeline/try-target.ts';
import type { UpstreamStream } from '../../pipeline/upstream-stream.ts';
import type { ChatRequest } from '../../wire/openai/chat-request.ts';
import type { TrialTarget } from './targets.ts';
import { watchAnswer } from './watch-answer.ts';

export interface Trial {
  readonly outcome: 'ok' | 'failed' | 'stopped';
  readonly latencyMs: number;
  /** To the first text, thinking or tool input; absent when none came. */
  readonly firstTokenMs?: number;
  /** What the upstream calls the model that answered. */
  readonly answeredBy?: string;
  /** HTTP status of the upstream, absent if it never answered. */
  readonly status?: number;
  readonly usage?: Usage;
  readonly error?: TollgateError;
}

/** A target with one of the keys of its provider. */
export interface KeyedTarget extends TrialTarget {
  readonly adapter: ProviderAdapter;
  /** Which key, in words that give none away; absent where the provider has one. */
  readonly credential?: string;
}

/** The target once for each key, in the order of the configuration. */
export function withEachKey(each: TrialTarget, providers: ProviderReader): KeyedTarget[] {
  const adapter = providers.provider(each.target.provider);
  if (!adapter) return [];
  if (!adapter.credentials) return [{ ...each, adapter }];
  return [...adapter.credentials(each.target.model)]
    .sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }))
    .map((key) => ({ ...each, adapter: key.adapter, credential: key.label }));
}

export interface TrialPorts {
  readonly transport: UpstreamTransport;
  readonly clock: Clock;
}

/** 16 is the least that OpenAI's Responses API takes as a cap. */
export const longestAnswer = 16;

/** Never rejects; a call that `signal` ended is `stopped`. */
export async function tryTarget(
  { target, model, adapter }: KeyedTarget,
  timeoutMs: number,
  signal: AbortSignal,
  { transport, clock }: TrialPorts,
): Promise<Trial> {
  const started = clock.monotonic();
  const elapsed = () => Math.round(clock.monotonic() - started);
  const watch = watchAnswer(transport);
  let firstTokenMs: number | undefined;
  let reader: UpstreamStream['reader'] | undefined;
  let error: TollgateError | undefined;
  try {
    const closed = adapter.unavailable();
    if (closed) throw unavailable(model, closed);
    const answer = await callUpstream({
      call: trialCall({ target, model }),
      provider: adapter,
      transport: watch.transport,
      timeouts: {
        connectMs: Math.min(model.timeouts.connectMs, timeoutMs),
        firstTokenMs: timeoutMs,
        idleMs: timeoutMs,
        totalMs: timeoutMs,
      },
      signal,
      onReached: () => undefined,
    });
    if (answer.kind !== 'stream') throw new TypeError('a streamed request has a streamed answer');
    reader = answer.stream.reader;
    await readToEnd(answer.stream, (text) => {
      if (text !== '') firstTokenMs ??= elapsed();
    });
  } catch (thrown) {
    if (!signal.aborted) error = toTollgateError(thrown);
  }
  const usage = reader?.usage();
  const { status, model: answeredBy } = watch.seen();
  return {
    outcome: error ? 'failed' : signal.aborted ? 'stopped' : 'ok',
    latencyMs: elapsed(),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
    ...(status === undefined ? {} : { status }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error }),
  };
}

export function trialRequest({ name }: Pick<PublicModel, 'name'>): ChatRequest {
  return {
    model: name,
    messages: [{ role: 'user', content: 'Say OK.' }],
    max_completion_tokens: longestAnswer,
    stream: true,
    stream_options: { include_usage: true },
  };
}

function trialCall({ target, model }: Pick<TrialTarget, 'target' | 'model'>): ChatCall {
  const request = trialRequest(model);
  return {
    request,
    body: Buffer.from(JSON.stringify(request)),
    target,
    streaming: true,
    includeUsage: true,
    maxOutputTokens: model.maxOutputTokens,
    capabilities: model.capabilities,
  };
}

function readToEnd(stream: UpstreamStream, onText: (text: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.attach({
      onReadings: (readings) => {
        for (const { text } of readings) onText(text);
      },
      onEnd: resolve,
      onError: reject,
    });
  });
}
