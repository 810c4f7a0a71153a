// The spans of one request: its own, and one for each call to an upstream. Attributes by the GenAI conventions; what was asked and
// answered is not among them.
import type { Clock } from '../../core/clock.ts';
import type {
  AttemptTrace,
  BeginningRequest,
  ObservedRequest,
  RequestTrace,
} from '../../core/observed-request.ts';
import { type Attributes, asDouble, type Span, toAttributes, unixNano } from './messages.ts';
import { contextHeaders, randomHex, type TraceContext } from './trace-context.ts';

export interface SpanPorts {
  readonly clock: Clock;
  readonly push: (span: Span) => void;
  /** The conventions' name of a provider of the configuration. */
  readonly systemOf: (provider: string) => string;
}

/** Ends of a call that are nobody's fault. */
const faultless = new Set(['superseded', 'client_aborted']);

interface OpenAttempt {
  answering: boolean;
  finish(outcome: { readonly status?: number | undefined; readonly error?: string | undefined }): void;
}

export class RequestSpan implements RequestTrace {
  readonly #spanId = randomHex(8);
  readonly #open = new Set<OpenAttempt>();
  readonly #context: TraceContext;
  readonly #began: BeginningRequest;
  readonly #ports: SpanPorts;
  #over = false;

  constructor(context: TraceContext, began: BeginningRequest, ports: SpanPorts) {
    this.#context = context;
    this.#began = began;
    this.#ports = ports;
  }

  attempt(target: { readonly provider: string; readonly model: string }): AttemptTrace {
    const spanId = randomHex(8);
    const headers = contextHeaders(this.#context, spanId);
    if (!this.#context.sampled) return { headers, ended: () => undefined };
    // Whoever had begun to answer does so no more, if yet another is asked.
    this.#endAnswering();
    const startedAt = this.#now();
    let status: number | undefined;
    const attempt: OpenAttempt = {
      answering: false,
      finish: (outcome) => {
        if (!this.#open.delete(attempt)) return;
        status = outcome.status ?? status;
        this.#push({
          spanId,
          parentSpanId: this.#spanId,
          name: `chat ${target.model}`,
          kind: 3,
          startedAt,
          failed: outcome.error !== undefined && !faultless.has(outcome.error),
          attributes: {
            'gen_ai.operation.name': 'chat',
            'gen_ai.provider.name': this.#ports.systemOf(target.provider),
            'gen_ai.request.model': target.model,
            'http.response.status_code': status,
            'error.type': outcome.error,
            'tollgate.provider': target.provider,
          },
        });
      },
    };
    this.#open.add(attempt);
    return {
      headers,
      ended: (outcome) => {
        if (outcome.error !== undefined) return attempt.finish(outcome);
        attempt.answering = true;
        status = outcome.status;
      },
    };
  }

  /** The request is over; `status`: of its answer, `undefined` = the client left before there was one. */
  end(
    request: ObservedRequest,
    status: number | undefined,
    error: string | undefined,
    facts: Attributes,
  ): void {
    if (this.#over || !this.#context.sampled) return;
    this.#over = true;
    this.#endAnswering();
    const { parentId } = this.#context;
    this.#push({
      spanId: this.#spanId,
      ...(parentId ? { parentSpanId: parentId } : {}),
      name: request.model === undefined ? 'chat' : `chat ${request.model}`,
      kind: 2,
      startedAt: this.#began.startedAt,
      failed: (status ?? 0) >= 500 || facts[failedInStream] === true,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': request.model,
        'gen_ai.request.stream': request.stream,
        ...parametersOf(request),
        ...facts,
        'http.request.method': 'POST',
        'http.route': '/v1/chat/completions',
        'http.response.status_code': status,
        'error.type': error,
        'tollgate.request.id': request.id,
        'tollgate.key.id': request.keyId,
      },
    });
  }

  #endAnswering(): void {
    for (const attempt of [...this.#open]) if (attempt.answering) attempt.finish({});
  }

  #now(): number {
    const { startedAt, startedMonotonic } = this.#began;
    return startedAt + this.#ports.clock.monotonic() - startedMonotonic;
  }

  #push({ startedAt, failed, attributes, ...rest }: EndedSpan): void {
    const { traceId, state } = this.#context;
    this.#ports.push({
      traceId,
      ...rest,
      ...(state ? { traceState: state } : {}),
      startTimeUnixNano: unixNano(startedAt),
      endTimeUnixNano: unixNano(this.#now()),
      attributes: toAttributes(attributes),
      status: failed ? { code: 2 } : {},
    });
  }
}

/** Set where an answer that had begun with 200 did not end well. */
export const failedInStream = 'tollgate.failed_in_stream';

interface EndedSpan extends Pick<Span, 'spanId' | 'parentSpanId' | 'name' | 'kind'> {
  /** Unix ms. */
  readonly startedAt: number;
  readonly failed: boolean;
  readonly attributes: Attributes;
}

function parametersOf({ request }: ObservedRequest): Attributes {
  if (!request) return {};
  const choices = request.n ?? 1;
  return {
    'gen_ai.request.max_tokens': request.max_completion_tokens ?? request.max_tokens ?? undefined,
    'gen_ai.request.temperature': asDouble(request.temperature),
    'gen_ai.request.top_p': asDouble(request.top_p),
    'gen_ai.request.seed': request.seed ?? undefined,
    'gen_ai.request.frequency_penalty': asDouble(request.frequency_penalty),
    'gen_ai.request.presence_penalty': asDouble(request.presence_penalty),
    'gen_ai.request.choice.count': choices === 1 ? undefined : choices,
  };
}
