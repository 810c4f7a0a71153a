// One target asked once: the call itself, what it teaches about the target, and its line in the log of attempts.
import type { Clock } from '../core/clock.ts';
import type { EndSignal } from '../core/end-signal.ts';
import { TollgateError, toTollgateError } from '../core/errors.ts';
import { ClientGone } from '../core/exchange.ts';
import type { AttemptTrace, RequestTrace } from '../core/observed-request.ts';
import type {
  AttemptRecord,
  ChatCall,
  ProviderAdapter,
  ProviderReader,
  PublicModel,
  Timeouts,
  Unavailability,
  UpstreamTransport,
} from '../core/ports.ts';
import type { TargetHealth, Visit } from '../routing/health.ts';
import type { Target } from '../routing/route.ts';
import type { ChatRequest } from '../wire/openai/chat-request.ts';
import { callUpstream } from './call-upstream.ts';
import { tryKeys } from './try-keys.ts';
import type { UpstreamAnswer, UpstreamCallOptions } from './upstream-answer.ts';
import { lesson, type Recorded, watched } from './watched-stream.ts';

export interface Attempted {
  readonly answer: UpstreamAnswer;
  readonly call: ChatCall;
  readonly provider: ProviderAdapter;
  /** To be ended with the answer, whichever way that goes. */
  readonly visit: Visit;
}

/** What was tried so far; filled while the attempts run, so that it is known also when all of them fail. */
export interface AttemptLog {
  readonly records: AttemptRecord[];
  /** Monotonic ms at which the request was received. */
  readonly startedMonotonic: number;
  /** Whether a model may have begun to work on the request: then it is settled, not released. */
  reached: boolean;
  readonly trace?: RequestTrace | undefined;
}

/** The reason a call ends with whose answer is not needed any more. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
  constructor() {
    super('another target answered first');
  }
}

export interface TargetCallerOptions {
  readonly request: ChatRequest;
  readonly body: Buffer;
  readonly model: PublicModel;
  readonly log: AttemptLog;
  /** What a target is asked in the place of the request, where that depends on the target. */
  readonly rewrite?: (target: Target) => Pick<ChatCall, 'request' | 'body'>;
}

export interface TargetCallerPorts {
  readonly providers: ProviderReader;
  readonly transport: UpstreamTransport;
  readonly health: TargetHealth;
  readonly clock: Clock;
}

/** Resolves when the target begins to answer. Rejects with TollgateError, or with the signal's reason. */
export type TargetCaller = (target: Target, signal: EndSignal) => Promise<Attempted>;

export function createTargetCaller(options: TargetCallerOptions, ports: TargetCallerPorts): TargetCaller {
  const { model, log } = options;

  return async function callTarget(target, signal) {
    const started = ports.clock.monotonic();
    let visit: Visit | undefined;
    try {
      const provider = ports.providers.provider(target.provider);
      if (!provider)
        throw unavailable(model, { reason: `provider \`${target.provider}\` is not configured.` });
      const closed = provider.unavailable();
      if (closed) throw unavailable(model, closed);
      const call = toCall(options, target);
      visit = ports.health.visit(target);
      const ask = (adapter: ProviderAdapter, credential?: string) =>
        new RecordedCall({ call, provider: adapter, signal, credential, model, log }, ports).ask();
      const reached = provider.credentials
        ? await tryKeys(provider.credentials(target.model), ask)
        : { answer: await ask(provider) };
      visit.succeeded(ports.clock.monotonic() - started);
      return { answer: watched(reached, visit), call, provider, visit };
    } catch (thrown) {
      const left = thrown instanceof ClientGone || thrown instanceof Superseded;
      const error = left ? undefined : toTollgateError(thrown);
      if (error) visit?.failed(lesson(error));
      visit?.ended();
      // It was not even called.
      if (!visit) {
        const place = { started, ended: ports.clock.monotonic(), received: log.startedMonotonic };
        log.records.push(record(target, place, { error: codeOf(thrown) }));
      }
      throw error ?? thrown;
    }
  };
}

interface RecordedCallOptions {
  readonly call: ChatCall;
  readonly provider: ProviderAdapter;
  readonly signal: EndSignal;
  readonly credential: string | undefined;
  readonly model: PublicModel;
  readonly log: AttemptLog;
}

/** One call and its line in the log: each has one, whichever way it goes. */
class RecordedCall implements UpstreamCallOptions, Recorded {
  readonly call: ChatCall;
  readonly provider: ProviderAdapter;
  readonly transport: UpstreamTransport;
  readonly timeouts: Timeouts;
  readonly signal: EndSignal;
  readonly #log: AttemptLog;
  readonly #credential: string | undefined;
  readonly #clock: Clock;
  readonly #trace: AttemptTrace | undefined;
  readonly #started: number;
  #status: number | undefined;
  #answeredAt: number | undefined;
  #answer: UpstreamAnswer | undefined;
  /** Index of its line. */
  #place = -1;

  constructor(
    { call, provider, signal, credential, model, log }: RecordedCallOptions,
    { transport, clock }: TargetCallerPorts,
  ) {
    this.call = call;
    this.provider = provider;
    this.transport = transport;
    this.timeouts = model.timeouts;
    this.signal = signal;
    this.#log = log;
    this.#credential = credential;
    this.#clock = clock;
    this.#started = clock.monotonic();
    this.#trace = log.trace?.attempt(call.target);
  }

  get traceHeaders(): Readonly<Record<string, string>> | undefined {
    return this.#trace?.headers;
  }

  get answer(): UpstreamAnswer {
    return this.#answer as UpstreamAnswer;
  }

  onStatus(status: number): void {
    this.#status = status;
    this.#answeredAt = this.#clock.monotonic();
  }

  onReached(): void {
    this.#log.reached = true;
  }

  /** Resolves when it is answered. */
  async ask(): Promise<Recorded> {
    try {
      this.#answer = await callUpstream(this);
    } catch (thrown) {
      this.#note({ status: this.#status, error: codeOf(thrown) });
      throw thrown;
    }
    this.#note({ status: this.#answer.status });
    return this;
  }

  broke({ code }: TollgateError): void {
    const { records } = this.#log;
    const noted = records[this.#place];
    if (noted) records[this.#place] = { ...noted, error: code };
    this.#trace?.ended({ error: code });
  }

  #note(outcome: Pick<AttemptRecord, 'status' | 'error'>): void {
    this.#trace?.ended(outcome);
    const { records, startedMonotonic: received } = this.#log;
    const place = {
      started: this.#started,
      answeredAt: this.#answeredAt,
      ended: this.#clock.monotonic(),
      received,
    };
    const { status, error } = outcome;
    this.#place =
      records.push(record(this.call.target, place, { status, error, credential: this.#credential })) - 1;
  }
}

/** The call as the provider of the target is asked to make it. */
export function toCall(
  options: Pick<TargetCallerOptions, 'request' | 'body' | 'model' | 'rewrite'>,
  target: Target,
): ChatCall {
  const { request, body } = options.rewrite?.(target) ?? options;
  return {
    request,
    body,
    target,
    streaming: options.request.stream === true,
    includeUsage: options.request.stream_options?.include_usage === true,
    maxOutputTokens: options.model.maxOutputTokens,
    capabilities: options.model.capabilities,
    reasoningAlias: options.model.reasoningAlias,
  };
}

export function unavailable(model: PublicModel, { reason, retryAfterMs }: Unavailability): TollgateError {
  return new TollgateError('no_available_upstream', {
    values: { model: model.name, reason },
    // What does not change by itself must not be asked for again and again.
    ...(retryAfterMs === undefined ? { shouldRetry: false } : { retryAfterMs }),
  });
}

function codeOf(thrown: unknown): string {
  if (thrown instanceof Superseded) return 'superseded';
  return thrown instanceof ClientGone ? 'client_aborted' : toTollgateError(thrown).code;
}

/** Monotonic ms. */
interface AttemptTimes {
  readonly received: number;
  readonly started: number;
  readonly answeredAt?: number | undefined;
  readonly ended: number;
}

function record(
  target: Target,
  { received, started, answeredAt, ended }: AttemptTimes,
  { status, error, credential }: Pick<AttemptRecord, 'status' | 'error' | 'credential'>,
): AttemptRecord {
  return {
    provider: target.provider,
    upstreamModel: target.model,
    status,
    error,
    durationMs: Math.round(ended - started),
    startMs: Math.round(started - received),
    ...(answeredAt === undefined ? {} : { firstByteMs: Math.round(answeredAt - received) }),
    ...(credential === undefined ? {} : { credential }),
  };
}
