// Stage 7 for models with `on_stream_failure: continue`: when the upstream of a stream is lost in the middle of a text,
// another target writes on. The client sees one answer; where that cannot be, the same error as without the option.
import { prefillOf } from '../core/capabilities.ts';
import { TollgateError } from '../core/errors.ts';
import type { ServedExchange } from '../core/exchange.ts';
import type { PublicModel, StreamReading, TokenCounter } from '../core/ports.ts';
import type { Target } from '../routing/route.ts';
import { type AttemptOptions, type AttemptPorts, attempt } from './attempt.ts';
import type { ClientStream } from './client-stream.ts';
import { type ContinuedRequest, continueRequest, sentOf } from './continue-request.ts';
import { createContinuingChunks, writtenIn } from './continuing-chunks.ts';
import { countText } from './count-text.ts';
import { createLegs } from './legs.ts';
import { createLengthEnd } from './length-end.ts';
import { answeredUsage, type Meter } from './meter.ts';
import { answerHeaders, delivered, pump, type Take } from './relay.ts';
import { type Chunk, createTranscript } from './transcript.ts';
import type { Attempted } from './try-target.ts';
import type { StreamUpstreamAnswer } from './upstream-answer.ts';

type StreamAttempted = Attempted & { readonly answer: StreamUpstreamAnswer };

export interface ContinuedRelayOptions extends AttemptOptions {
  readonly exchange: ServedExchange;
  /** The target that begins. */
  readonly first: StreamAttempted;
  readonly client: ClientStream;
  readonly meter: Meter;
}

export type ContinuedRelayPorts = AttemptPorts & { readonly counter: TokenCounter };

/** As `relayStream`: throws ClientGone, or the TollgateError the stream broke with (not yet sent). */
export async function relayContinued(
  options: ContinuedRelayOptions,
  ports: ContinuedRelayPorts,
): Promise<void> {
  const { exchange, request, model, signal, log, first, client, meter } = options;
  const { counter, clock } = ports;
  const transcript = createTranscript();
  const legs = createLegs(options.targets, model, log);
  const ending = createLengthEnd(1);
  /** The text on the client's side was not written by one target: what they report is not what it got. */
  let joined = false;

  client.begin(answerHeaders(exchange, first));
  let leg = first;
  let take = asWritten(first);
  meter.onCapped(() => leg.answer.stream.stop());
  for (;;) {
    legs.begin(leg.call.target);
    // It was reached while nobody wrote.
    if (meter.isCapped()) leg.answer.stream.stop();
    const lost = await relayLeg(leg, take);
    const { reader } = leg.answer.stream;
    if (lost === undefined || (isLoss(lost) && transcript.finished())) {
      if (!joined && lost === undefined) meter.report(reader.usage());
      if (leg !== first) legs.end(reader.usage());
      if (meter.isCapped() && !transcript.finished()) client.send(ending.chunks());
      else if (!joined && lost === undefined) meter.complete();
      break;
    }
    if (!isLoss(lost) || !transcript.continuable()) throw lost;
    joined ||= transcript.text() !== '';
    const next = await goOn(lost);
    legs.end(reader.usage(), lost);
    leg = next.leg;
    take = joinedOn(next);
  }
  if (first.call.includeUsage) {
    const usage = await answeredUsage(request, meter, counter);
    client.send([first.answer.stream.reader.usageChunk(usage)]);
  }
  client.done();
  await delivered(exchange, model.timeouts);

  /** Resolves with what the leg was lost to; `undefined`: it was written to its end. */
  async function relayLeg(current: StreamAttempted, taking: Take): Promise<unknown> {
    try {
      await pump(current.answer.stream, client, taking);
      return undefined;
    } catch (thrown) {
      return thrown;
    } finally {
      current.visit.ended();
    }
  }

  /** What another target may not have lost. After an abort there is nobody to go on for. */
  function isLoss(lost: unknown): lost is TollgateError {
    return lost instanceof TollgateError && lost.entry.retryable && !signal.aborted;
  }

  function asWritten({ answer }: StreamAttempted): Take {
    return (reading, chunks) => {
      meter.add(reading.text);
      meter.report(answer.stream.reader.usage());
      for (const chunk of chunksOf(reading)) {
        transcript.note(JSON.parse(chunk) as Chunk);
        ending.note(chunk);
        chunks.push(chunk);
      }
    };
  }

  function joinedOn({ leg: { answer }, overlap }: NextLeg): Take {
    const continuing = createContinuingChunks(transcript.identity(), overlap, !joined);
    return (reading, chunks) => {
      if (!joined) meter.report(answer.stream.reader.usage());
      for (const chunk of chunksOf(reading)) {
        for (const made of continuing.of(JSON.parse(chunk) as Chunk)) {
          transcript.note(made);
          meter.add(writtenIn(made));
          const chunk = JSON.stringify(made);
          ending.note(chunk);
          chunks.push(chunk);
        }
      }
    };
  }

  /** Finds who writes on. Throws what the leg was lost to when nobody can, or ClientGone. */
  async function goOn(lost: TollgateError): Promise<NextLeg> {
    const targets = legs.next(lost);
    const tokensLeft = await countTokensLeft();
    const totalMs = model.timeouts.totalMs - (clock.monotonic() - exchange.startedMonotonic);
    if (targets.length === 0 || totalMs < 1 || (tokensLeft ?? 1) < 1) throw lost;
    const progress = { text: transcript.text(), tokensLeft };
    const limited = limit(model, totalMs, tokensLeft);

    const ask = async (prefills: boolean): Promise<NextLeg> => {
      const asked = new Map<Target, ContinuedRequest>();
      const rewrite = (target: Target) => {
        const general = ports.providers.provider(target.provider)?.capabilities;
        const prefill =
          prefills && general ? prefillOf({ ...general, ...model.capabilities }, target.model) : 'none';
        const continued = continueRequest(options, progress, prefill);
        asked.set(target, continued);
        return continued;
      };
      // A log of its own for whether the model was reached: an embedded model on its way back is then waited for.
      const own = { records: log.records, startedMonotonic: log.startedMonotonic, reached: false };
      const next = await attempt(
        { request, body: options.body, model: limited, targets, signal, log: own, rewrite },
        ports,
      );
      const overlap = asked.get(next.call.target)?.overlap;
      if (next.answer.kind !== 'stream' || !overlap) throw lost;
      return { leg: { ...next, answer: next.answer }, overlap };
    };
    try {
      // A model that takes no such beginning refuses the request; asked in words it may still go on.
      return await ask(true).catch((thrown: unknown) => {
        if (isRefusal(thrown)) return ask(false);
        throw thrown;
      });
    } catch (thrown) {
      throw signal.aborted ? thrown : lost;
    }
  }

  /**
   * Of the client's cap, or the operator's. What is written is estimated: no upstream tells in the middle. What is not
   * sent along will be written again.
   */
  async function countTokensLeft(): Promise<number | undefined> {
    const wanted = request.max_completion_tokens ?? request.max_tokens ?? undefined;
    const cap = Math.min(
      wanted ?? Number.POSITIVE_INFINITY,
      model.maxOutputTokens ?? Number.POSITIVE_INFINITY,
    );
    if (cap === Number.POSITIVE_INFINITY) return undefined;
    const text = transcript.text();
    const sent = sentOf(text).length;
    const written = meter.text();
    const counted = await countText(counter, written.slice(0, written.length - (text.length - sent)));
    return cap - Math.max(counted, transcript.pieces(sent), meter.usage()?.output ?? 0);
  }
}

interface NextLeg {
  readonly leg: StreamAttempted;
  readonly overlap: ContinuedRequest['overlap'];
}

function chunksOf({ before = [], chunk }: StreamReading): readonly string[] {
  return chunk === undefined ? before : [...before, chunk];
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof TollgateError && !thrown.entry.retryable;
}

/** The limits of the model are those of the whole answer. */
function limit(model: PublicModel, totalMs: number, tokensLeft: number | undefined): PublicModel {
  const limited = { ...model, timeouts: { ...model.timeouts, totalMs } };
  return tokensLeft === undefined || model.maxOutputTokens === undefined
    ? limited
    : { ...limited, maxOutputTokens: tokensLeft };
}
