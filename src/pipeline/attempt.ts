// Stage 6: the targets in turn, until one begins to answer. Nothing has gone to the client yet, so a failure that
// another target may not have is no failure of the request.
import type { Clock } from '../core/clock.ts';
import { TollgateError, toTollgateError } from '../core/errors.ts';
import { ClientGone } from '../core/exchange.ts';
import type {
  AttemptRecord,
  ChatCall,
  ProviderAdapter,
  ProviderReader,
  PublicModel,
  Unavailability,
  UpstreamTransport,
} from '../core/ports.ts';
import type { Target } from '../routing/route.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { callUpstream, type UpstreamAnswer } from './call-upstream.ts';

export interface Attempted {
  readonly answer: UpstreamAnswer;
  readonly call: ChatCall;
  readonly provider: ProviderAdapter;
}

/** What was tried so far; filled while the attempts run, so that it is known also when all of them fail. */
export interface AttemptLog {
  readonly records: AttemptRecord[];
  /** Whether a model may have begun to work on the request: then it is settled, not released. */
  reached: boolean;
}

export interface AttemptOptions {
  readonly request: ChatRequest;
  readonly body: Buffer;
  readonly model: PublicModel;
  readonly targets: readonly Target[];
  readonly signal: AbortSignal;
  readonly log: AttemptLog;
}

/** Errors: the last target's, or the first one that no other target could do better with. */
export async function attempt(
  options: AttemptOptions,
  providers: ProviderReader,
  transport: UpstreamTransport,
  clock: Clock,
): Promise<Attempted> {
  let failure: TollgateError | undefined;
  const targets = [...options.targets];
  let waited = false;
  for (const target of targets) {
    const started = clock.monotonic();
    const provider = providers.provider(target.provider);
    try {
      if (!provider)
        throw unavailable(options.model, { reason: `provider \`${target.provider}\` is not configured.` });
      const closed = provider.unavailable();
      if (closed) throw unavailable(options.model, closed);
      const call = toCall(options, target);
      const answer = await callUpstream({
        call,
        provider,
        transport,
        timeouts: options.model.timeouts,
        signal: options.signal,
        onReached: () => {
          options.log.reached = true;
        },
      });
      options.log.records.push(record(target, clock.monotonic() - started, answer.status));
      return { answer, call, provider };
    } catch (thrown) {
      const error = thrown instanceof ClientGone ? undefined : toTollgateError(thrown);
      const code = error?.code ?? 'client_aborted';
      options.log.records.push(record(target, clock.monotonic() - started, undefined, code));
      // After an abort there is nobody another target could answer.
      if (!error?.entry.retryable || options.signal.aborted) throw thrown;
      failure = error;
      // The last resort is worth a wait, once, if it is gone, never got the request and may be on its way back.
      const gone = error.code === 'no_available_upstream' || error.code === 'upstream_error';
      if (!gone || target !== targets.at(-1) || waited || options.log.reached) continue;
      waited = true;
      await provider?.comeBack?.(options.signal);
      if (provider?.comeBack && !provider.unavailable()) targets.push(target);
    }
  }
  if (options.signal.aborted) throw options.signal.reason;
  throw failure ?? unavailable(options.model, { reason: 'its route is empty.' });
}

function toCall(options: AttemptOptions, target: Target): ChatCall {
  return {
    request: options.request,
    body: options.body,
    target,
    streaming: options.request.stream === true,
    includeUsage: options.request.stream_options?.include_usage === true,
    maxOutputTokens: options.model.maxOutputTokens,
    capabilities: options.model.capabilities,
    reasoningAlias: options.model.reasoningAlias,
  };
}

function unavailable(model: PublicModel, { reason, retryAfterMs }: Unavailability): TollgateError {
  return new TollgateError('no_available_upstream', {
    values: { model: model.name, reason },
    // What does not change by itself must not be asked for again and again.
    ...(retryAfterMs === undefined ? { shouldRetry: false } : { retryAfterMs }),
  });
}

function record(target: Target, durationMs: number, status?: number, error?: string): AttemptRecord {
  return {
    provider: target.provider,
    upstreamModel: target.model,
    status,
    error,
    durationMs: Math.round(durationMs),
  };
}
