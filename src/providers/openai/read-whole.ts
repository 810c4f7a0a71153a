// A whole response -> events: its items as a stream would end each of them, then its end.
import { TollgateError } from '../../core/errors.ts';
import type { ChatCall } from '../../core/ports.ts';
import type { StreamEvent } from '../../core/stream-event.ts';
import { mapErrorEvent } from './map-error.ts';
import { createReader } from './read-stream.ts';

export function readWhole(body: unknown, newCallId: () => string, call: ChatCall): StreamEvent[] {
  const response = (body ?? {}) as {
    readonly status?: unknown;
    readonly error?: unknown;
    readonly output?: unknown;
  };
  if (response.error) throw mapErrorEvent(response.error);
  const { status, output } = response;
  if (!Array.isArray(output) || (status !== 'completed' && status !== 'incomplete')) {
    throw new TollgateError('upstream_error', { values: { reason: 'its answer is not complete' } });
  }
  const reader = createReader(newCallId, call);
  return [
    ...output.map((item, index) => ({ type: 'response.output_item.done', output_index: index, item })),
    { type: `response.${status}`, response },
  ].flatMap((event) => reader.read(event));
}
