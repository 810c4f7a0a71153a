// Stage 7: the answer to the client, as fast as both sides allow, with the meter looking at it in passing.
import { type TollgateError, toTollgateError } from '../core/errors.ts';
import { type AnswerOutput, ClientGone, type ServedExchange } from '../core/exchange.ts';
import type { StreamReading, Timeouts, TokenCounter } from '../core/ports.ts';
import type { ClientStream } from './client-stream.ts';
import { startDeadline } from './deadline.ts';
import { droppedHeader } from './dropped-header.ts';
import { createLengthEnd } from './length-end.ts';
import { answeredUsage, type Meter } from './meter.ts';
import { commonHeaders, type Headers, sendJson } from './respond.ts';
import type { Attempted } from './try-target.ts';
import type { StreamUpstreamAnswer, WholeUpstreamAnswer } from './upstream-answer.ts';
import type { UpstreamStream } from './upstream-stream.ts';

/** Sends a whole answer; resolves when it is with the client. Throws ClientGone when it never gets there. */
export async function relayWhole(
  exchange: ServedExchange,
  attempted: Attempted & { readonly answer: WholeUpstreamAnswer },
  timeouts: Timeouts,
  meter: Meter,
  counter: TokenCounter,
): Promise<void> {
  const { call, provider, answer } = attempted;
  const { whole } = answer;
  meter.add(whole.text);
  meter.report(whole.usage);
  meter.complete();
  const json = meter.lastWord()
    ? whole.json
    : provider.writeUsage(whole.json, await answeredUsage(call.request, meter, counter));
  sendJson(exchange.outgoing, 200, answerHeaders(exchange, attempted), json);
  await delivered(exchange, timeouts);
}

/** Relays a stream to its end. Throws ClientGone, or the TollgateError the stream broke with (not yet sent). */
export async function relayStream(
  exchange: ServedExchange,
  attempted: Attempted & { readonly answer: StreamUpstreamAnswer },
  timeouts: Timeouts,
  client: ClientStream,
  meter: Meter,
  counter: TokenCounter,
): Promise<void> {
  const { call, answer } = attempted;
  const { stream } = answer;
  const ending = createLengthEnd(call.request.n ?? 1);
  client.begin(answerHeaders(exchange, attempted));
  meter.onCapped(() => stream.stop());
  await pump(
    stream,
    client,
    (reading, chunks) => {
      meter.add(reading.text);
      meter.report(stream.reader.usage());
      if (reading.before) chunks.push(...reading.before);
      if (reading.chunk) {
        chunks.push(reading.chunk);
        ending.note(reading.chunk);
      }
    },
    (text, chunk) => {
      meter.add(text);
      ending.note(chunk);
    },
  );
  meter.report(stream.reader.usage());
  if (stream.reader.complete()) meter.complete();
  else client.send(ending.chunks());
  if (call.includeUsage) {
    client.send([stream.reader.usageChunk(await answeredUsage(call.request, meter, counter))]);
  }
  client.done();
  await delivered(exchange, timeouts);
}

/** Adds what goes out for a reading to `chunks`. */
export type Take = (reading: StreamReading, chunks: string[]) => void;

/**
 * Moves chunks until the upstream is done; the upstream waits while the client cannot take more. `pass`: gets text and chunk of
 * readings that have nothing else and go out as they are; without it they are taken like all others.
 */
export function pump(
  stream: UpstreamStream,
  client: ClientStream,
  take: Take,
  pass?: (text: string, chunk: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let waiting = false;

    function wait(): void {
      if (waiting) return;
      waiting = true;
      stream.pause();
      client.onDrain(() => {
        waiting = false;
        stream.resume();
      });
    }

    stream.attach({
      onReadings(readings) {
        const [first] = readings;
        if (pass && readings.length === 1 && first?.bytes !== undefined && first.chunk !== undefined) {
          pass(first.text, first.chunk);
          if (!client.sendOne(first.chunk, first.bytes)) wait();
          return;
        }
        const chunks: string[] = [];
        for (const reading of readings) take(reading, chunks);
        if (chunks.length > 0 && !client.send(chunks)) wait();
      },
      onEnd: resolve,
      onError: reject,
    });
  });
}

/** Resolves when the last byte of the answer has left for the client, who has as long as an answer may take to read it. */
export function delivered({ outgoing, signal }: ServedExchange, { totalMs }: Timeouts): Promise<void> {
  if (outgoing.writableFinished || isWithSystem(outgoing)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const patience = startDeadline(totalMs, () => outgoing.destroy());
    const settle = () => {
      patience.stop();
      outgoing.off('finish', settle);
      signal.removeEventListener('abort', settle);
      if (outgoing.writableFinished) resolve();
      else reject(signal.reason);
    };
    outgoing.once('finish', settle);
    signal.addEventListener('abort', settle, { once: true });
    if (signal.aborted) settle();
  });
}

/** What `finish` tells a tick later: nothing waits here any more for the client to take it. */
function isWithSystem({ socket, writableEnded, writableLength, destroyed }: AnswerOutput): boolean {
  return writableEnded && writableLength === 0 && !destroyed && socket?.errored === null && !socket.destroyed;
}

export function answerHeaders(exchange: ServedExchange, { call, provider, answer }: Attempted): Headers {
  const headers = commonHeaders(exchange.id, exchange.limits);
  headers['x-tollgate-served-by'] = `${provider.name}/${call.target.model}`;
  headers['openai-processing-ms'] = Math.round(performance.now() - exchange.startedMonotonic);
  const { request, maxOutputTokens } = call;
  const wanted = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  // Said where the client's cap is not the one the model got.
  if (maxOutputTokens !== undefined && wanted > maxOutputTokens) {
    headers['x-tollgate-max-tokens'] = maxOutputTokens;
  }
  Object.assign(headers, provider.forwardHeaders(answer.headers));
  const dropped = provider.droppedParams(call);
  if (dropped.length > 0) {
    const further = headers['x-tollgate-dropped-params'];
    headers['x-tollgate-dropped-params'] = [droppedHeader(dropped), ...(further ? [further] : [])].join(', ');
  }
  return headers;
}

/** What a relay or an attempt ended with, as the client is told it; `undefined` when there is nobody left to tell. */
export function tellable(thrown: unknown): TollgateError | undefined {
  return thrown instanceof ClientGone ? undefined : toTollgateError(thrown);
}
