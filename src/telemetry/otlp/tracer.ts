// Requests -> spans. https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/gen-ai/gen-ai-spans.md
import { TollgateError } from '../../core/errors.ts';
import type { ObservedRequest } from '../../core/observed-request.ts';
import type { TraceSampling } from '../../core/otlp.ts';
import type { Settlement } from '../../core/ports.ts';
import type { Tracer } from '../tracer.ts';
import { type Attributes, asDouble } from './messages.ts';
import { failedInStream, RequestSpan, type SpanPorts } from './request-span.ts';
import { traceContextOf } from './trace-context.ts';

export function createTracer(ports: SpanPorts, sampling: TraceSampling): Tracer {
  return {
    begin: (request) => new RequestSpan(traceContextOf(request.incoming.headers, sampling), request, ports),
    ended: (request, status, code) => spanOf(request)?.end(request, status, code, {}),
    settled(request, settlement, reason) {
      // Once there is a token, the client has its 200.
      const begun = request.stream && settlement.firstTokenMs !== undefined;
      const status =
        reason === undefined || begun ? 200 : reason instanceof TollgateError ? reason.status : undefined;
      const failed = begun && reason instanceof TollgateError;
      spanOf(request)?.end(request, status, settlement.error, {
        ...factsOf(request, settlement, ports),
        ...(failed ? { [failedInStream]: true } : {}),
      });
    },
  };
}

function spanOf({ trace }: ObservedRequest): RequestSpan | undefined {
  return trace instanceof RequestSpan ? trace : undefined;
}

function factsOf(request: ObservedRequest, settlement: Settlement, { systemOf }: SpanPorts): Attributes {
  const { usage, firstTokenMs } = settlement;
  return {
    'gen_ai.provider.name': systemOf(settlement.provider),
    'gen_ai.response.model': settlement.upstreamModel,
    'gen_ai.response.time_to_first_chunk':
      request.stream && firstTokenMs !== undefined ? asDouble(firstTokenMs / 1000) : undefined,
    'gen_ai.usage.input_tokens': usage?.input,
    'gen_ai.usage.output_tokens': usage?.output,
    'gen_ai.usage.cache_read.input_tokens': usage?.cachedInput,
    'gen_ai.usage.cache_creation.input_tokens': usage?.cacheWrite,
    'gen_ai.usage.reasoning.output_tokens': usage?.reasoning,
    'tollgate.provider': settlement.provider,
    'tollgate.state': settlement.state,
    'tollgate.usage_source': settlement.usageSource,
    'tollgate.cost_usd': asDouble(Number(settlement.cost) / 1e9),
    'tollgate.attempts': settlement.attempts.length,
  };
}
