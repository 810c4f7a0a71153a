// Stage 7: the answer to the client, as fast as both sides allow, with the meter looking at it in passing.
import { TollgateError, toTollgateError } from '../core/errors.ts';
import { ClientGone, type Exchange } from '../core/exchange.ts';
import type { TokenCounter } from '../core/ports.ts';
import type { Attempted } from './attempt.ts';
import type { EventSource, UpstreamAnswer } from './call-upstream.ts';
import type { ClientStream } from './client-stream.ts';
import { countUsage, type Meter } from './meter.ts';
import { commonHeaders, type Headers, sendJson } from './respond.ts';

type StreamAnswer = Extract<UpstreamAnswer, { kind: 'stream' }>;

/** Sends a whole answer; resolves when it is with the client or the client is gone. */
export function relayWhole(exchange: Exchange, attempted: Attempted, meter: Meter): void {
  const { answer } = attempted;
  if (answer.kind !== 'whole')
    throw new TollgateError('internal_error', { cause: new Error('a stream nobody asked for') });
  meter.add(answer.whole.text);
  meter.report(answer.whole.usage);
  sendJson(exchange.outgoing, 200, answerHeaders(exchange, attempted), answer.whole.json);
}

/** Relays a stream to its end. Throws ClientGone, or the TollgateError the stream broke with (not yet sent). */
export async function relayStream(
  exchange: Exchange,
  attempted: Attempted & { readonly answer: StreamAnswer },
  client: ClientStream,
  meter: Meter,
  counter: TokenCounter,
): Promise<void> {
  const { call, provider, answer } = attempted;
  const reader = provider.createStreamReader(call);
  await pump(
    answer.events,
    exchange.signal,
    (event) => {
      const reading = reader.read(event);
      meter.report(reader.usage());
      if (reading.chunk) {
        meter.add(reading.text);
        client.begin(answerHeaders(exchange, attempted));
      }
      return reading;
    },
    client,
  );
  if (!reader.complete()) {
    throw new TollgateError('upstream_error', {
      values: { reason: 'its stream ended before the answer did' },
    });
  }
  if (call.includeUsage) {
    const usage = meter.usage() ?? (await countUsage(call.request, meter, counter));
    client.send([reader.usageChunk(usage)]);
  }
  client.done();
}

/** Moves events until the upstream is done; the upstream waits while the client cannot take more. */
function pump(
  source: EventSource,
  signal: AbortSignal,
  read: (event: Buffer) => { readonly chunk?: Buffer; readonly done: boolean },
  client: ClientStream,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let over = false;
    const onAbort = () => finish(signal.reason);
    function finish(error?: unknown): void {
      if (over) return;
      over = true;
      signal.removeEventListener('abort', onAbort);
      source.flow.abort();
      if (error === undefined) resolve();
      else reject(error);
    }
    if (signal.aborted) {
      finish(signal.reason);
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    source.attach({
      onEvents(events) {
        const chunks: Buffer[] = [];
        let done = false;
        let failure: unknown;
        try {
          for (const event of events) {
            const reading = read(event);
            if (reading.chunk) chunks.push(reading.chunk);
            done = reading.done;
            if (done) break;
          }
        } catch (error) {
          failure = error;
        }
        if (over) return;
        // What came before a broken event was true, so the client gets it.
        if (chunks.length > 0 && !client.send(chunks)) {
          source.flow.pause();
          client.onDrain(() => source.flow.resume());
        }
        if (failure !== undefined) finish(failure);
        else if (done) finish();
      },
      onEnd: () => finish(),
      onError: (error) => finish(error),
    });
  });
}

function answerHeaders(exchange: Exchange, { call, provider, answer }: Attempted): Headers {
  return {
    ...commonHeaders(exchange.id),
    'x-tollgate-served-by': `${provider.name}/${call.target.model}`,
    'openai-processing-ms': Math.round(performance.now() - exchange.startedMonotonic),
    ...provider.forwardHeaders(answer.headers),
  };
}

/** What a relay or an attempt ended with, as the client is told it; `undefined` when there is nobody left to tell. */
export function tellable(thrown: unknown): TollgateError | undefined {
  return thrown instanceof ClientGone ? undefined : toTollgateError(thrown);
}
