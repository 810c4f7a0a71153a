// The events of a stream of the Responses API -> the gateway's. CONTRACT section 5c, "Events"; unknown ones are passed over.
// Nothing is said when a response is merely created: until it says something, another target may still answer instead.
import type { ChatCall } from '../../core/ports.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import type { DialectReader } from '../dialect/adapter.ts';
import { mapErrorEvent } from './map-error.ts';
import { mapFinishReason } from './map-finish-reason.ts';
import { mapUsage } from './map-usage.ts';
import { createItemReader, type ItemEvent } from './read-items.ts';
import { createStopFilter } from './stop-sequences.ts';

interface Response {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly incomplete_details?: unknown;
  readonly usage?: unknown;
  readonly service_tier?: unknown;
}

type Event = ItemEvent & { readonly type?: unknown; readonly response?: Response };

export function createReader(_newCallId: () => string, call: ChatCall): DialectReader {
  const items = createItemReader();
  const stop = createStopFilter(call.request.stop);
  let ended = false;

  function read(event: Event): StreamEvent[] {
    switch (event.type) {
      case 'response.completed':
      case 'response.incomplete':
        ended = true;
        return endOf(event.response ?? {}, event.type === 'response.incomplete');
      case 'response.failed':
        throw mapErrorEvent(event.response?.error);
      case 'error':
        throw mapErrorEvent(event);
      default:
        return items.read(event);
    }
  }

  return {
    read: (data) => stop.pass(read((data ?? {}) as Event)),
    done: () => ended || stop.stopped(),
    cut: () => !ended,
  };
}

function endOf(response: Response, incomplete: boolean): StreamEvent[] {
  const tier = response.service_tier;
  const usage = mapUsage(response.usage, tier);
  const status = incomplete ? 'incomplete' : 'completed';
  return [
    ...(typeof tier === 'string' ? [{ type: 'service-tier' as const, tier }] : []),
    { type: 'finish', reason: mapFinishReason(status, response.incomplete_details) },
    ...(usage ? [{ type: 'usage' as const, usage }] : []),
  ];
}
